// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Workspace`: the committed text files and the crates, read once for all checks.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, TargetKind};

use crate::Result;
use crate::tokens::{Token, tokenise};

/// Files past this size (bytes) are data, not text to be checked.
const MAX_TEXT: u64 = 4 << 20;

/// The crates that do not stand in `crates/`, and the folder of each.
const ELSEWHERE: &[(&str, &str)] = &[
    // registry: sorted
    ("firesteel-benches", "benches/side_by_side"),
    ("xtask", "xtask"),
    // registry: end
];

/// The folder in which a crate must stand, from the root.
pub(crate) fn folder_of(crate_name: &str) -> String {
    let elsewhere = ELSEWHERE.iter().find(|(name, _)| *name == crate_name);
    elsewhere.map_or_else(|| format!("crates/{crate_name}"), |(_, folder)| (*folder).to_owned())
}

/// The files and crates of the checkout.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    pub(crate) files: Vec<TextFile>,
    pub(crate) packages: Vec<Package>,
}

/// A text file that is committed, or would be.
#[derive(Debug)]
pub(crate) struct TextFile {
    /// From the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    tokens: OnceCell<std::result::Result<Vec<Token>, (usize, String)>>,
}

/// A crate of the workspace.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// The path of its `Cargo.toml` from the root.
    pub(crate) manifest: String,
    pub(crate) dependencies: Vec<Dependency>,
    /// The names of its benchmarks.
    pub(crate) benches: Vec<String>,
}

/// A line of a crate's dependency tables.
#[derive(Clone, Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// The table in which a dependency stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Normal,
    Dev,
    Build,
}

impl Workspace {
    /// Reads the checkout around this crate.
    ///
    /// # Errors
    /// When `cargo metadata` or `git ls-files` fail, or a file cannot be read.
    pub(crate) fn load() -> Result<Self> {
        let root = root();
        Ok(Self { files: read_files(&root)?, packages: read_packages(&root)? })
    }

    /// The file at `path`, if it exists.
    pub(crate) fn file(&self, path: &str) -> Option<&TextFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The Rust sources.
    pub(crate) fn rust_files(&self) -> impl Iterator<Item = &TextFile> {
        self.files.iter().filter(|file| file.extension() == Some("rs"))
    }

    #[cfg(test)]
    pub(crate) fn of_files<const N: usize>(files: [(&str, &str); N]) -> Self {
        let files = files.into_iter().map(|(path, text)| TextFile::new(path, text)).collect();
        Self { files, packages: Vec::new() }
    }
}

impl TextFile {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), tokens: OnceCell::new() }
    }

    pub(crate) fn extension(&self) -> Option<&str> {
        let name = self.path.rsplit('/').next()?;
        name.rsplit_once('.').map(|(_, extension)| extension)
    }

    /// The lines with their numbers from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The crate whose folder holds the file.
    pub(crate) fn crate_name(&self) -> Option<&str> {
        self.place().map(|(name, _)| name)
    }

    /// Whether the file is part of a crate's library or program, as opposed to its tests and benchmarks.
    pub(crate) fn is_source(&self) -> bool {
        let is_test = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        !is_test && self.place().is_some_and(|(_, path)| path.starts_with("src/"))
    }

    /// The crate, and the path from its folder on.
    fn place(&self) -> Option<(&str, &str)> {
        if let Some(path) = self.path.strip_prefix("crates/") {
            return path.split_once('/');
        }
        ELSEWHERE.iter().find_map(|(name, folder)| {
            let path = self.path.strip_prefix(folder)?.strip_prefix('/')?;
            Some((*name, path))
        })
    }

    /// The tokens of a Rust file, or the line and reason why there are none.
    pub(crate) fn tokens(&self) -> std::result::Result<&[Token], (usize, &str)> {
        match self.tokens.get_or_init(|| tokenise(&self.text)) {
            Ok(tokens) => Ok(tokens),
            Err((line, reason)) => Err((*line, reason)),
        }
    }
}

impl Package {
    /// The line of the manifest that names a dependency of `kind`; 1 when it is not found.
    pub(crate) fn dependency_line(&self, workspace: &Workspace, dependency: &Dependency) -> usize {
        let Some(manifest) = workspace.file(&self.manifest) else { return 1 };
        let mut in_table = false;
        for (number, line) in manifest.lines() {
            let line = line.trim();
            if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
                in_table = header.rsplit('.').next() == Some(dependency.kind.table());
            } else if in_table && key(line) == dependency.name {
                return number;
            }
        }
        1
    }
}

/// `serde` of `serde.workspace = true` and of `serde = "1"`.
fn key(line: &str) -> &str {
    line.split(['=', '.', ' ']).next().unwrap_or_default().trim_matches('"')
}

impl Kind {
    fn table(self) -> &'static str {
        match self {
            Self::Normal => "dependencies",
            Self::Dev => "dev-dependencies",
            Self::Build => "build-dependencies",
        }
    }
}

/// The root of the checkout: this crate's folder is one below it.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The folder in which programs are built.
pub(crate) fn target_folder() -> Result<PathBuf> {
    Ok(read_metadata(&root())?.target_directory.into_std_path_buf())
}

fn read_files(root: &Path) -> Result<Vec<TextFile>> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("git ls-files: {error}"))?;
    if !listed.status.success() {
        return Err(format!("git ls-files: {}", String::from_utf8_lossy(&listed.stderr)));
    }
    let names = String::from_utf8_lossy(&listed.stdout);
    let mut names: Vec<&str> = names.split('\0').filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().filter_map(|name| read_text(root, name).transpose()).collect()
}

/// The file, unless it is gone, a link, large, or no text.
fn read_text(root: &Path, name: &str) -> Result<Option<TextFile>> {
    let path = root.join(name);
    let is_text = |data: &std::fs::Metadata| data.is_file() && data.len() <= MAX_TEXT;
    if !path.symlink_metadata().as_ref().is_ok_and(is_text) {
        return Ok(None);
    }
    let bytes = std::fs::read(&path).map_err(|error| format!("{name}: {error}"))?;
    let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    Ok(text.map(|text| TextFile::new(name, text)))
}

fn read_packages(root: &Path) -> Result<Vec<Package>> {
    let packages = read_metadata(root)?.packages;
    Ok(packages.iter().map(|package| to_package(root, package)).collect())
}

fn read_metadata(root: &Path) -> Result<Metadata> {
    let mut command = MetadataCommand::new();
    let read = command.manifest_path(root.join("Cargo.toml")).no_deps().exec();
    read.map_err(|error| format!("cargo metadata: {error}"))
}

fn to_package(root: &Path, package: &cargo_metadata::Package) -> Package {
    let manifest = package.manifest_path.as_std_path();
    let manifest = manifest.strip_prefix(root).unwrap_or(manifest);
    let benches = package.targets.iter().filter(|target| target.kind.contains(&TargetKind::Bench));
    Package {
        name: package.name.to_string(),
        manifest: manifest.to_string_lossy().replace('\\', "/"),
        dependencies: package.dependencies.iter().map(to_dependency).collect(),
        benches: benches.map(|target| target.name.clone()).collect(),
    }
}

fn to_dependency(dependency: &cargo_metadata::Dependency) -> Dependency {
    let kind = match dependency.kind {
        DependencyKind::Development => Kind::Dev,
        DependencyKind::Build => Kind::Build,
        _ => Kind::Normal,
    };
    Dependency { name: dependency.name.clone(), kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_is_found_in_its_own_table() {
        let manifest = "[package]\nname = \"b\"\n[dependencies]\na.workspace = true\n\
                        [dev-dependencies]\nb = \"1\"\n[target.'cfg(unix)'.build-dependencies]\na = \"1\"\n";
        let workspace = Workspace::of_files([("crates/b/Cargo.toml", manifest)]);
        let package = Package {
            name: "b".into(),
            manifest: "crates/b/Cargo.toml".into(),
            dependencies: Vec::new(),
            benches: Vec::new(),
        };
        let line = |name: &str, kind| {
            package.dependency_line(&workspace, &Dependency { name: name.into(), kind })
        };
        assert_eq!(line("a", Kind::Normal), 4);
        assert_eq!(line("b", Kind::Dev), 6);
        assert_eq!(line("a", Kind::Build), 8);
        assert_eq!(line("c", Kind::Normal), 1);
    }

    #[test]
    fn sources_are_told_from_tests() {
        let is_source = |path: &str| TextFile::new(path, "").is_source();
        assert!(is_source("crates/a/src/lib.rs"));
        assert!(is_source("xtask/src/main.rs"));
        assert!(!is_source("crates/a/src/options/tests.rs"));
        assert!(!is_source("crates/a/tests/it/main.rs"));
        assert!(!is_source("crates/a/benches/conv.rs"));
        assert!(is_source("benches/side_by_side/src/bin/networks.rs"));
        assert!(!is_source("benches/side_by_side/peers/src/a.rs"));
        assert!(!is_source("fixtures/keras/src/a.rs"));
    }

    #[test]
    fn every_crate_is_known_by_its_folder() {
        for name in ["firesteel-nn", "firesteel-benches", "xtask"] {
            let file = TextFile::new(format!("{}/src/a.rs", folder_of(name)), "");
            assert_eq!(file.crate_name(), Some(name));
        }
        for path in ["benches/README.md", "benches/side_by_side_2/src/a.rs", "crates/a.rs"] {
            assert_eq!(TextFile::new(path, "").crate_name(), None, "{path}");
        }
    }

    #[test]
    fn the_checkout_itself_is_read() {
        let workspace = Workspace::load().unwrap();
        assert!(workspace.file("xtask/src/workspace.rs").is_some());
        let xtask = workspace.packages.iter().find(|package| package.name == "xtask").unwrap();
        assert_eq!(xtask.manifest, "xtask/Cargo.toml");
        assert!(xtask.dependencies.iter().any(|dependency| dependency.name == "syn"));
    }
}
