// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functions over columns, under their Spark names.
//!
//! A column is given by name or as an expression: `sum("rating")`, `sum(col("rating") + lit(1))`. Expressions are
//! DataFusion's own, so that every function of that engine can stand beside these.

/// One function a line: its name, its arguments that are columns, and the engine's function behind it.
macro_rules! column_functions {
    ($($(#[$doc:meta])* $name:ident($($arg:ident),+) => $engine:path;)+) => {
        $(
            $(#[$doc])*
            pub fn $name($($arg: impl Into<ColumnOrName>),+) -> Expr {
                $engine($($arg.into().into_expr()),+)
            }
        )+
    };
}

mod aggregates;
mod conditions;
mod dates;
mod math;
pub(crate) mod min_max;
mod strings;

pub use aggregates::{
    approx_count_distinct, avg, collect_list, collect_set, corr, count, count_distinct, covar_pop,
    covar_samp, first, last, max, mean, median, min, stddev, stddev_pop, stddev_samp, sum,
    sum_distinct, var_pop, var_samp, variance,
};
pub(crate) use conditions::SQL_EXPRESSION;
pub use conditions::{
    Case, array, asc, coalesce, col, desc, expr, greatest, isnan, isnull, least, lit, nullif, size,
    when,
};
pub use dates::{
    current_date, date_trunc, dayofmonth, dayofweek, hour, minute, month, quarter, second, to_date,
    year,
};
pub use math::{
    abs, acos, asin, atan, atan2, cbrt, ceil, cos, cosh, degrees, exp, floor, log, log2, log10,
    pow, radians, round, signum, sin, sinh, sqrt, tan, tanh,
};
pub use strings::{
    concat, concat_ws, initcap, instr, length, lower, lpad, ltrim, regexp_replace, repeat, replace,
    reverse, rpad, rtrim, split, substring, translate, trim, upper,
};
