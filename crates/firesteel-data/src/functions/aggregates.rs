// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functions that make one value of many rows.

use datafusion::functions_aggregate::expr_fn;
use datafusion::logical_expr::{Expr, lit};
use datafusion_spark::expr_fn as spark;

use super::min_max;
use crate::ColumnOrName;
use crate::spark_name::spark_name;

column_functions! {
    /// The sum; null when there is no value.
    sum(column) => expr_fn::sum;
    /// The sum over distinct values.
    sum_distinct(column) => expr_fn::sum_distinct;
    /// The mean; null when there is no value.
    avg(column) => expr_fn::avg;
    /// The mean; another name for [`avg`].
    mean(column) => expr_fn::avg;
    /// The smallest value; NaN is larger than all numbers.
    min(column) => min_max::min;
    /// The largest value; NaN is larger than all numbers.
    max(column) => min_max::max;
    /// How many distinct values there are, nulls left out.
    count_distinct(column) => expr_fn::count_distinct;
    /// Roughly how many distinct values there are.
    approx_count_distinct(column) => expr_fn::approx_distinct;
    /// The deviation of a sample: `sqrt(sum((x - mean)^2) / (n - 1))`.
    stddev(column) => expr_fn::stddev;
    /// The deviation of a population: `sqrt(sum((x - mean)^2) / n)`.
    stddev_pop(column) => expr_fn::stddev_pop;
    /// The variance of a sample.
    variance(column) => expr_fn::var_sample;
    /// The variance of a population.
    var_pop(column) => expr_fn::var_pop;
    /// The middle value.
    median(column) => expr_fn::median;
    /// All values as an array, nulls left out.
    collect_list(column) => spark::collect_list;
    /// The distinct values as an array, in no order, nulls left out.
    collect_set(column) => spark::collect_set;
    /// Pearson's correlation of two columns.
    corr(left, right) => expr_fn::corr;
    /// The covariance of a population.
    covar_pop(left, right) => expr_fn::covar_pop;
    /// The covariance of a sample.
    covar_samp(left, right) => expr_fn::covar_samp;
}

/// How many values there are, nulls left out; `count("*")` counts rows.
pub fn count(column: impl Into<ColumnOrName>) -> Expr {
    match column.into() {
        ColumnOrName::Name(name) if name == "*" => expr_fn::count(lit(1_i64)),
        other => expr_fn::count(other.into_expr()),
    }
}

/// The deviation of a sample; another name for [`stddev`].
pub fn stddev_samp(column: impl Into<ColumnOrName>) -> Expr {
    called("stddev_samp", column.into().into_expr(), expr_fn::stddev)
}

/// The variance of a sample; another name for [`variance`].
pub fn var_samp(column: impl Into<ColumnOrName>) -> Expr {
    called("var_samp", column.into().into_expr(), expr_fn::var_sample)
}

/// A function of the engine under another of its names.
fn called(name: &str, column: Expr, engine: fn(Expr) -> Expr) -> Expr {
    let name = format!("{name}({})", spark_name(&column));
    engine(column).alias(name)
}

/// The first value that comes, null or not.
pub fn first(column: impl Into<ColumnOrName>) -> Expr {
    expr_fn::first_value(column.into().into_expr(), Vec::new())
}

/// The last value that comes, null or not.
pub fn last(column: impl Into<ColumnOrName>) -> Expr {
    expr_fn::last_value(column.into().into_expr(), Vec::new())
}
