// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which files a path means: a file, a folder, a pattern, or several of these.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use firesteel_core::{Result, err};
use glob::{MatchOptions, glob_with};

/// A file of text lines.
#[derive(Clone, Debug)]
pub(crate) struct TextFile {
    pub(crate) path: String,
    pub(crate) size: u64,
    pub(crate) is_gzip: bool,
}

/// The files that a path means, as Spark understands it: a file, the files of a folder (not those whose name starts
/// with `_` or `.`), a pattern with `*`, `?`, `[..]` and `{a,b}`, or several of these with commas between.
///
/// # Errors
/// `Io` for a path that means no file, `Unsupported` for a path on another file system.
pub(crate) fn find_files(path: &Path) -> Result<Vec<TextFile>> {
    let text = path.to_string_lossy();
    let text = text.strip_prefix("file://").unwrap_or(&text);
    let path = Path::new(text);
    if let Some((scheme, _)) = text.split_once("://") {
        let what = format!("{text}: files by `{scheme}://`");
        return Err(err::unsupported(what).fix("copy them to a local or mounted folder"));
    }
    // a name that exists means itself, whatever signs it holds
    if path.exists() {
        return files_at(path);
    }
    let mut files = Vec::new();
    for pattern in split_at_commas(text) {
        files.extend(files_like(&pattern)?);
    }
    Ok(files)
}

fn files_like(pattern: &str) -> Result<Vec<TextFile>> {
    if Path::new(pattern).exists() {
        return files_at(Path::new(pattern));
    }
    let mut found = Vec::new();
    for pattern in expand_braces(pattern) {
        let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
        let paths = glob_with(&pattern, options).map_err(|error| {
            let invalid = err::invalid_argument("text_file", "path");
            invalid.expected("a path or a pattern").got(format!("`{pattern}`")).caused_by(error)
        })?;
        found.extend(paths.filter_map(Result::ok).filter(|path| !is_hidden(path)));
    }
    if found.is_empty() {
        return Err(err::io(pattern, std::io::ErrorKind::NotFound.into()));
    }
    found.sort();
    found.dedup();
    let files: Result<Vec<_>> = found.iter().map(|path| files_at(path)).collect();
    Ok(files?.concat())
}

fn files_at(path: &Path) -> Result<Vec<TextFile>> {
    let metadata = fs::metadata(path).map_err(|error| err::io(path, error))?;
    if !metadata.is_dir() {
        return Ok(vec![text_file(path, &metadata)]);
    }
    let entries = fs::read_dir(path).map_err(|error| err::io(path, error))?;
    let paths: std::io::Result<Vec<PathBuf>> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(|error| err::io(path, error))?;
    paths.retain(|path| !is_hidden(path));
    paths.sort();
    let file = |path: &PathBuf| {
        let metadata = fs::metadata(path).map_err(|error| err::io(path, error))?;
        if metadata.is_dir() {
            return Err(err::io(path, std::io::ErrorKind::IsADirectory.into())
                .fix("name the folders with a pattern such as `folder/*`"));
        }
        Ok(text_file(path, &metadata))
    };
    paths.iter().map(file).collect()
}

fn text_file(path: &Path, metadata: &Metadata) -> TextFile {
    let is_gzip = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    TextFile { path: path.to_string_lossy().into_owned(), size: metadata.len(), is_gzip }
}

/// Files of the system's own, such as `_SUCCESS` and `.crc` files.
fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy());
    name.is_some_and(|name| name.starts_with(['_', '.']))
}

/// The paths of a list; commas between braces belong to a pattern.
fn split_at_commas(list: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut paths = vec![String::new()];
    for sign in list.chars() {
        match sign {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                paths.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(path) = paths.last_mut() {
            path.push(sign);
        }
    }
    paths
}

/// `a{b,c}d` as `abd` and `acd`.
fn expand_braces(pattern: &str) -> Vec<String> {
    let Some((before, rest)) = pattern.split_once('{') else { return vec![pattern.to_owned()] };
    let mut depth = 1_usize;
    let close = rest.find(|sign| {
        match sign {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let Some(close) = close else { return vec![pattern.to_owned()] };
    let (inside, after) = (&rest[..close], &rest[close + 1..]);
    let choices = split_at_commas(inside);
    choices.iter().flat_map(|choice| expand_braces(&format!("{before}{choice}{after}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &Path) -> Vec<String> {
        let name = |file: &TextFile| {
            Path::new(&file.path).file_name().unwrap().to_string_lossy().into_owned()
        };
        find_files(path).unwrap().iter().map(name).collect()
    }

    #[test]
    fn files_folders_patterns_and_lists() {
        let folder = std::env::temp_dir().join(format!("firesteel-paths-{}", std::process::id()));
        fs::create_dir_all(folder.join("inner")).unwrap();
        for name in ["b.txt", "a.txt", "c,d.txt", "z.txt.gz", "_SUCCESS", ".a.crc", "inner/e.txt"] {
            fs::write(folder.join(name), name).unwrap();
        }
        let at = |name: &str| folder.join(name);
        assert_eq!(names(&at("a.txt")), ["a.txt"]);
        assert_eq!(names(&at("?.txt")), ["a.txt", "b.txt"]);
        assert_eq!(names(&at("*.txt*")), ["a.txt", "b.txt", "c,d.txt", "z.txt.gz"]);
        assert_eq!(names(&at("{b,[ac]}.txt")), ["a.txt", "b.txt"]);
        assert_eq!(names(&at("c,d.txt")), ["c,d.txt"], "a name with a comma that exists");
        assert_eq!(names(&at("inner")), ["e.txt"]);
        let list = format!("{},{}", at("b.txt").display(), at("{a,inner/e}.txt").display());
        assert_eq!(names(Path::new(&list)), ["b.txt", "a.txt", "e.txt"]);
        let url = format!("file://{}", at("a.txt").display());
        assert_eq!(names(Path::new(&url)), ["a.txt"]);
        let found = find_files(&at("z*")).unwrap();
        assert!(found[0].is_gzip);
        assert_eq!(found[0].size, 8);
        let nested = find_files(&folder).unwrap_err();
        assert!(nested.is_io() && nested.to_string().contains("inner"), "{nested}");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_is_not_there_is_named() {
        for path in ["/no/such/file", "/no/such/*.txt"] {
            let error = find_files(Path::new(path)).unwrap_err();
            assert!(error.is_io());
            assert_eq!(
                error.to_string(),
                format!("{path}: no such file or folder; correct the path")
            );
        }
        assert!(find_files(Path::new("s3://bucket/a")).unwrap_err().is_unsupported());
        assert!(find_files(Path::new("/no/[")).unwrap_err().is_invalid_argument());
    }
}
