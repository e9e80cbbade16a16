// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files that are replaced only when complete.

use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::{Result, err};

/// Writes a file whole or not at all: an existing file stays until the new one is complete on disk.
///
/// `fill` writes into a temporary file in the same folder, which then takes the place of `path`; a link stays a link.
/// A device or pipe, such as `/dev/stdout`, is written to as it is.
///
/// # Errors
/// `Io` when the folder cannot be written; whatever `fill` returns. In both cases an existing file is untouched.
pub fn write_atomic(
    path: impl AsRef<Path>,
    fill: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    let path = &followed(path.as_ref());
    let io = |source| err::io(path, source);
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        let mut special = BufWriter::new(std::fs::File::create(path).map_err(io)?);
        fill(&mut special)?;
        return special.flush().map_err(io);
    }
    let mut temporary = temporary(folder_of(path)).map_err(io)?;
    let mut buffered = BufWriter::new(temporary.as_file_mut());
    fill(&mut buffered)?;
    buffered.flush().map_err(io)?;
    drop(buffered);
    keep_permissions(temporary.as_file(), path).map_err(io)?;
    temporary.as_file().sync_all().map_err(io)?;
    temporary.persist(path).map_err(|error| io(error.error))?;
    Ok(())
}

/// What a path leads to, where it is a link.
fn followed(path: &Path) -> PathBuf {
    match std::fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => {
            std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
        }
        _ => path.to_path_buf(),
    }
}

/// [`write_atomic`] for bytes that are at hand.
///
/// # Errors
/// `Io` when the folder cannot be written.
pub fn write_bytes(path: impl AsRef<Path>, bytes: &[u8]) -> Result<()> {
    let path = path.as_ref();
    write_atomic(path, |file| file.write_all(bytes).map_err(|source| err::io(path, source)))
}

/// Refuses a file that could not be written, before work is done for it.
///
/// # Errors
/// `Io` when a folder has the name, or the file's folder is not there or takes no files.
pub fn check_writable(path: impl AsRef<Path>) -> Result<()> {
    let path = &followed(path.as_ref());
    if path.is_dir() {
        return Err(err::io(path, ErrorKind::IsADirectory.into()));
    }
    if path.exists() && !path.is_file() {
        return Ok(());
    }
    let folder = folder_of(path);
    if !folder.is_dir() {
        return Err(err::io(folder, ErrorKind::NotFound.into()));
    }
    temporary(folder).map(drop).map_err(|source| err::io(path, source))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

fn temporary(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(".firesteel-").tempfile_in(folder)
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

    #[cfg(unix)]
    #[test]
    fn links_and_devices_stay_what_they_are() {
        use std::os::unix::fs::FileTypeExt;
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        write_bytes(&real, b"old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        write_bytes(&link, b"new").unwrap();
        assert_eq!(read(&real).unwrap(), b"new");
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        write_bytes("/dev/null", b"gone").unwrap();
        assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    }

    #[test]
    fn what_cannot_be_written_is_known_before() {
        let folder = tempfile::tempdir().unwrap();
        let inside = |name: &str| folder.path().join(name);
        check_writable(inside("model")).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(check_writable(folder.path()).unwrap_err().is_io());
        assert!(check_writable(inside("missing").join("model")).unwrap_err().is_io());
        assert!(check_writable("/proc/model").is_err() || !Path::new("/proc").exists());
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = write_bytes("/no/such/folder/file", b"").unwrap_err();
        assert!(error.is_io());
        assert_eq!(
            error.to_string(),
            "/no/such/folder/file: no such file or folder; correct the path"
        );
    }
}
