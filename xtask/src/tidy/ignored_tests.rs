// SPDX-License-Identifier: MIT OR Apache-2.0
//! No test is switched off: what does not work yet is listed in `known_gaps.toml`, where the list can only shrink.

use crate::finding::Finding;
use crate::tokens::{Token, behind_attribute};
use crate::workspace::{TextFile, Workspace};

pub(crate) fn check(workspace: &Workspace) -> Vec<Finding> {
    workspace.rust_files().flat_map(check_file).collect()
}

fn check_file(file: &TextFile) -> Vec<Finding> {
    let tokens = file.tokens().unwrap_or_default();
    let attributes = (0..tokens.len())
        .filter_map(|start| Some(&tokens[start..behind_attribute(tokens, start)?]));
    attributes.filter_map(breach).map(|(line, what)| finding(file, line, what)).collect()
}

/// The line of an attribute that switches a test off, and the way it does so.
fn breach(attribute: &[Token]) -> Option<(usize, &'static str)> {
    let line = attribute.first()?.line;
    if is_doc(attribute) {
        return attribute
            .iter()
            .find_map(ignored_example)
            .map(|offset| (line + offset, "an ignored example"));
    }
    let in_test = attribute.iter().any(|t| t.is_ident("ignore"))
        && attribute.iter().any(|t| t.is_ident("cfg_attr"));
    let plain = attribute.get(2).is_some_and(|token| token.is_ident("ignore"));
    (in_test || plain).then_some((line, "an ignored test"))
}

fn is_doc(attribute: &[Token]) -> bool {
    attribute.iter().any(|token| token.is_ident("doc"))
}

/// The offset of the line that opens a code block with `ignore` among its words.
fn ignored_example(token: &Token) -> Option<usize> {
    let text = token.literal()?;
    text.split("\\n").flat_map(str::lines).position(|line| {
        let line = line.trim_start_matches(['"', ' ', '*', 'r', '#']);
        let words = line.strip_prefix("```").unwrap_or_default();
        words.split([',', ' ', '"']).any(|word| word == "ignore" || word.starts_with("ignore-"))
    })
}

fn finding(file: &TextFile, line: usize, what: &str) -> Finding {
    let fix = "make it pass, or list it in known_gaps.toml with a reason; an example may be `no_run` or `text`";
    Finding::new(&file.path, line, what, fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let workspace = Workspace::of_files([("crates/a/src/lib.rs", text)]);
        check(&workspace).iter().map(ToString::to_string).collect()
    }

    fn attribute(inside: &str) -> String {
        format!("#[test]\n#[{inside}]\nfn a() {{}}")
    }

    #[test]
    fn every_way_of_ignoring_is_found() {
        for inside in ["ignore", "ignore = \"slow\"", "cfg_attr(windows, ignore)"] {
            let found = lines(&attribute(inside));
            assert_eq!(found.len(), 1, "{inside}");
            assert!(found[0].starts_with("crates/a/src/lib.rs:2: an ignored test"), "{}", found[0]);
        }
    }

    #[test]
    fn other_attributes_pass() {
        assert!(lines(&attribute("serde(ignore)")).is_empty());
        assert!(lines("/// Files to ignore.\nfn ignore() {}").is_empty());
        assert!(lines("/// ```no_run\n/// a();\n/// ```\nfn a() {}").is_empty());
    }

    #[test]
    fn ignored_examples_are_found() {
        for words in ["ignore", "rust,ignore", "ignore-windows"] {
            let found =
                lines(&format!("/// Text.\n/// ```{words}\n/// a();\n/// ```\nfn a() {{}}"));
            assert_eq!(found.len(), 1, "{words}");
            assert!(
                found[0].starts_with("crates/a/src/lib.rs:2: an ignored example"),
                "{}",
                found[0]
            );
        }
    }
}
