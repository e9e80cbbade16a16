// SPDX-License-Identifier: MIT OR Apache-2.0
//! Texts of SQL as syntax trees.

use datafusion::error::DataFusionError;
use datafusion::sql::parser::{DFParser, DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::ExprWithAlias;
use datafusion::sql::sqlparser::tokenizer::Tokenizer;
use firesteel_core::{Error, Result, err};

use super::dialect::Spark;
use super::suffix;

fn parser(text: &str) -> Result<DFParser<'static>> {
    let builder = match Tokenizer::new(&Spark, text).tokenize_with_location() {
        Ok(tokens) => DFParserBuilder::new(suffix::as_casts(tokens)),
        // the parser says what is wrong
        Err(_) => DFParserBuilder::new(text),
    };
    builder.with_dialect(&Spark).build().map_err(|error| no_sql(text, error))
}

/// The one statement of a text.
pub(super) fn statement(text: &str) -> Result<Statement> {
    let mut statements = parser(text)?.parse_statements().map_err(|error| no_sql(text, error))?;
    match (statements.pop_front(), statements.len()) {
        (Some(statement), 0) => Ok(statement),
        (None, _) => Err(err::invalid_argument("sql", "query").expected("a statement").got("none")),
        (_, more) => {
            let several = err::invalid_argument("sql", "query").expected("one statement");
            Err(several.got(more + 1).fix("call `sql` once for each"))
        }
    }
}

/// The one expression of a text, with its alias if it has one.
pub(super) fn expression(text: &str) -> Result<ExprWithAlias> {
    parser(text)?.parse_into_expr().map_err(|error| no_sql(text, error))
}

fn no_sql(text: &str, error: DataFusionError) -> Error {
    let cause = error.strip_backtrace();
    let cause = cause.rsplit("ParserError(\"").next().unwrap_or(&cause).trim_end_matches("\")");
    let cause = cause.trim_start_matches("SQL error: ").to_owned();
    let text: String = text.chars().take(120).collect();
    err::invalid_argument("sql", &text).expected("Spark SQL").got(cause).caused_by(error)
}
