// SPDX-License-Identifier: MIT OR Apache-2.0
//! One cell of a shown table: escaped, cut, measured and padded.

/// Characters that would break the lines of the table, written as in a program.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => escaped += "\\n",
            '\r' => escaped += "\\r",
            '\t' => escaped += "\\t",
            '\u{c}' => escaped += "\\f",
            '\u{8}' => escaped += "\\b",
            '\u{b}' => escaped += "\\v",
            '\u{7}' => escaped += "\\a",
            other => escaped.push(other),
        }
    }
    escaped
}

/// The text in at most so many characters, the last three of them dots where there is room; 0 keeps all.
pub(super) fn cut(text: String, characters: usize) -> String {
    // Spark counts the units of UTF-16
    let length: usize = text.chars().map(char::len_utf16).sum();
    match characters {
        0 => text,
        _ if length <= characters => text,
        1..4 => first(&text, characters),
        _ => first(&text, characters - 3) + "...",
    }
}

/// The first units; half a letter is a question mark.
fn first(text: &str, units: usize) -> String {
    let (mut taken, mut first) = (0, String::new());
    for c in text.chars() {
        taken += c.len_utf16();
        match taken.checked_sub(units) {
            None | Some(0) => first.push(c),
            Some(over) if over < c.len_utf16() => {
                first.push('?');
                break;
            }
            Some(_) => break,
        }
    }
    first
}

/// Columns on a terminal: characters of full width take two.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| if is_full_width(c) { 2 } else { c.len_utf16() }).sum()
}

fn is_full_width(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}')
}

/// The text with spaces before it.
pub(super) fn pad_left(text: &str, columns: usize) -> String {
    " ".repeat(columns.saturating_sub(width(text))) + text
}

/// The text with spaces behind it.
pub(super) fn pad_right(text: &str, columns: usize) -> String {
    text.to_owned() + &" ".repeat(columns.saturating_sub(width(text)))
}
