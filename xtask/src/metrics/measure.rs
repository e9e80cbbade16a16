// SPDX-License-Identifier: MIT OR Apache-2.0
//! `FileMeasure`: what is counted in one source file, its tests left out.
//!
//! A code line holds at least one token that is not part of a doc comment; so neither blank lines nor comments count.
//! A function is counted from its `fn` to its closing brace, a `match` from its keyword to its closing brace.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::Result;
use crate::tokens::{Token, behind_doc};
use crate::workspace::TextFile;

/// The counts of one file.
#[derive(Debug, Default)]
pub(super) struct FileMeasure {
    pub(super) path: String,
    pub(super) crate_name: String,
    pub(super) code: usize,
    pub(super) docs: usize,
    pub(super) functions: Vec<Function>,
    /// The code lines of each `match`.
    pub(super) matches: Vec<usize>,
    /// Calls of `unwrap` and `expect`, and `panic!`.
    pub(super) panics: usize,
    pub(super) unsafe_words: usize,
    pub(super) safety_notes: usize,
}

/// A function with a body.
#[derive(Debug, PartialEq)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) lines: usize,
}

/// Counts a file.
///
/// # Errors
/// When the file is no Rust.
pub(super) fn measure(file: &TextFile) -> Result<FileMeasure> {
    let fail = |line: usize, reason: &str| format!("{}:{line}: {reason}", file.path);
    let tree = syn::parse_file(&file.text)
        .map_err(|error| fail(error.span().start().line, &error.to_string()))?;
    let mut tests = Tests::default();
    tests.visit_file(&tree);
    let in_tests = |line: usize| tests.0.iter().any(|range| range.contains(&line));

    let tokens = file.tokens().map_err(|(line, reason)| fail(line, reason))?;
    let (code, docs): (Vec<&Token>, Vec<&Token>) = split_docs(tokens);
    let code: Vec<&Token> = code.into_iter().filter(|token| !in_tests(token.line)).collect();
    let code_lines = lines(&code);
    let mut bodies = Bodies { code_lines: &code_lines, functions: Vec::new(), matches: Vec::new() };
    bodies.visit_file(&tree);
    Ok(FileMeasure {
        path: file.path.clone(),
        crate_name: file.crate_name().unwrap_or_default().to_owned(),
        code: code_lines.len(),
        docs: lines(&docs).into_iter().filter(|&line| !in_tests(line)).count(),
        functions: bodies.functions,
        matches: bodies.matches,
        panics: count_panics(&code),
        unsafe_words: code.iter().filter(|token| token.is_ident("unsafe")).count(),
        safety_notes: file
            .lines()
            .filter(|&(line, text)| !in_tests(line) && is_safety_note(text))
            .count(),
    })
}

/// The tokens of code, and those of doc comments.
fn split_docs(tokens: &[Token]) -> (Vec<&Token>, Vec<&Token>) {
    let (mut code, mut docs) = (Vec::new(), Vec::new());
    let mut index = 0;
    while index < tokens.len() {
        match behind_doc(tokens, index) {
            Some(end) => {
                docs.extend(&tokens[index..end]);
                index = end;
            }
            None => {
                code.push(&tokens[index]);
                index += 1;
            }
        }
    }
    (code, docs)
}

fn lines(tokens: &[&Token]) -> BTreeSet<usize> {
    tokens.iter().flat_map(|token| token.line..=token.last_line).collect()
}

fn count_panics(code: &[&Token]) -> usize {
    let calls = code.windows(3).filter(|w| {
        w[0].is_punct('.')
            && (w[1].is_ident("unwrap") || w[1].is_ident("expect"))
            && w[2].is_open('(')
    });
    let macros = code.windows(2).filter(|w| w[0].is_ident("panic") && w[1].is_punct('!'));
    calls.count() + macros.count()
}

fn is_safety_note(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") && (line.contains("SAFETY:") || line.trim_end().ends_with("# Safety"))
}

/// The lines of all items under `#[cfg(test)]`.
#[derive(Default)]
struct Tests(Vec<RangeInclusive<usize>>);

impl<'ast> Visit<'ast> for Tests {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if attributes(item).iter().any(is_cfg_test) {
            self.0.push(item.span().start().line..=item.span().end().line);
        } else {
            visit::visit_item(self, item);
        }
    }
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_cfg_test(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
}

/// Collects the sizes of functions and matches.
struct Bodies<'a> {
    code_lines: &'a BTreeSet<usize>,
    functions: Vec<Function>,
    matches: Vec<usize>,
}

impl Bodies<'_> {
    fn add(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let line = signature.fn_token.span().start().line;
        let lines = self.code_lines.range(line..=body.span().end().line).count();
        if lines > 0 {
            self.functions.push(Function { name: signature.ident.to_string(), line, lines });
        }
    }
}

impl<'ast> Visit<'ast> for Bodies<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(body) = &item.default {
            self.add(&item.sig, body);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_expr_match(&mut self, item: &'ast syn::ExprMatch) {
        let (first, last) = (item.span().start().line, item.span().end().line);
        self.matches.push(self.code_lines.range(first..=last).count());
        visit::visit_expr_match(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"//! Module doc.

/// What it does,
/// in two lines.
pub fn long(a: Option<u8>) -> u8 {
    // a remark

    let text = "two
lines";
    match text {
        "a" => a.unwrap(),
        _ => a.expect("b"),
    }
}

impl A {
    // SAFETY: because
    fn short(&self) { unsafe { panic!() } }
}

trait B {
    fn none(&self);
    fn one(&self) {}
}

#[cfg(test)]
mod tests {
    /// Not counted.
    fn hidden() { a.unwrap() }
}
"#;

    fn measured() -> FileMeasure {
        measure(&TextFile::new("crates/a/src/a.rs", SOURCE)).unwrap()
    }

    #[test]
    fn code_and_docs_are_counted_without_tests() {
        let file = measured();
        assert_eq!((file.code, file.docs), (15, 3));
        assert_eq!(file.crate_name, "a");
    }

    #[test]
    fn functions_and_matches_have_their_lines() {
        let file = measured();
        let found: Vec<_> =
            file.functions.iter().map(|f| (f.name.as_str(), f.line, f.lines)).collect();
        assert_eq!(found, [("long", 5, 8), ("short", 18, 1), ("one", 23, 1)]);
        assert_eq!(file.matches, [4]);
    }

    #[test]
    fn dangers_are_counted() {
        let file = measured();
        assert_eq!((file.panics, file.unsafe_words, file.safety_notes), (3, 1, 1));
    }
}
