// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functions on text.

use datafusion::functions::{string::expr_fn as string, unicode::expr_fn as unicode};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, lit};
use datafusion_spark::expr_fn as spark;
use datafusion_spark::function::string as spark_string;

use crate::ColumnOrName;
use crate::udf::{regular_expression, text};

column_functions! {
    /// The text with each word's first letter in upper case.
    initcap(column) => text::initcap;
    /// How many characters the text has.
    length(column) => spark::length;
    /// The text in lower case.
    lower(column) => string::lower;
    /// The text backwards.
    reverse(column) => unicode::reverse;
    /// The text in upper case.
    upper(column) => string::upper;
}

/// The texts one after the other; null when one of them is.
pub fn concat(columns: impl IntoIterator<Item = impl Into<ColumnOrName>>) -> Expr {
    let texts = columns.into_iter().map(|column| column.into().into_expr());
    let joined = texts.reduce(|left, right| {
        Expr::BinaryExpr(BinaryExpr::new(Box::new(left), Operator::StringConcat, Box::new(right)))
    });
    joined.unwrap_or_else(|| lit(""))
}

/// The texts with a separator between them, nulls left out.
pub fn concat_ws(
    separator: &str,
    columns: impl IntoIterator<Item = impl Into<ColumnOrName>>,
) -> Expr {
    let texts = columns.into_iter().map(|column| column.into().into_expr());
    spark_string::concat_ws().call(std::iter::once(lit(separator)).chain(texts).collect())
}

/// Where `part` first stands in the text, counted from 1; 0 when it does not.
pub fn instr(column: impl Into<ColumnOrName>, part: &str) -> Expr {
    unicode::instr(column.into().into_expr(), lit(part))
}

/// The text filled up on the left, or cut, to so many characters.
pub fn lpad(column: impl Into<ColumnOrName>, length: i32, pad: &str) -> Expr {
    unicode::lpad(vec![column.into().into_expr(), lit(i64::from(length)), lit(pad)])
}

/// The text filled up on the right, or cut, to so many characters.
pub fn rpad(column: impl Into<ColumnOrName>, length: i32, pad: &str) -> Expr {
    unicode::rpad(vec![column.into().into_expr(), lit(i64::from(length)), lit(pad)])
}

/// The text without spaces at its ends.
pub fn trim(column: impl Into<ColumnOrName>) -> Expr {
    string::trim(vec![column.into().into_expr()])
}

/// The text without spaces at its start.
pub fn ltrim(column: impl Into<ColumnOrName>) -> Expr {
    string::ltrim(vec![column.into().into_expr()])
}

/// The text without spaces at its end.
pub fn rtrim(column: impl Into<ColumnOrName>) -> Expr {
    string::rtrim(vec![column.into().into_expr()])
}

/// The text with every match of a regular expression replaced; `$1` stands for the first group.
pub fn regexp_replace(column: impl Into<ColumnOrName>, pattern: &str, replacement: &str) -> Expr {
    regular_expression::replace_all(column.into().into_expr(), lit(pattern), lit(replacement))
}

/// The text so many times.
pub fn repeat(column: impl Into<ColumnOrName>, times: i32) -> Expr {
    string::repeat(column.into().into_expr(), lit(i64::from(times)))
}

/// The text with every occurrence of one text replaced by another.
pub fn replace(column: impl Into<ColumnOrName>, search: &str, replacement: &str) -> Expr {
    string::replace(column.into().into_expr(), lit(search), lit(replacement))
}

/// The parts of the text between the matches of a regular expression.
pub fn split(column: impl Into<ColumnOrName>, pattern: &str) -> Expr {
    regular_expression::parts_of(column.into().into_expr(), lit(pattern), lit(-1_i64))
}

/// So many characters of the text from a position on, counted from 1, or from the end if it is below 0.
pub fn substring(column: impl Into<ColumnOrName>, position: i32, length: i32) -> Expr {
    spark::substring(column.into().into_expr(), lit(position), lit(length))
}

/// The text with each character of `from` replaced by the one at its place in `to`.
pub fn translate(column: impl Into<ColumnOrName>, from: &str, to: &str) -> Expr {
    unicode::translate(column.into().into_expr(), lit(from), lit(to))
}
