// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a function of data frames takes: in how many source files it is named.
//!
//! The functions are the rows of the lists `column_functions!`, `name(column) => engine;`.

use std::collections::BTreeSet;

use super::items::identifiers;
use crate::workspace::{TextFile, Workspace};

/// The crate of the functions.
const CRATE: &str = "crates/firesteel-data/src/";

/// Where their lists are.
const LISTS: &str = "crates/firesteel-data/src/functions/";

/// For each function the number of source files that name it, its list among them; comments and tests do not count.
pub(super) fn measure(workspace: &Workspace) -> Vec<usize> {
    let is_source = |file: &&TextFile| file.is_source() && file.path.starts_with(CRATE);
    let sources: Vec<&TextFile> = workspace.rust_files().filter(is_source).collect();
    let names: Vec<BTreeSet<&str>> = sources.iter().map(|file| identifiers(file)).collect();
    let lists = sources.iter().filter(|file| file.path.starts_with(LISTS));
    let functions = lists.flat_map(|file| file.text.lines().filter_map(listed));
    functions
        .map(|function| names.iter().filter(|names| names.contains(function)).count())
        .collect()
}

/// The function of a row.
fn listed(line: &str) -> Option<&str> {
    let (name, rest) = line.trim().split_once('(')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name && rest.contains(") => ") && rest.ends_with(';')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_the_rows_of_lists() {
        assert_eq!(listed("    atan2(y, x) => spark::atan2;"), Some("atan2"));
        assert_eq!(listed("($name:ident($($arg:ident),+) => $engine:path;)+) => {"), None);
        assert_eq!(listed("    Some(x) => x,"), None);
        assert_eq!(listed("    let x = f(y);"), None);
    }

    #[test]
    fn files_that_name_a_function_are_counted() {
        let workspace = Workspace::of_files([
            ("crates/firesteel-data/src/functions/math.rs", "f! {\n    abs(x) => spark::abs;\n}"),
            ("crates/firesteel-data/src/functions/mod.rs", "pub use math::abs;"),
            ("crates/firesteel-data/src/functions/tests.rs", "fn t() { abs(1) }"),
            ("crates/firesteel-data/src/other.rs", "/// As abs.\nfn other() {}"),
            ("crates/firesteel-ml/src/lib.rs", "fn f() { abs(1) }"),
        ]);
        assert_eq!(measure(&workspace), [2]);
    }
}
