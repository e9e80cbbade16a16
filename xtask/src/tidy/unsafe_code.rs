// SPDX-License-Identifier: MIT OR Apache-2.0
//! Code outside the compiler's guarantees stands in two crates alone; see `docs/adr/0005-shipped-closures.md`.

use crate::finding::Finding;
use crate::workspace::{TextFile, Workspace};

/// The crates that may contain it.
pub(crate) const CRATES: [&str; 2] = ["firesteel-kernels", "firesteel-ship"];

pub(crate) fn check(workspace: &Workspace) -> Vec<Finding> {
    let files = workspace.rust_files();
    files
        .filter(|file| !file.crate_name().is_some_and(|name| CRATES.contains(&name)))
        .flat_map(check_file)
        .collect()
}

fn check_file(file: &TextFile) -> Vec<Finding> {
    let tokens = file.tokens().unwrap_or_default();
    let found = tokens.iter().filter(|token| token.is_ident("unsafe"));
    let message = format!("`unsafe` outside {}", CRATES.join(" and "));
    let fix =
        "write it safely, or move the kernel to firesteel-kernels with a SAFETY note and its suite";
    found.map(|token| Finding::new(&file.path, token.line, message.clone(), fix)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n_findings(path: &str, text: &str) -> usize {
        check(&Workspace::of_files([(path, text)])).len()
    }

    #[test]
    fn the_word_counts_in_code_only() {
        assert_eq!(n_findings("crates/firesteel-nn/src/a.rs", "unsafe fn a() {}"), 1);
        assert_eq!(
            n_findings("crates/firesteel-nn/tests/it/main.rs", "fn a() { unsafe { b() } }"),
            1
        );
        assert_eq!(
            n_findings("crates/firesteel-nn/src/a.rs", "macro_rules! m { () => { unsafe {} } }"),
            1
        );
        assert_eq!(
            n_findings("crates/firesteel-nn/src/a.rs", "// unsafe\nconst A: &str = \"unsafe\";"),
            0
        );
        assert_eq!(n_findings("crates/firesteel-nn/src/lib.rs", "#![deny(unsafe_code)]"), 0);
    }

    #[test]
    fn two_crates_are_free() {
        for name in CRATES {
            assert_eq!(n_findings(&format!("crates/{name}/src/a.rs"), "unsafe fn a() {}"), 0);
        }
    }
}
