// SPDX-License-Identifier: MIT OR Apache-2.0
//! `regexp_replace`, `regexp_extract` and `split`, whose patterns and replacements are written as in Java.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray as _, ListBuilder, StringArray, StringBuilder};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::Result;
use datafusion::logical_expr::{Expr, ScalarUDF};
use firesteel_core::err;
use regex::Regex;

use super::fault::carried;
use super::kernel::function;

const TWO: &[DataType] = &[DataType::Utf8, DataType::Utf8];
const THREE: &[DataType] = &[DataType::Utf8, DataType::Utf8, DataType::Utf8];
const WITH_NUMBER: &[DataType] = &[DataType::Utf8, DataType::Utf8, DataType::Int64];

pub(super) fn functions() -> [ScalarUDF; 3] {
    [
        function("regexp_extract", &[TWO, WITH_NUMBER], DataType::Utf8, extract),
        function("regexp_replace", &[THREE], DataType::Utf8, replace),
        function("split", &[TWO, WITH_NUMBER], DataType::new_list(DataType::Utf8, true), split),
    ]
}

/// The text with every match of the pattern replaced.
pub(crate) fn replace_all(text: Expr, pattern: Expr, replacement: Expr) -> Expr {
    let [_, replace, _] = functions();
    replace.call(vec![text, pattern, replacement])
}

/// The parts of the text between matches of the pattern.
pub(crate) fn parts_of(text: Expr, pattern: Expr, limit: Expr) -> Expr {
    let [.., split] = functions();
    split.call(vec![text, pattern, limit])
}

/// The expression of one row after the other; the same text is read once.
#[derive(Default)]
struct Patterns {
    text: String,
    regex: Option<Regex>,
}

impl Patterns {
    fn get(&mut self, text: &str) -> Result<&Regex> {
        if self.text != text {
            text.clone_into(&mut self.text);
            self.regex = None;
        }
        if self.regex.is_none() {
            self.regex =
                Some(Regex::new(&in_ascii(text)).map_err(|error| carried(refused(text, error)))?);
        }
        self.regex.as_ref().ok_or_else(|| carried(err::internal("no regular expression")))
    }
}

/// Java's `\\w`, `\\d` and `\\s` know the letters of ASCII only.
fn in_ascii(java: &str) -> String {
    let mut new = String::with_capacity(java.len());
    let mut chars = java.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('w')) => new += "[0-9A-Za-z_]",
            ('\\', Some('W')) => new += "[^0-9A-Za-z_]",
            ('\\', Some('d')) => new += "[0-9]",
            ('\\', Some('D')) => new += "[^0-9]",
            ('\\', Some('s')) => new += r"[ \t\n\x0B\f\r]",
            ('\\', Some('S')) => new += r"[^ \t\n\x0B\f\r]",
            (c, next) => new.extend(std::iter::once(c).chain(next)),
        }
    }
    new
}

fn refused(text: &str, error: regex::Error) -> firesteel_core::Error {
    err::invalid_argument("SQL", text)
        .expected("a regular expression, without lookaround and references back")
        .caused_by(error)
}

fn replace(args: &[ArrayRef]) -> Result<ArrayRef> {
    let [texts, patterns, replacements] = [0, 1, 2].map(|arg| args[arg].as_string::<i32>());
    let mut compiled = Patterns::default();
    let mut replaced = |((text, pattern), new): ((Option<&str>, Option<&str>), Option<&str>)| {
        let (Some(text), Some(pattern), Some(new)) = (text, pattern, new) else { return Ok(None) };
        let regex = compiled.get(pattern)?;
        let new = replacement(new, regex.captures_len());
        Ok(Some(regex.replace_all(text, new).into_owned()))
    };
    let rows = texts.iter().zip(patterns).zip(replacements).map(&mut replaced);
    Ok(Arc::new(rows.collect::<Result<StringArray>>()?))
}

/// Java's `$1` and `\$` as the library for regular expressions writes them: `${1}` and `$$`.
fn replacement(java: &str, groups: usize) -> String {
    let mut new = String::with_capacity(java.len());
    let mut chars = java.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => new.push_str(&chars.next().map(escaped).unwrap_or_default()),
            '$' => {
                let mut group = 0;
                let mut digits = 0;
                while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                    let more = group * 10 + digit as usize;
                    if digits > 0 && more >= groups {
                        break;
                    }
                    (group, digits) = (more, digits + 1);
                    chars.next();
                }
                new += &if digits == 0 { "$".to_owned() } else { format!("${{{group}}}") };
            }
            c => new.push(c),
        }
    }
    new
}

fn escaped(c: char) -> String {
    if c == '$' { "$$".to_owned() } else { c.to_string() }
}

/// A group of the first match, the first group unless said; an empty text where there is none.
fn extract(args: &[ArrayRef]) -> Result<ArrayRef> {
    let [texts, patterns] = [0, 1].map(|arg| args[arg].as_string::<i32>());
    let groups = args.get(2).map(|groups| groups.as_primitive::<Int64Type>());
    let mut compiled = Patterns::default();
    let mut extracted = |(row, (text, pattern)): (usize, (Option<&str>, Option<&str>))| {
        let (Some(text), Some(pattern)) = (text, pattern) else { return Ok(None) };
        let group = groups.map_or(1, |groups| groups.value(row));
        let regex = compiled.get(pattern)?;
        let group = usize::try_from(group).ok().filter(|group| *group < regex.captures_len());
        let Some(group) = group else {
            return Err(carried(
                err::invalid_argument("regexp_extract", "idx")
                    .expected(format!(
                        "at most {}, the groups of `{pattern}`",
                        regex.captures_len() - 1
                    ))
                    .got(groups.map_or(1, |groups| groups.value(row))),
            ));
        };
        let found = regex.captures(text).and_then(|found| found.get(group));
        Ok(Some(found.map(|found| found.as_str().to_owned()).unwrap_or_default()))
    };
    let rows = texts.iter().zip(patterns).enumerate().map(&mut extracted);
    Ok(Arc::new(rows.collect::<Result<StringArray>>()?))
}

/// The parts between matches, at most so many if a number above 0 is given.
fn split(args: &[ArrayRef]) -> Result<ArrayRef> {
    let [texts, patterns] = [0, 1].map(|arg| args[arg].as_string::<i32>());
    let limits = args.get(2).map(|limits| limits.as_primitive::<Int64Type>());
    let mut compiled = Patterns::default();
    let mut lists = ListBuilder::new(StringBuilder::new());
    for (row, (text, pattern)) in texts.iter().zip(patterns).enumerate() {
        let (Some(text), Some(pattern)) = (text, pattern) else {
            lists.append_null();
            continue;
        };
        let limit = limits.map_or(-1, |limits| limits.value(row));
        let limit = usize::try_from(limit).ok().filter(|limit| *limit > 0).unwrap_or(usize::MAX);
        parts(text, compiled.get(pattern)?, limit)
            .iter()
            .for_each(|part| lists.values().append_value(part));
        lists.append(true);
    }
    Ok(Arc::new(lists.finish()))
}

fn parts<'a>(text: &'a str, regex: &Regex, limit: usize) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for found in regex.find_iter(text) {
        // between two characters there is something empty, but not before the first and after the last
        if found.is_empty() && (found.start() == 0 || found.end() == text.len()) {
            continue;
        }
        if parts.len() + 1 >= limit {
            break;
        }
        parts.push(&text[start..found.start()]);
        start = found.end();
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacements_of_java_are_understood() {
        assert_eq!(replacement("$2-$1", 3), "${2}-${1}");
        assert_eq!(replacement("$12", 2), "${1}2");
        assert_eq!(replacement(r"\$1 \\", 2), r"$$1 \");
    }

    #[test]
    fn texts_are_split_as_in_java() {
        let split = |text, pattern: &str, limit| parts(text, &Regex::new(pattern).unwrap(), limit);
        assert_eq!(split("a,b,,", ",", usize::MAX), ["a", "b", "", ""]);
        assert_eq!(split("a,b,c", ",", 2), ["a", "b,c"]);
        assert_eq!(split("abc", "", usize::MAX), ["a", "b", "c"]);
        assert_eq!(split("", ",", usize::MAX), [""]);
    }
}
