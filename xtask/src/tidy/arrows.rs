// SPDX-License-Identifier: MIT OR Apache-2.0
//! Arrows between crates: a crate may use the crates that the table gives it, and no other.

use crate::finding::Finding;
use crate::workspace::{Dependency, Kind, Package, Workspace};

/// Which of our crates each crate may use; the same table in words stands in `ARCHITECTURE.md`.
const ARROWS: &[(&str, &[&str])] = &[
    // registry: sorted
    (
        "firesteel",
        &[
            "firesteel-bridge",
            "firesteel-cluster",
            "firesteel-core",
            "firesteel-data",
            "firesteel-kernels",
            "firesteel-ml",
            "firesteel-nn",
            "firesteel-tensor",
        ],
    ),
    ("firesteel-benches", &["firesteel"]),
    ("firesteel-bridge", &["firesteel-core", "firesteel-data", "firesteel-ml", "firesteel-nn"]),
    ("firesteel-cli", &["firesteel"]),
    (
        "firesteel-cluster",
        &["firesteel-bridge", "firesteel-core", "firesteel-data", "firesteel-ml", "firesteel-ship"],
    ),
    ("firesteel-core", &["firesteel-macros"]),
    ("firesteel-data", &["firesteel-core", "firesteel-macros", "firesteel-ship"]),
    ("firesteel-kernels", &["firesteel-core"]),
    ("firesteel-macros", &[]),
    ("firesteel-ml", &["firesteel-core", "firesteel-data", "firesteel-kernels"]),
    ("firesteel-nn", &["firesteel-core", "firesteel-tensor"]),
    ("firesteel-python", &["firesteel"]),
    ("firesteel-ship", &["firesteel-core"]),
    ("firesteel-tensor", &["firesteel-core", "firesteel-kernels"]),
    ("xtask", &[]),
    // registry: end
];

pub(crate) fn check(workspace: &Workspace) -> Vec<Finding> {
    let check_one = |package| check_package(workspace, package);
    workspace.packages.iter().flat_map(check_one).collect()
}

fn check_package(workspace: &Workspace, package: &Package) -> Vec<Finding> {
    if uses(&package.name).is_none() {
        return vec![Finding::new(
            &package.manifest,
            1,
            format!("crate `{}` is not in the table of arrows", package.name),
            "add it to ARROWS in xtask/src/tidy/arrows.rs and to ARCHITECTURE.md, with a record in docs/adr",
        )];
    }
    let is_ours =
        |name: &str| uses(name).is_some() || workspace.packages.iter().any(|p| p.name == name);
    let ours = package.dependencies.iter().filter(|dependency| is_ours(&dependency.name));
    ours.filter_map(|dependency| {
        let (message, fix) = breach(&package.name, dependency)?;
        let line = package.dependency_line(workspace, dependency);
        Some(Finding::new(&package.manifest, line, message, fix))
    })
    .collect()
}

/// What is wrong with `package` using `dependency`, and the cure.
fn breach(package: &str, dependency: &Dependency) -> Option<(String, String)> {
    let name = &dependency.name;
    if dependency.kind == Kind::Dev {
        return reaches(name, package).then(|| {
            (
                format!("dev-dependency `{name}` itself uses `{package}`: the arrow would close a circle"),
                format!("move the test to `{name}`, or higher up"),
            )
        });
    }
    let allowed = uses(package)?;
    (!allowed.contains(&name.as_str())).then(|| {
        let known = if allowed.is_empty() { "none of ours".to_owned() } else { allowed.join(", ") };
        (
            format!("`{package}` may not use `{name}`; it may use: {known}"),
            "move the code to a crate that may, or draw a new arrow with a record in docs/adr"
                .into(),
        )
    })
}

fn uses(package: &str) -> Option<&'static [&'static str]> {
    ARROWS.iter().find(|(name, _)| *name == package).map(|(_, uses)| *uses)
}

/// Whether `from` is `to`, or uses it over any number of arrows.
fn reaches(from: &str, to: &str) -> bool {
    from == to || uses(from).unwrap_or_default().iter().any(|next| reaches(next, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(name: &str, dependency: &str, kind: Kind) -> Vec<String> {
        let table = match kind {
            Kind::Normal => "dependencies",
            Kind::Dev => "dev-dependencies",
            Kind::Build => "build-dependencies",
        };
        let path = format!("crates/{name}/Cargo.toml");
        let manifest = format!("[package]\nname = \"{name}\"\n[{table}]\n{dependency} = \"1\"\n");
        let mut workspace = Workspace::of_files([(&path, &manifest)]);
        workspace.packages.push(Package {
            name: name.into(),
            manifest: path,
            dependencies: vec![Dependency { name: dependency.into(), kind }],
            benches: Vec::new(),
        });
        check(&workspace).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_drawn_arrow_passes() {
        assert!(findings("firesteel-nn", "firesteel-tensor", Kind::Normal).is_empty());
        assert!(findings("firesteel-nn", "serde", Kind::Normal).is_empty());
    }

    #[test]
    fn an_arrow_that_is_not_drawn_is_named_with_its_line() {
        let found = findings("firesteel-nn", "firesteel-data", Kind::Normal);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with(
                "crates/firesteel-nn/Cargo.toml:4: `firesteel-nn` may not use `firesteel-data`; \
                 it may use: firesteel-core, firesteel-tensor"
            ),
            "{}",
            found[0]
        );
        assert_eq!(findings("firesteel-core", "firesteel", Kind::Build).len(), 1);
    }

    #[test]
    fn tests_may_use_what_does_not_use_them() {
        assert!(findings("firesteel-cli", "firesteel", Kind::Dev).is_empty());
        assert_eq!(findings("firesteel-data", "firesteel-benches", Kind::Dev).len(), 1);
        assert!(findings("firesteel-nn", "firesteel-ml", Kind::Dev).is_empty());
        assert_eq!(findings("firesteel-core", "firesteel", Kind::Dev).len(), 1);
        assert_eq!(findings("firesteel-ml", "firesteel-bridge", Kind::Dev).len(), 1);
    }

    #[test]
    fn an_unknown_crate_is_a_finding() {
        assert_eq!(findings("firesteel-new", "serde", Kind::Normal).len(), 1);
    }

    #[test]
    fn the_table_has_no_circle_and_names_only_its_own_crates() {
        for (name, used) in ARROWS {
            for next in *used {
                assert!(uses(next).is_some(), "{next} has no row");
                assert!(!reaches(next, name), "{name} and {next} use each other");
            }
        }
    }
}
