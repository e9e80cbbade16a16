// SPDX-License-Identifier: MIT OR Apache-2.0
//! Java's patterns for dates, such as `dd/MM/yyyy`, as the engine writes them: `%d/%m/%Y`.

use datafusion::sql::sqlparser::ast::{Expr, Value};
use firesteel_core::{Result, err};

/// Runs of letters and what stands for them.
const LETTERS: &[(&str, &str)] = &[
    ("a", "%p"),
    ("D", "%j"),
    ("d", "%-d"),
    ("dd", "%d"),
    ("E", "%a"),
    ("EEE", "%a"),
    ("EEEE", "%A"),
    ("H", "%-H"),
    ("h", "%-I"),
    ("HH", "%H"),
    ("hh", "%I"),
    ("m", "%-M"),
    ("M", "%-m"),
    ("mm", "%M"),
    ("MM", "%m"),
    ("MMM", "%b"),
    ("MMMM", "%B"),
    ("s", "%-S"),
    ("ss", "%S"),
    ("SSS", "%3f"),
    ("SSSSSS", "%6f"),
    ("y", "%Y"),
    ("yy", "%y"),
    ("yyyy", "%Y"),
];

/// The pattern as the engine takes it; none where it is no text.
pub(super) fn of_engine(function: &str, pattern: &Expr) -> Result<Option<Expr>> {
    let Expr::Value(value) = pattern else { return Ok(None) };
    let Value::SingleQuotedString(java) = &value.value else { return Ok(None) };
    let Some(pattern) = translated(java) else {
        let known = LETTERS.iter().map(|(letters, _)| *letters).collect::<Vec<_>>().join(", ");
        let wrong = err::invalid_argument(function, "pattern");
        return Err(wrong.expected(format!("made of {known}, and texts in quotes")).got(java));
    };
    Ok(Some(Expr::Value(Value::SingleQuotedString(pattern).with_empty_span())))
}

fn translated(java: &str) -> Option<String> {
    let mut new = String::new();
    let mut rest = java;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let (quoted, behind) = rest[1..].split_once('\'')?;
            new += if quoted.is_empty() { "'" } else { quoted };
            rest = behind;
        } else if first.is_ascii_alphabetic() {
            let run = rest.len() - rest.trim_start_matches(first).len();
            let letters = LETTERS.iter().find(|(letters, _)| *letters == &rest[..run])?;
            new += letters.1;
            rest = &rest[run..];
        } else {
            new.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    Some(new)
}

#[cfg(test)]
mod tests {
    use super::translated;

    #[test]
    fn patterns_are_translated() {
        assert_eq!(translated("dd/MM/yyyy HH:mm:ss").unwrap(), "%d/%m/%Y %H:%M:%S");
        assert_eq!(translated("yyyy-MM-dd'T'h a").unwrap(), "%Y-%m-%dT%-I %p");
        assert_eq!(translated("GGG"), None);
    }
}
