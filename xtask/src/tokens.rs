// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rust source as one flat list of tokens with their lines.
//!
//! Checks work on this list rather than on text, so that a word in a comment or a string is no finding, and
//! rather than on a syntax tree, so that the insides of macros are seen too. Doc comments arrive as the compiler
//! sees them: `#[doc = "text"]`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A token and the lines (from 1) that it covers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) lexeme: Lexeme,
    pub(crate) line: usize,
    pub(crate) last_line: usize,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Lexeme {
    Ident(String),
    Punct(char),
    Literal(String),
    Open(char),
    Close(char),
}

impl Token {
    pub(crate) fn ident(&self) -> Option<&str> {
        match &self.lexeme {
            Lexeme::Ident(name) => Some(name),
            _ => None,
        }
    }

    pub(crate) fn literal(&self) -> Option<&str> {
        match &self.lexeme {
            Lexeme::Literal(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_ident(&self, name: &str) -> bool {
        self.ident() == Some(name)
    }

    pub(crate) fn is_punct(&self, punct: char) -> bool {
        self.lexeme == Lexeme::Punct(punct)
    }

    pub(crate) fn is_open(&self, bracket: char) -> bool {
        self.lexeme == Lexeme::Open(bracket)
    }
}

/// The tokens of a source text.
///
/// # Errors
/// The line and the reason, when the text is no Rust.
pub(crate) fn tokenise(text: &str) -> Result<Vec<Token>, (usize, String)> {
    let stream: TokenStream = text
        .parse()
        .map_err(|error: proc_macro2::LexError| (error.span().start().line, error.to_string()))?;
    let mut tokens = Vec::new();
    flatten(stream, &mut tokens);
    Ok(tokens)
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for tree in stream {
        let span = tree.span();
        let (line, last_line) = (span.start().line, span.end().line);
        let mut push = |lexeme, line, last_line| tokens.push(Token { lexeme, line, last_line });
        match tree {
            TokenTree::Ident(ident) => push(Lexeme::Ident(ident.to_string()), line, last_line),
            TokenTree::Punct(punct) => push(Lexeme::Punct(punct.as_char()), line, last_line),
            TokenTree::Literal(literal) => {
                push(Lexeme::Literal(literal.to_string()), line, last_line);
            }
            TokenTree::Group(group) => match brackets(group.delimiter()) {
                None => flatten(group.stream(), tokens),
                Some((open, close)) => {
                    push(Lexeme::Open(open), line, line);
                    flatten(group.stream(), tokens);
                    let close = Token { lexeme: Lexeme::Close(close), line: last_line, last_line };
                    tokens.push(close);
                }
            },
        }
    }
}

fn brackets(delimiter: Delimiter) -> Option<(char, char)> {
    match delimiter {
        Delimiter::Parenthesis => Some(('(', ')')),
        Delimiter::Brace => Some(('{', '}')),
        Delimiter::Bracket => Some(('[', ']')),
        Delimiter::None => None,
    }
}

/// Whether the token at `index` is followed by `::`.
pub(crate) fn path_goes_on(tokens: &[Token], index: usize) -> bool {
    let colon = |offset: usize| tokens.get(index + offset).is_some_and(|t| t.is_punct(':'));
    colon(1) && colon(2)
}

/// Whether the token at `index` stands behind `::`.
pub(crate) fn path_comes_before(tokens: &[Token], index: usize) -> bool {
    index >= 2 && tokens[index - 1].is_punct(':') && tokens[index - 2].is_punct(':')
}

/// The index behind the bracket that closes the one at `open`.
pub(crate) fn behind_bracket(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.lexeme {
            Lexeme::Open(_) => depth += 1,
            Lexeme::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    tokens.len()
}

/// If an attribute starts at `index` (`#[..]` or `#![..]`), the index behind it.
pub(crate) fn behind_attribute(tokens: &[Token], index: usize) -> Option<usize> {
    let open = attribute_bracket(tokens, index)?;
    Some(behind_bracket(tokens, open))
}

/// If a doc comment starts at `index`, the index behind it.
pub(crate) fn behind_doc(tokens: &[Token], index: usize) -> Option<usize> {
    let open = attribute_bracket(tokens, index)?;
    let is_doc = tokens.get(open + 1)?.is_ident("doc") && tokens.get(open + 2)?.is_punct('=');
    is_doc.then(|| behind_bracket(tokens, open))
}

fn attribute_bracket(tokens: &[Token], index: usize) -> Option<usize> {
    if !tokens.get(index)?.is_punct('#') {
        return None;
    }
    let open = index + 1 + usize::from(tokens.get(index + 1)?.is_punct('!'));
    tokens.get(open)?.is_open('[').then_some(open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_brackets_survive() {
        let tokens = tokenise("fn a(\n) {\n    \"x\n\"; }").unwrap();
        let lines: Vec<(usize, usize)> = tokens.iter().map(|t| (t.line, t.last_line)).collect();
        assert_eq!(lines, [(1, 1), (1, 1), (1, 1), (2, 2), (2, 2), (3, 4), (4, 4), (4, 4)]);
        assert_eq!(behind_bracket(&tokens, 2), 4);
        assert_eq!(behind_bracket(&tokens, 4), tokens.len());
    }

    #[test]
    fn doc_comments_are_told_from_other_attributes() {
        let tokens = tokenise("/// words\n#[test]\nfn a() {}").unwrap();
        let doc_end = behind_doc(&tokens, 0).unwrap();
        assert_eq!(behind_doc(&tokens, doc_end), None);
        let attribute_end = behind_attribute(&tokens, doc_end).unwrap();
        assert!(tokens[attribute_end].is_ident("fn"));
    }

    #[test]
    fn broken_text_names_its_line() {
        assert_eq!(tokenise("fn a() {\n    (\n}").unwrap_err().0, 3);
    }
}
