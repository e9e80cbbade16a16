// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files that are replaced only when complete.

use std::io::{BufWriter, Write};
use std::path::Path;

use crate::{Result, err};

/// Writes a file whole or not at all: an existing file stays until the new one is complete on disk.
///
/// `fill` writes into a temporary file in the same folder, which then takes the place of `path`.
///
/// # Errors
/// `Io` when the folder cannot be written; whatever `fill` returns. In both cases an existing file is untouched.
pub fn write_atomic(
    path: impl AsRef<Path>,
    fill: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    let path = path.as_ref();
    let io = |source| err::io(path, source);
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut temporary =
        tempfile::Builder::new().prefix(".firesteel-").tempfile_in(folder).map_err(io)?;
    let mut buffered = BufWriter::new(temporary.as_file_mut());
    fill(&mut buffered)?;
    buffered.flush().map_err(io)?;
    drop(buffered);
    keep_permissions(temporary.as_file(), path).map_err(io)?;
    temporary.as_file().sync_all().map_err(io)?;
    temporary.persist(path).map_err(|error| io(error.error))?;
    Ok(())
}

/// [`write_atomic`] for bytes that are at hand.
///
/// # Errors
/// `Io` when the folder cannot be written.
pub fn write_bytes(path: impl AsRef<Path>, bytes: &[u8]) -> Result<()> {
    let path = path.as_ref();
    write_atomic(path, |file| file.write_all(bytes).map_err(|source| err::io(path, source)))
}

/// The bytes of a file.
///
/// # Errors
/// `Io` when the file cannot be read.
pub fn read(path: impl AsRef<Path>) -> Result<Vec<u8>> {
    let path = path.as_ref();
    std::fs::read(path).map_err(|source| err::io(path, source))
}

/// Temporary files are private; the file that stays gets the mode of the one it replaces, or `rw-r--r--`.
#[cfg(unix)]
fn keep_permissions(file: &std::fs::File, path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = match std::fs::metadata(path) {
        Ok(old) => old.permissions(),
        Err(_) => std::fs::Permissions::from_mode(0o644),
    };
    file.set_permissions(permissions)
}

#[cfg(not(unix))]
fn keep_permissions(_file: &std::fs::File, _path: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model");
        write_bytes(&path, b"old").unwrap();
        let failed = write_atomic(&path, |file| {
            file.write_all(b"half").unwrap();
            Err(err::internal("stopped"))
        });
        assert!(failed.is_err());
        assert_eq!(read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = write_bytes("/no/such/folder/file", b"").unwrap_err();
        assert!(error.is_io());
        assert_eq!(error.to_string(), "/no/such/folder/file: no such file or folder");
    }
}
