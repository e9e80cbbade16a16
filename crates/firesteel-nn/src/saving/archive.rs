// SPDX-License-Identifier: MIT OR Apache-2.0
//! The container of a `.keras` file: a zip, or the folder that one was unpacked to.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Write};
use std::path::{Path, PathBuf};

use firesteel_core::{Result, err};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Up to here a member may expand as it likes.
const HARMLESS_BYTES: u64 = 256 << 20;
/// By how much a larger member may expand.
const EXPANSION: u64 = 100;
/// No config is larger; the largest models of Keras stay below 1 MiB.
const CONFIG_BYTES: u64 = 64 << 20;

/// The members of a `.keras` file.
pub(super) struct Archive {
    path: PathBuf,
    form: Form,
}

enum Form {
    Zip(ZipArchive<BufReader<File>>),
    Folder,
}

impl Archive {
    /// Opens a zip, or a folder.
    ///
    /// # Errors
    /// `Io` when the file cannot be read, `Format` when it is no zip.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let path_buf = path.to_owned();
        if path.is_dir() {
            return Ok(Self { path: path_buf, form: Form::Folder });
        }
        let file = File::open(path).map_err(|source| err::io(path, source))?;
        let zip = ZipArchive::new(BufReader::new(file)).map_err(|error| {
            err::format(path, "the zip is damaged or cut short").got(&error).caused_by(error)
        })?;
        if zip.has_duplicate_names() {
            return Err(err::format(path, "two members of the zip have one name"));
        }
        Ok(Self { path: path_buf, form: Form::Zip(zip) })
    }

    /// The file and the member, as errors name them.
    pub(super) fn place(&self, member: &str) -> String {
        format!("{}: {member}", self.path.display())
    }

    /// The config, which is text.
    ///
    /// # Errors
    /// `Format` when the member is missing, damaged, too large, or not UTF-8.
    pub(super) fn text(&mut self, member: &str) -> Result<String> {
        let bytes = self.bytes_up_to(member, CONFIG_BYTES)?;
        String::from_utf8(bytes).map_err(|error| {
            err::format(self.place(member), "the text is not UTF-8").caused_by(error)
        })
    }

    /// The bytes of a member.
    ///
    /// # Errors
    /// `Format` when it is missing or damaged, or expands far too much.
    pub(super) fn bytes(&mut self, member: &str) -> Result<Vec<u8>> {
        self.bytes_up_to(member, u64::MAX)
    }

    fn bytes_up_to(&mut self, member: &str, limit: u64) -> Result<Vec<u8>> {
        let place = self.place(member);
        match &mut self.form {
            Form::Folder => from_folder(&self.path.join(member), limit),
            Form::Zip(zip) => from_zip(zip, &self.path, member, &place, limit),
        }
    }
}

fn from_folder(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let size = std::fs::metadata(path).map_err(|source| err::io(path, source))?.len();
    if size > limit {
        return Err(err::format(path, "the file is too large").expected(limit).got(size));
    }
    firesteel_core::files::read(path)
}

fn from_zip(
    zip: &mut ZipArchive<BufReader<File>>,
    path: &Path,
    member: &str,
    place: &str,
    limit: u64,
) -> Result<Vec<u8>> {
    let Some(index) = zip.index_for_name(member) else {
        return Err(err::format(path, format!("no member `{member}`, so this is no Keras model"))
            .got(format!("members {}", member_list(zip))));
    };
    let damaged = || err::format(place, "the member is damaged or cut short");
    let entry = zip.by_index(index).map_err(|error| damaged().got(&error).caused_by(error))?;
    let (size, packed) = (entry.size(), entry.compressed_size());
    let expands = size > HARMLESS_BYTES && size / EXPANSION > packed;
    if size > limit || expands {
        return Err(err::format(place, "the member declares an absurd size")
            .expected(format!("at most {}", limit.min(packed.saturating_mul(EXPANSION))))
            .got(format!("{size} bytes packed into {packed}")));
    }
    // a declared size is not trusted: memory grows with what is really there
    let mut bytes = Vec::with_capacity(size.min(packed) as usize);
    let read = entry.take(size.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| damaged().got(&error).caused_by(error))?;
    if bytes.len() as u64 != size {
        return Err(damaged().expected(format!("{size} bytes")).got(bytes.len()));
    }
    Ok(bytes)
}

fn member_list(zip: &ZipArchive<BufReader<File>>) -> String {
    let names: Vec<String> =
        zip.file_names().take(8).filter_map(|name| Some(format!("`{}`", name.ok()?))).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// A zip of the given members, stored one after the other as Keras stores them.
///
/// # Errors
/// `Internal` when the library refuses.
pub(super) fn pack(members: &[(&str, Vec<u8>)]) -> Result<Vec<u8>> {
    let size: usize = members.iter().map(|(_, bytes)| bytes.len() + 256).sum();
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(size)));
    for (name, bytes) in members {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .large_file(u32::try_from(bytes.len()).is_err());
        zip.start_file(*name, options).map_err(refused)?;
        zip.write_all(bytes).map_err(refused)?;
    }
    Ok(zip.finish().map_err(refused)?.into_inner())
}

fn refused(error: impl std::fmt::Display) -> firesteel_core::Error {
    err::internal(format!("the zip cannot be written: {error}"))
}
