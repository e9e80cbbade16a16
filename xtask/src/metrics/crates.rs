// SPDX-License-Identifier: MIT OR Apache-2.0
//! The same figures crate by crate.

use std::collections::BTreeMap;

use super::measure::FileMeasure;
use super::statistics::{percentile, rate};
use super::table;

/// Crates without an API of their own for users: their docs are no manual.
const TOOLS: [&str; 4] = ["firesteel-benches", "firesteel-cli", "firesteel-macros", "xtask"];

/// Whether users read the docs of a crate.
pub(super) fn is_public(crate_name: &str) -> bool {
    !TOOLS.contains(&crate_name)
}

/// A table with a row for each crate.
pub(super) fn render(files: &[FileMeasure]) -> String {
    let mut crates: BTreeMap<&str, Vec<&FileMeasure>> = BTreeMap::new();
    for file in files {
        crates.entry(&file.crate_name).or_default().push(file);
    }
    let header = ["crate", "files", "code lines", "median file", "median function", "docs"];
    let rows = crates.iter().map(|(name, files)| row(name, files));
    table::render(&[header.map(str::to_owned)].into_iter().chain(rows).collect::<Vec<_>>())
}

fn row(name: &str, files: &[&FileMeasure]) -> [String; 6] {
    let code: Vec<usize> = files.iter().map(|file| file.code).collect();
    let functions: Vec<usize> =
        files.iter().flat_map(|file| file.functions.iter().map(|f| f.lines)).collect();
    let total: usize = code.iter().sum();
    let docs: usize = files.iter().map(|file| file.docs).sum();
    [
        name.to_owned(),
        files.len().to_string(),
        total.to_string(),
        percentile(&code, 50).to_string(),
        percentile(&functions, 50).to_string(),
        format!("{:.0} %", rate(docs, docs + total, 100.0)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_summed_by_crate() {
        let file = |crate_name: &str, code, docs| FileMeasure {
            crate_name: crate_name.into(),
            code,
            docs,
            ..FileMeasure::default()
        };
        let text = render(&[file("b", 30, 10), file("a", 10, 0), file("b", 60, 20)]);
        let rows: Vec<Vec<&str>> =
            text.lines().skip(2).map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(
            rows,
            [["a", "1", "10", "10", "0", "0", "%"], ["b", "2", "90", "30", "0", "25", "%"]]
        );
    }
}
