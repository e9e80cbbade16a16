// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functions on dates and timestamps.

use datafusion::functions::datetime::expr_fn;
use datafusion::logical_expr::{Expr, lit};
use datafusion_spark::expr_fn as spark;

use crate::ColumnOrName;

/// One part of a date or timestamp a line.
macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident => $part:literal;)+) => {
        $(
            $(#[$doc])*
            pub fn $name(column: impl Into<ColumnOrName>) -> Expr {
                spark::date_part(lit($part), column.into().into_expr())
            }
        )+
    };
}

parts! {
    /// The year.
    year => "year";
    /// The quarter of the year, from 1.
    quarter => "quarter";
    /// The month of the year, from 1.
    month => "month";
    /// The day of the month, from 1.
    dayofmonth => "day";
}

column_functions! {
    /// The hour of the day, from 0.
    hour(column) => spark::hour;
    /// The minute of the hour, from 0.
    minute(column) => spark::minute;
    /// The second of the minute, from 0.
    second(column) => spark::second;
}

/// The day of the week, Sunday as 1.
pub fn dayofweek(column: impl Into<ColumnOrName>) -> Expr {
    spark::date_part(lit("dow"), column.into().into_expr())
}

/// The date on which the query runs.
pub fn current_date() -> Expr {
    expr_fn::current_date()
}

/// The timestamp cut down to a unit such as `month` or `hour`.
pub fn date_trunc(unit: &str, column: impl Into<ColumnOrName>) -> Expr {
    spark::date_trunc(lit(unit), column.into().into_expr())
}

/// The text or timestamp as a date.
pub fn to_date(column: impl Into<ColumnOrName>) -> Expr {
    expr_fn::to_date(vec![column.into().into_expr()])
}
