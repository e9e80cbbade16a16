// SPDX-License-Identifier: MIT OR Apache-2.0
//! `known_gaps.toml`: each entry names a test, says why it fails, and points to an issue.

use toml::{Table, Value};

use crate::finding::Finding;
use crate::tokens::{Token, behind_bracket};
use crate::workspace::{TextFile, Workspace};

const PATH: &str = "known_gaps.toml";
const KEYS: [&str; 3] = ["test", "reason", "issue"];

pub(crate) fn check(workspace: &Workspace) -> Vec<Finding> {
    match workspace.file(PATH) {
        Some(file) => check_file(file),
        None => vec![finding(1, "the file is missing", "write `gaps = []`")],
    }
}

/// How many gaps are listed, in the file and in the lists `NOT_YET` of tests; a file that is missing or broken, which
/// `check` reports, lists none.
pub(crate) fn count(workspace: &Workspace) -> usize {
    let parsed = workspace.file(PATH).and_then(|file| entries(file).ok());
    let not_yet: usize = workspace.rust_files().map(not_yet).sum();
    parsed.map_or(0, |entries| entries.len()) + not_yet
}

/// The entries of the file's `const NOT_YET: &[&str] = &[..];`.
fn not_yet(file: &TextFile) -> usize {
    let tokens = file.tokens().unwrap_or_default();
    let is_const = |pair: &[Token]| pair[0].is_ident("const") && pair[1].is_ident("NOT_YET");
    let Some(start) = tokens.windows(2).position(is_const) else { return 0 };
    let behind = |from: usize, is: fn(&Token) -> bool| {
        tokens.iter().skip(from).position(is).map(|offset| from + offset)
    };
    let value = behind(start, |token| token.is_punct('='));
    let Some(open) = value.and_then(|value| behind(value, |token| token.is_open('['))) else {
        return 0;
    };
    tokens[open..behind_bracket(tokens, open)].iter().filter_map(Token::literal).count()
}

fn check_file(file: &TextFile) -> Vec<Finding> {
    let entries = match entries(file) {
        Ok(entries) => entries,
        Err(finding) => return vec![finding],
    };
    let mut findings = Vec::new();
    let mut previous = String::new();
    for entry in &entries {
        let name = text_of(entry, "test").unwrap_or_default().to_owned();
        let line = line_of(file, &name);
        findings.extend(
            faults(entry).into_iter().map(|what| finding(line, what, "see the head of the file")),
        );
        if name <= previous {
            findings.push(finding(
                line,
                format!("`{name}` is out of order, or listed twice"),
                "sort by test",
            ));
        }
        previous = name;
    }
    findings
}

/// The tables of `gaps = [..]`.
fn entries(file: &TextFile) -> Result<Vec<Table>, Finding> {
    let table: Table = file.text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| file.text.get(..span.start)).unwrap_or_default();
        finding(before.matches('\n').count() + 1, error.message(), "see the head of the file")
    })?;
    let shape = || {
        finding(1, "expected `gaps = [{ .. }, ..]` and nothing else", "see the head of the file")
    };
    let gaps = table
        .get("gaps")
        .and_then(Value::as_array)
        .filter(|_| table.len() == 1)
        .ok_or_else(shape)?;
    gaps.iter().map(|gap| gap.as_table().cloned().ok_or_else(shape)).collect()
}

fn faults(entry: &Table) -> Vec<String> {
    let mut faults = Vec::new();
    for key in ["test", "reason"] {
        if text_of(entry, key).is_none_or(|text| text.trim().is_empty()) {
            faults.push(format!("`{key}` must be a text that is not empty"));
        }
    }
    if entry.get("issue").and_then(Value::as_integer).is_none_or(|issue| issue < 1) {
        faults.push("`issue` must be the number of an issue".to_owned());
    }
    let unknown = entry.keys().filter(|key| !KEYS.contains(&key.as_str()));
    faults
        .extend(unknown.map(|key| format!("unknown key `{key}`; known keys: {}", KEYS.join(", "))));
    faults
}

fn text_of<'a>(entry: &'a Table, key: &str) -> Option<&'a str> {
    entry.get(key).and_then(Value::as_str)
}

fn line_of(file: &TextFile, name: &str) -> usize {
    let quoted = format!("\"{name}\"");
    file.lines().find(|(_, line)| line.contains(&quoted)).map_or(1, |(number, _)| number)
}

fn finding(line: usize, message: impl Into<String>, fix: &str) -> Finding {
    Finding::new(PATH, line, message, fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<String> {
        check(&Workspace::of_files([(PATH, text)])).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn good_entries_pass_and_are_counted() {
        let text = "gaps = [\n  { test = \"a::b\", reason = \"not yet\", issue = 3 },\n  \
                    { test = \"a::c\", reason = \"not yet\", issue = 4 },\n]\n";
        assert!(findings(text).is_empty());
        assert_eq!(count(&Workspace::of_files([(PATH, text)])), 2);
        assert!(findings("gaps = []\n").is_empty());
    }

    #[test]
    fn what_tests_know_to_differ_is_counted() {
        let test = "const OTHER: [&str; 1] = [\"a\"];\n/// Texts.\nconst NOT_YET: &[&str] = &[\n    \
                    \"b\", // why\n    \"[c\",\n];\nfn f() { NOT_YET.contains(\"d\") }";
        let gaps = "gaps = [{ test = \"a::b\", reason = \"not yet\", issue = 3 }]";
        let file = ("crates/a/tests/it/b.rs", test);
        assert_eq!(count(&Workspace::of_files([file])), 2);
        assert_eq!(count(&Workspace::of_files([file, (PATH, gaps)])), 3);
        let named = ("crates/a/tests/it/c.rs", "fn f() { NOT_YET.contains(\"d\") }");
        assert_eq!(count(&Workspace::of_files([named])), 0);
    }

    #[test]
    fn a_missing_or_broken_file_is_a_finding() {
        assert_eq!(check(&Workspace::default()).len(), 1);
        assert!(findings("gaps = []\n\ngaps = ")[0].starts_with("known_gaps.toml:3: "));
        assert_eq!(findings("gap = []").len(), 1);
        assert_eq!(findings("gaps = [1]").len(), 1);
    }

    #[test]
    fn each_fault_is_named_with_its_line() {
        let found =
            findings("gaps = [\n  { test = \"a\", reason = \" \", issue = 0, who = \"me\" },\n]");
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().all(|text| text.starts_with("known_gaps.toml:2: ")), "{found:?}");
    }

    #[test]
    fn order_is_kept_and_a_test_is_listed_once() {
        let entry = |name: &str| format!("{{ test = \"{name}\", reason = \"r\", issue = 1 }}");
        assert_eq!(findings(&format!("gaps = [{}, {}]", entry("b"), entry("a"))).len(), 1);
        assert_eq!(findings(&format!("gaps = [{}, {}]", entry("a"), entry("a"))).len(), 1);
    }
}
