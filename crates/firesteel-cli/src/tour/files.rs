// SPDX-License-Identifier: MIT OR Apache-2.0
//! The raw files of the tour, which the program carries with it.

use std::path::Path;

use firesteel::{Result, err, files};

/// Where the raw files are.
pub(super) struct Data {
    pub(super) poem: String,
    pub(super) iris: String,
    pub(super) libsvm: String,
    pub(super) digits: String,
}

/// Writes the raw files into the folder `data` of the tour.
///
/// # Errors
/// `Io` when the folder cannot be written.
pub(super) fn unpack(folder: &Path) -> Result<Data> {
    let folder = folder.join("data");
    std::fs::create_dir_all(&folder).map_err(|source| err::io(&folder, source))?;
    let folder = folder.canonicalize().map_err(|source| err::io(&folder, source))?;
    let write = |name: &str, bytes: &[u8]| -> Result<String> {
        let path = folder.join(name);
        files::write_bytes(&path, bytes)?;
        Ok(path.display().to_string())
    };
    Ok(Data {
        poem: write("tyger.txt", include_bytes!("../../../../data/tyger.txt"))?,
        iris: write("iris.csv", include_bytes!("../../../../data/iris.csv"))?,
        libsvm: write(
            "sample_libsvm_data.txt",
            include_bytes!("../../../../data/sample_libsvm_data.txt"),
        )?,
        digits: write("digits.csv.gz", include_bytes!("../../../../data/digits.csv.gz"))?,
    })
}
