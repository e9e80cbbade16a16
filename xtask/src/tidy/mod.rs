// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask tidy`: checks the house rules that neither the compiler nor clippy knows.
//!
//! Each rule is one module with one `check`, and one line in [`CHECKS`].

mod arrows;
mod crate_rules;
mod gates;
mod ignored_tests;
mod known_gaps;
mod leftovers;
mod machine_paths;
mod registry;
mod spdx;
mod unsafe_code;

pub(crate) use known_gaps::count as count_known_gaps;
pub(crate) use unsafe_code::CRATES as UNSAFE_CRATES;

use crate::figures;
use crate::finding::Finding;
use crate::workspace::Workspace;
use crate::{Result, no_arguments};

type Check = fn(&Workspace) -> Vec<Finding>;

const CHECKS: &[(&str, Check)] = &[
    // registry: sorted
    ("arrows", arrows::check),
    ("crate-rules", crate_rules::check),
    ("figures", figures::check),
    ("gates", gates::check),
    ("ignored-tests", ignored_tests::check),
    ("known-gaps", known_gaps::check),
    ("leftovers", leftovers::check),
    ("machine-paths", machine_paths::check),
    ("registry", registry::check),
    ("spdx", spdx::check),
    ("unsafe", unsafe_code::check),
    // registry: end
];

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    no_arguments("tidy", arguments)?;
    let workspace = Workspace::load()?;
    let mut n_findings = 0;
    for finding in unreadable(&workspace) {
        println!("[syntax] {finding}");
        n_findings += 1;
    }
    for (name, check) in CHECKS {
        let mut findings = check(&workspace);
        findings.sort();
        findings.dedup();
        n_findings += findings.len();
        for finding in findings {
            println!("[{name}] {finding}");
        }
    }
    match n_findings {
        0 => {
            println!("tidy: {} checks, {} files, no finding", CHECKS.len(), workspace.files.len());
            Ok(())
        }
        n => Err(format!("tidy: {n} {}", if n == 1 { "finding" } else { "findings" })),
    }
}

/// Rust files that cannot be split into tokens: the checks skip them, so they are reported once, here.
fn unreadable(workspace: &Workspace) -> Vec<Finding> {
    let broken = workspace.rust_files().filter_map(|file| {
        let (line, reason) = file.tokens().err()?;
        Some(Finding::new(&file.path, line, reason, "make it compile"))
    });
    broken.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_rust_is_a_finding() {
        let workspace = Workspace::of_files([("crates/a/src/lib.rs", "fn a() {\n(")]);
        let findings = unreadable(&workspace);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].to_string().starts_with("crates/a/src/lib.rs:2: "), "{}", findings[0]);
    }
}
