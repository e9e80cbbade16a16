// SPDX-License-Identifier: MIT OR Apache-2.0
//! What every crate must have: the folder of its name, the workspace's lints, and a warning for missing docs.

use crate::finding::Finding;
use crate::workspace::{Package, TextFile, Workspace, folder_of};

pub(crate) fn check(workspace: &Workspace) -> Vec<Finding> {
    let check_one = |package| check_package(workspace, package);
    workspace.packages.iter().flat_map(check_one).collect()
}

fn check_package(workspace: &Workspace, package: &Package) -> Vec<Finding> {
    let folder = package.manifest.trim_end_matches("/Cargo.toml");
    let library = workspace.file(&format!("{folder}/src/lib.rs"));
    [
        folder_finding(package, folder),
        workspace.file(&package.manifest).and_then(lints_finding),
        library.and_then(missing_docs_finding),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn folder_finding(package: &Package, folder: &str) -> Option<Finding> {
    let name = &package.name;
    let expected = folder_of(name);
    (folder != expected).then(|| {
        let message = format!("crate `{name}` stands in `{folder}`");
        Finding::new(&package.manifest, 1, message, format!("move it to `{expected}`"))
    })
}

fn lints_finding(manifest: &TextFile) -> Option<Finding> {
    let mut lines = manifest.lines().map(|(_, line)| line.trim());
    let inherits = lines.any(|line| line == "[lints]") && lines.next() == Some("workspace = true");
    (!inherits).then(|| {
        let message = "the workspace's lints are not inherited";
        Finding::new(&manifest.path, 1, message, "add `[lints]` and `workspace = true`")
    })
}

fn missing_docs_finding(library: &TextFile) -> Option<Finding> {
    let warns = library.lines().any(|(_, line)| line.starts_with("#![warn(missing_docs)]"));
    (!warns).then(|| {
        let message = "missing docs are not warned about";
        Finding::new(&library.path, 1, message, "add `#![warn(missing_docs)]` below the module doc")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(folder: &str, manifest: &str, library: &str) -> Vec<String> {
        let manifest_path = format!("{folder}/Cargo.toml");
        let library_path = format!("{folder}/src/lib.rs");
        let mut workspace =
            Workspace::of_files([(&manifest_path, manifest), (&library_path, library)]);
        workspace.packages.push(Package {
            name: "firesteel-a".into(),
            manifest: manifest_path,
            dependencies: Vec::new(),
            benches: Vec::new(),
        });
        check(&workspace).iter().map(ToString::to_string).collect()
    }

    const MANIFEST: &str = "[lints]\nworkspace = true\n";
    const LIBRARY: &str = "//! Docs.\n#![warn(missing_docs)]\n";

    #[test]
    fn a_complete_crate_passes() {
        assert!(findings("crates/firesteel-a", MANIFEST, LIBRARY).is_empty());
    }

    #[test]
    fn each_missing_part_is_named() {
        let moved = findings("crates/a", MANIFEST, LIBRARY);
        assert_eq!(moved.len(), 1);
        assert!(moved[0].contains("move it to `crates/firesteel-a`"), "{}", moved[0]);
        let lax = findings("crates/firesteel-a", "[lints]\n", "//! Docs.\n");
        assert_eq!(lax.len(), 2);
        assert!(lax[0].contains("lints"), "{}", lax[0]);
        assert!(lax[1].starts_with("crates/firesteel-a/src/lib.rs:1: missing docs"), "{}", lax[1]);
    }
}
