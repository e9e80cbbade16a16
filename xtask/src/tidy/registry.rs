// SPDX-License-Identifier: MIT OR Apache-2.0
//! Registries: a list between `// registry: sorted` and `// registry: end` is in alphabetical order.
//!
//! An entry ends at a comma or semicolon outside all brackets. It is sorted by its first string literal, or, where it
//! has none, by its text from the first name on (keywords aside). Upper and lower case are equal, and `_` comes
//! before every other sign, as `rustfmt` has it.

use crate::finding::Finding;
use crate::tokens::{Lexeme, Token, behind_attribute, tokenise};
use crate::workspace::{TextFile, Workspace};

const START: &str = "// registry: sorted";
const END: &str = "// registry: end";
/// Stands between the tokens of a key and sorts before all signs, so that `max::Max` comes before `max_pooling::..`.
const GAP: &str = "\u{1}";
const KEYWORDS: [&str; 9] =
    ["as", "const", "crate", "mod", "pub", "self", "static", "super", "use"];

pub(crate) fn check(workspace: &Workspace) -> Vec<Finding> {
    workspace.rust_files().flat_map(check_file).collect()
}

fn check_file(file: &TextFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in file.lines() {
        match (line.trim(), &mut open) {
            (START, None) => open = Some((number, String::new())),
            (START, Some((start, _))) => findings.push(unclosed(file, *start)),
            (END, None) => {
                findings.push(Finding::new(&file.path, number, "no list is open here", "remove it"))
            }
            (END, Some((start, list))) => {
                findings.extend(check_list(file, *start, list));
                open = None;
            }
            (_, Some((_, list))) => *list += &format!("{line}\n"),
            (_, None) => {}
        }
    }
    findings.extend(open.map(|(start, _)| unclosed(file, start)));
    findings
}

fn unclosed(file: &TextFile, start: usize) -> Finding {
    Finding::new(&file.path, start, "the sorted list has no end", format!("add `{END}` behind it"))
}

fn check_list(file: &TextFile, start: usize, list: &str) -> Vec<Finding> {
    let tokens = match tokenise(list) {
        Ok(tokens) => tokens,
        Err((line, reason)) => {
            let fix = "put both marks inside the same brackets";
            return vec![Finding::new(&file.path, start + line, reason, fix)];
        }
    };
    let keys: Vec<(usize, String)> = entries(&tokens).filter_map(key).collect();
    let pairs = keys.windows(2).filter(|pair| pair[0].1 >= pair[1].1);
    pairs
        .map(|pair| {
            let [before, after] = [&pair[0].1, &pair[1].1].map(|key| key.replace(GAP, ""));
            let (what, fix) = if before == after {
                (format!("`{after}` is listed twice"), "remove one of them")
            } else {
                (format!("`{after}` comes after `{before}`"), "sort the list")
            };
            Finding::new(&file.path, start + pair[1].0, what, fix)
        })
        .collect()
}

/// The runs of tokens between separators outside all brackets.
fn entries(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    let mut depth = 0_usize;
    tokens
        .split(move |token| {
            match token.lexeme {
                Lexeme::Open(_) => depth += 1,
                Lexeme::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && (token.is_punct(',') || token.is_punct(';'))
        })
        .filter(|entry| !entry.is_empty())
}

/// The line within the list and the text by which an entry is sorted.
fn key(entry: &[Token]) -> Option<(usize, String)> {
    let entry = without_attributes(entry);
    let line = entry.first()?.line;
    let literal =
        entry.iter().find_map(|token| token.literal().filter(|text| text.starts_with('"')));
    let text = match literal {
        Some(text) => text.trim_matches('"').to_owned(),
        None => {
            let is_name =
                |token: &Token| token.ident().is_some_and(|name| !KEYWORDS.contains(&name));
            let first = entry.iter().position(is_name)?;
            entry[first..].iter().map(text_of).collect::<Vec<_>>().join(GAP)
        }
    };
    Some((line, text.to_lowercase().replace('_', " ")))
}

fn without_attributes(mut entry: &[Token]) -> &[Token] {
    while let Some(end) = behind_attribute(entry, 0) {
        entry = &entry[end..];
    }
    entry
}

fn text_of(token: &Token) -> String {
    match &token.lexeme {
        Lexeme::Ident(text) | Lexeme::Literal(text) => text.clone(),
        Lexeme::Punct(c) | Lexeme::Open(c) | Lexeme::Close(c) => c.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(list: &str) -> Vec<String> {
        let text = format!("const A: &[B] = &[\n{START}\n{list}\n{END}\n];\n");
        let workspace = Workspace::of_files([("crates/a/src/lib.rs", &text)]);
        check(&workspace).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn sorted_lists_pass() {
        assert!(findings("Activation::ENTRY,\nConv2D::ENTRY,\nDense::ENTRY,").is_empty());
        assert!(findings("mod adam;\npub mod sgd;").is_empty());
        assert!(findings("(\"b\", zero),\n(\n    \"c\",\n    &[\"a\"],\n),").is_empty());
        assert!(findings("Lambda, LSTM").is_empty());
        assert!(findings("pub use max::Max;\npub use max_pooling::MaxPooling;").is_empty());
        assert!(findings("").is_empty());
    }

    #[test]
    fn the_entry_out_of_order_is_named_with_its_line() {
        let found = findings("Dense::ENTRY,\n// a remark\nConv2D::ENTRY,");
        assert_eq!(found.len(), 1);
        assert!(
            found[0]
                .starts_with("crates/a/src/lib.rs:5: `conv2d::entry` comes after `dense::entry`"),
            "{}",
            found[0]
        );
        assert_eq!(findings("row(\"b\", a),\nrow(\"a\", b),").len(), 1);
        assert_eq!(findings("Box::new(B), Box::new(A)").len(), 1);
        assert_eq!(findings("#[cfg(unix)] b, #[cfg(unix)] a").len(), 1);
    }

    #[test]
    fn doubles_are_found() {
        assert!(findings("Dense, Dense")[0].contains("`dense` is listed twice"));
    }

    #[test]
    fn marks_come_in_pairs() {
        let n_findings = |text: &str| check(&Workspace::of_files([("a.rs", text)])).len();
        assert_eq!(n_findings(&format!("{START}\nmod a;\n")), 1);
        assert_eq!(n_findings(&format!("mod a;\n{END}\n")), 1);
        assert_eq!(n_findings(&format!("{START}\n[\n{END}\n]")), 1);
    }
}
