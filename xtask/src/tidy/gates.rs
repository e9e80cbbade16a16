// SPDX-License-Identifier: MIT OR Apache-2.0
//! Gates: every heavy dependency is named by the one crate that wraps it, and by the exceptions given here.
//!
//! Two places are checked: the tables of `Cargo.toml` (tests and benchmarks are free), and the paths in sources,
//! where a gate could be walked around through a re-export.

use crate::finding::Finding;
use crate::tokens::{Token, path_comes_before, path_goes_on};
use crate::workspace::{Kind, Package, TextFile, Workspace};

/// A family of dependencies (`burn` and all of `burn-*`) and who may name it.
struct Gate {
    family: &'static str,
    /// May name the whole family.
    crates: &'static [&'static str],
    /// May name single members: crate, member.
    exceptions: &'static [(&'static str, &'static str)],
    /// Whether the gate hands the family on: then `firesteel_data::arrow` is no breach elsewhere.
    handed_on: bool,
}

/// The exceptions are explained in `docs/adr/0004-gates.md`.
const GATES: &[Gate] = &[
    // registry: sorted
    Gate::handed_on("arrow", &["firesteel-data"], &[]),
    Gate::closed("ballista", &["firesteel-cluster"]),
    Gate::closed("burn", &["firesteel-tensor"]),
    Gate::closed("clap", &["firesteel-cli"]),
    Gate::closed("cubecl", &["firesteel-tensor"]),
    Gate::handed_on(
        "datafusion",
        &["firesteel-data"],
        &[("firesteel-cluster", "datafusion"), ("firesteel-cluster", "datafusion-proto")],
    ),
    Gate::closed("gemm", &["firesteel-kernels"]),
    Gate::closed("hdf5", &["firesteel-nn"]),
    Gate::closed("indicatif", &["firesteel-cli", "firesteel-nn"]),
    Gate::handed_on("parquet", &["firesteel-data"], &[]),
    Gate::closed("pyo3", &["firesteel-python"]),
    Gate::closed("zip", &["firesteel-nn"]),
    // registry: end
];

impl Gate {
    const fn closed(family: &'static str, crates: &'static [&'static str]) -> Self {
        Self { family, crates, exceptions: &[], handed_on: false }
    }

    const fn handed_on(
        family: &'static str,
        crates: &'static [&'static str],
        exceptions: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { family, crates, exceptions, handed_on: true }
    }

    /// The gate of a dependency, by its name in `Cargo.toml` or, with `_`, in a source.
    fn of(name: &str) -> Option<&'static Self> {
        GATES.iter().find(|gate| {
            let rest = name.strip_prefix(gate.family);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
        })
    }

    fn opens(&self, package: &str, name: &str) -> bool {
        let excepted =
            |(by, member): &(&str, &str)| *by == package && *member == name.replace('_', "-");
        self.crates.contains(&package) || self.exceptions.iter().any(excepted)
    }

    fn finding(&self, package: &str, name: &str, path: &str, line: usize) -> Finding {
        Finding::new(
            path,
            line,
            format!("`{package}` names `{name}`, which only {} may", self.crates.join(" and ")),
            format!(
                "write it against `{}`, or add an exception with a record in docs/adr",
                self.crates[0]
            ),
        )
    }
}

pub(crate) fn check(workspace: &Workspace) -> Vec<Finding> {
    let in_manifests = workspace.packages.iter().flat_map(|p| check_manifest(workspace, p));
    let in_sources = workspace.rust_files().filter(|file| file.is_source()).flat_map(check_source);
    in_manifests.chain(in_sources).collect()
}

fn check_manifest(workspace: &Workspace, package: &Package) -> Vec<Finding> {
    let dependencies = package.dependencies.iter().filter(|d| d.kind != Kind::Dev);
    dependencies
        .filter_map(|dependency| {
            let name = &dependency.name;
            let gate = Gate::of(name).filter(|gate| !gate.opens(&package.name, name))?;
            let line = package.dependency_line(workspace, dependency);
            Some(gate.finding(&package.name, name, &package.manifest, line))
        })
        .collect()
}

fn check_source(file: &TextFile) -> Vec<Finding> {
    let (Some(package), Ok(tokens)) = (file.crate_name(), file.tokens()) else {
        return Vec::new();
    };
    let found = tokens.iter().enumerate().filter_map(|(index, token)| {
        let name = token.ident()?;
        let gate = Gate::of(name).filter(|gate| !gate.opens(package, name))?;
        let breach = (starts_a_path(tokens, index) && !is_introduced(tokens, name))
            || (!gate.handed_on && comes_from_us(tokens, index));
        breach.then(|| gate.finding(package, name, &file.path, token.line))
    });
    found.collect()
}

/// `burn::..`, `use burn;`, `extern crate burn`.
fn starts_a_path(tokens: &[Token], index: usize) -> bool {
    let follows = |word: &str| index > 0 && tokens[index - 1].is_ident(word);
    let is_first = !path_comes_before(tokens, index) || !has_parent(tokens, index);
    (is_first && path_goes_on(tokens, index)) || follows("use") || follows("crate")
}

/// Whether something stands before the `::` in front of the token, as in `std::iter::zip` and `<A as B>::zip`.
fn has_parent(tokens: &[Token], index: usize) -> bool {
    let parent = index.checked_sub(3).map(|before| &tokens[before]);
    parent.is_some_and(|token| token.ident().is_some() || token.is_punct('>'))
}

/// Whether the file has a module of that name, or imports one: then `arrow::..` is no crate.
fn is_introduced(tokens: &[Token], name: &str) -> bool {
    let named = tokens.iter().enumerate().filter(|(_, token)| token.is_ident(name));
    named.into_iter().any(|(index, _)| {
        let is_module = index > 0 && tokens[index - 1].is_ident("mod");
        is_module || import_root(tokens, index).is_some_and(|root| !root.is_ident(name))
    })
}

/// `firesteel_x::burn` and `use firesteel_x::{burn, ..}`.
fn comes_from_us(tokens: &[Token], index: usize) -> bool {
    let is_ours = |token: &Token| token.ident().is_some_and(|name| name.starts_with("firesteel"));
    let direct = path_comes_before(tokens, index) && index >= 3 && is_ours(&tokens[index - 3]);
    direct || import_root(tokens, index).is_some_and(is_ours)
}

/// If the token stands inside a `use`, the first name of that `use`.
fn import_root(tokens: &[Token], index: usize) -> Option<&Token> {
    let start = tokens[..index].iter().rposition(|token| token.is_ident("use"))?;
    let ended = tokens[start..index].iter().any(|token| token.is_punct(';'));
    let root = tokens[start..=index].iter().skip(1).find(|token| token.ident().is_some());
    if ended { None } else { root }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;

    fn source(package: &str, text: &str) -> Vec<String> {
        let path = format!("crates/{package}/src/lib.rs");
        let workspace = Workspace::of_files([(&path, text)]);
        check(&workspace).iter().map(ToString::to_string).collect()
    }

    fn manifest(package: &str, dependency: &str, kind: Kind) -> usize {
        let mut workspace = Workspace::default();
        workspace.packages.push(Package {
            name: package.into(),
            manifest: format!("crates/{package}/Cargo.toml"),
            dependencies: vec![Dependency { name: dependency.into(), kind }],
            benches: Vec::new(),
        });
        check(&workspace).len()
    }

    #[test]
    fn only_the_gate_depends_on_the_family() {
        assert_eq!(manifest("firesteel-tensor", "burn", Kind::Normal), 0);
        assert_eq!(manifest("firesteel-nn", "burn", Kind::Normal), 1);
        assert_eq!(manifest("firesteel-nn", "burn-flex", Kind::Build), 1);
        assert_eq!(manifest("firesteel-nn", "burner", Kind::Normal), 0);
    }

    #[test]
    fn tests_may_measure_against_the_library() {
        assert_eq!(manifest("firesteel-kernels", "burn", Kind::Dev), 0);
    }

    #[test]
    fn exceptions_hold_for_their_member_only() {
        assert_eq!(manifest("firesteel-cluster", "datafusion-proto", Kind::Normal), 0);
        assert_eq!(manifest("firesteel-cluster", "datafusion-sql", Kind::Normal), 1);
        assert_eq!(manifest("firesteel-ml", "datafusion", Kind::Normal), 1);
        assert_eq!(manifest("firesteel-nn", "indicatif", Kind::Normal), 0);
    }

    #[test]
    fn paths_that_start_at_the_library_are_found() {
        let found = source("firesteel-nn", "//! Doc.\nuse burn::tensor::Tensor;\n");
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with(
                "crates/firesteel-nn/src/lib.rs:2: `firesteel-nn` names `burn`, which only firesteel-tensor may"
            ),
            "{}",
            found[0]
        );
        assert_eq!(source("firesteel-nn", "fn f() { ::burn_flex::run() }").len(), 1);
        assert_eq!(source("firesteel-nn", "fn f() { burn_flex::run() }").len(), 1);
        assert_eq!(source("firesteel-nn", "macro_rules! m { () => { zip2!(burn::x) } }").len(), 1);
        assert!(source("firesteel-tensor", "use burn::tensor::Tensor;").is_empty());
    }

    #[test]
    fn words_and_methods_are_no_paths() {
        assert!(
            source("firesteel-data", "// burn::x\nfn f() { a.zip(b); std::iter::zip(a, b) }")
                .is_empty()
        );
        assert!(source("firesteel-nn", "fn f(arrow: u8) -> u8 { arrow }").is_empty());
    }

    #[test]
    fn what_the_gate_hands_on_may_be_used() {
        let text = "use firesteel_data::{DataFrame, arrow};\nfn f() { arrow::compute::sum() }";
        assert!(source("firesteel-ml", text).is_empty());
        assert!(source("firesteel-ml", "mod zip;\nfn f() { zip::f() }").is_empty());
        assert_eq!(source("firesteel-ml", "fn f() { arrow::compute::sum() }").len(), 1);
    }

    #[test]
    fn a_closed_gate_is_not_walked_around() {
        assert_eq!(source("firesteel-nn", "use firesteel_tensor::burn::Tensor;").len(), 1);
        assert_eq!(source("firesteel-nn", "use firesteel_tensor::{Tensor, burn};").len(), 1);
        assert_eq!(source("firesteel-nn", "fn f() { firesteel_tensor::burn::seed() }").len(), 1);
    }
}
