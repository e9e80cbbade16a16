// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Paths`: where a table is read from, and the files that stand there.

use std::path::{Path, PathBuf};

use firesteel_core::{Result, err};

/// One or several files, folders or patterns such as `logs/*.csv`.
#[derive(Clone, Debug)]
pub struct Paths(Vec<PathBuf>);

impl From<&str> for Paths {
    fn from(path: &str) -> Self {
        Self(vec![path.into()])
    }
}

impl From<String> for Paths {
    fn from(path: String) -> Self {
        Self(vec![path.into()])
    }
}

impl From<&String> for Paths {
    fn from(path: &String) -> Self {
        Self(vec![path.into()])
    }
}

impl From<&Path> for Paths {
    fn from(path: &Path) -> Self {
        Self(vec![path.to_owned()])
    }
}

impl From<PathBuf> for Paths {
    fn from(path: PathBuf) -> Self {
        Self(vec![path])
    }
}

impl From<&PathBuf> for Paths {
    fn from(path: &PathBuf) -> Self {
        Self(vec![path.clone()])
    }
}

impl<T: Into<PathBuf>, const N: usize> From<[T; N]> for Paths {
    fn from(paths: [T; N]) -> Self {
        Self(paths.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<PathBuf>> From<Vec<T>> for Paths {
    fn from(paths: Vec<T>) -> Self {
        Self(paths.into_iter().map(Into::into).collect())
    }
}

impl Paths {
    /// The files, in the order of the paths and by name below each; hidden ones are passed over.
    ///
    /// # Errors
    /// `Io` for a path where there is nothing.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        if self.0.is_empty() {
            return Err(err::invalid_argument("load", "paths")
                .expected("at least one")
                .got("none"));
        }
        let mut files = Vec::new();
        for path in &self.0 {
            for found in matches(path)? {
                collect(&found, &mut files)?;
            }
        }
        Ok(files)
    }
}

/// The path itself, or what fits it as a pattern.
fn matches(path: &Path) -> Result<Vec<PathBuf>> {
    if path.exists() {
        return Ok(vec![path.to_owned()]);
    }
    let nothing = || err::io(path, std::io::ErrorKind::NotFound.into());
    let pattern =
        path.to_str().filter(|text| text.contains(['*', '?', '['])).ok_or_else(nothing)?;
    let found = glob::glob(pattern).map_err(|error| {
        err::invalid_argument("load", "path")
            .expected("a path or a pattern")
            .got(pattern)
            .caused_by(error)
    })?;
    let found: Vec<PathBuf> = found.filter_map(|entry| entry.ok()).collect();
    if found.is_empty() { Err(nothing().fix("the pattern fits no file")) } else { Ok(found) }
}

/// Adds a file, or the files in a folder and the folders below it.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let read = |error| err::io(path, error);
    let entries = std::fs::read_dir(path).map_err(read)?;
    let mut below =
        entries.map(|entry| Ok(entry.map_err(read)?.path())).collect::<Result<Vec<_>>>()?;
    below.sort();
    below.retain(|path| !is_hidden(path));
    below.iter().try_for_each(|path| collect(path, files))
}

/// `_SUCCESS`, `.part-0.crc` and their like are no data.
fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with(['_', '.'])
}
