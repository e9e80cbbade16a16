// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Folder`: the folder of a table, which takes its place only when it is complete.

use std::fs;
use std::path::{Path, PathBuf};

use firesteel_core::{Result, err, names};
use tempfile::TempDir;

/// What happens when there is something already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Error,
    Overwrite,
    Append,
    Ignore,
}

const MODES: &[(&str, Mode)] = &[
    ("append", Mode::Append),
    ("error", Mode::Error),
    ("errorifexists", Mode::Error),
    ("default", Mode::Error),
    ("ignore", Mode::Ignore),
    ("overwrite", Mode::Overwrite),
];

/// A hidden folder beside the target, in which the parts are written.
#[derive(Debug)]
pub(super) struct Folder {
    target: PathBuf,
    hidden: TempDir,
    mode: Mode,
}

impl Folder {
    /// The folder to write into; `None` when there is something already and the mode says to leave it.
    pub(super) fn open(target: &Path, mode: &str) -> Result<Option<Self>> {
        let mode = *names::find("save mode", &mode.to_lowercase(), MODES)?;
        let exists = target.exists();
        match mode {
            Mode::Ignore if exists => return Ok(None),
            Mode::Error if exists => {
                let exists = err::io(target, std::io::ErrorKind::AlreadyExists.into());
                return Err(exists.fix("choose another path, or set mode `overwrite` or `append`"));
            }
            _ => {}
        }
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(|error| err::io(parent, error))?;
        let hidden = tempfile::Builder::new().prefix(".firesteel-").tempdir_in(parent);
        let hidden = hidden.map_err(|error| err::io(parent, error))?;
        Ok(Some(Self { target: target.to_owned(), hidden, mode }))
    }

    pub(super) fn path(&self) -> &Path {
        self.hidden.path()
    }

    /// Puts the folder, or its parts, in place.
    pub(super) fn complete(self) -> Result<()> {
        let io = |error| err::io(&self.target, error);
        fs::File::create(self.path().join("_SUCCESS")).map_err(io)?;
        let exists = self.target.exists();
        if exists && self.mode == Mode::Append {
            return self.append();
        }
        open_to_all(self.path()).map_err(io)?;
        let old = self.hidden.path().with_extension("old");
        if exists {
            fs::rename(&self.target, &old).map_err(io)?;
        }
        if let Err(error) = fs::rename(self.path(), &self.target) {
            if exists {
                // what was there comes back; if even that fails, it stays under its hidden name
                let _ = fs::rename(&old, &self.target);
            }
            return Err(io(error));
        }
        if old.is_dir() {
            fs::remove_dir_all(&old).map_err(io)?;
        } else if old.exists() {
            fs::remove_file(&old).map_err(io)?;
        }
        Ok(())
    }

    /// Moves the parts under names that are new there.
    fn append(&self) -> Result<()> {
        let io = |error| err::io(&self.target, error);
        let mark = self.hidden.path().file_name().unwrap_or_default().to_string_lossy();
        let mark = mark.trim_start_matches(".firesteel-");
        for entry in fs::read_dir(self.path()).map_err(io)? {
            let path = entry.map_err(io)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = match name.split_once('.') {
                Some((stem, extension)) => format!("{stem}-{mark}.{extension}"),
                None => name.into_owned(),
            };
            fs::rename(&path, self.target.join(name)).map_err(io)?;
        }
        Ok(())
    }
}

/// Temporary folders are private; a table is as open as other folders.
#[cfg(unix)]
fn open_to_all(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn open_to_all(_: &Path) -> std::io::Result<()> {
    Ok(())
}
