// SPDX-License-Identifier: MIT OR Apache-2.0
//! Columns, literals, choices, arrays, and what orders a table.

use datafusion::common::{Column, ScalarValue};
use datafusion::functions::core::expr_fn;
use datafusion::logical_expr::{Expr, SortExpr};
use datafusion_spark::function::array as spark_array;

use crate::ColumnOrName;
use crate::column_or_name::column;
use crate::udf::{number, size};

pub use datafusion::logical_expr::lit;

/// The table name under which a text of SQL waits until it meets a table.
pub(crate) const SQL_EXPRESSION: &str = "__sql_expression";

/// The column of this name; case does not matter, `alias.name` and `struct.field` are understood.
pub fn col(name: impl AsRef<str>) -> Expr {
    column(name.as_ref())
}

/// The expression that a text of SQL describes: `expr("rating * 2 AS twice")`.
pub fn expr(sql: impl Into<String>) -> Expr {
    Expr::Column(Column::new(Some(SQL_EXPRESSION), sql))
}

/// Ascending, nulls first.
pub fn asc(column: impl Into<ColumnOrName>) -> SortExpr {
    SortExpr::new(column.into().into_expr(), true, true)
}

/// Descending, nulls last.
pub fn desc(column: impl Into<ColumnOrName>) -> SortExpr {
    SortExpr::new(column.into().into_expr(), false, false)
}

fn exprs(columns: impl IntoIterator<Item = impl Into<ColumnOrName>>) -> Vec<Expr> {
    columns.into_iter().map(|column| column.into().into_expr()).collect()
}

/// The first value that is not null.
pub fn coalesce(columns: impl IntoIterator<Item = impl Into<ColumnOrName>>) -> Expr {
    expr_fn::coalesce(exprs(columns))
}

/// The largest of the columns, nulls left out.
pub fn greatest(columns: impl IntoIterator<Item = impl Into<ColumnOrName>>) -> Expr {
    expr_fn::greatest(exprs(columns))
}

/// The smallest of the columns, nulls left out.
pub fn least(columns: impl IntoIterator<Item = impl Into<ColumnOrName>>) -> Expr {
    expr_fn::least(exprs(columns))
}

/// The columns of a row as an array.
pub fn array(columns: impl IntoIterator<Item = impl Into<ColumnOrName>>) -> Expr {
    spark_array::array().call(exprs(columns))
}

column_functions! {
    /// Null where both are equal, the first elsewhere.
    nullif(left, right) => expr_fn::nullif;
    /// How many elements the array or map has.
    size(column) => size::size;
}

/// Whether the value is not a number.
pub fn isnan(column: impl Into<ColumnOrName>) -> Expr {
    number::isnan(column.into().into_expr())
}

/// Whether the value is null.
pub fn isnull(column: impl Into<ColumnOrName>) -> Expr {
    column.into().into_expr().is_null()
}

/// A choice: `when(col("rating").gt(lit(3)), lit("high")).otherwise(lit("low"))`.
pub fn when(condition: Expr, value: Expr) -> Case {
    Case { branches: vec![(condition, value)] }
}

/// A choice that is still open; made by [`when`].
#[derive(Clone, Debug)]
pub struct Case {
    branches: Vec<(Expr, Expr)>,
}

impl Case {
    /// One more branch, tried when those before it do not hold.
    #[must_use]
    pub fn when(mut self, condition: Expr, value: Expr) -> Self {
        self.branches.push((condition, value));
        self
    }

    /// The value where no branch holds.
    pub fn otherwise(self, value: Expr) -> Expr {
        self.close(Some(value))
    }

    fn close(self, otherwise: Option<Expr>) -> Expr {
        let boxed = |(when, then)| (Box::new(when), Box::new(then));
        let branches = self.branches.into_iter().map(boxed).collect();
        let otherwise = otherwise.map(Box::new);
        Expr::Case(datafusion::logical_expr::expr::Case::new(None, branches, otherwise))
    }
}

/// Without [`otherwise`](Case::otherwise), a row that fits no branch gives null.
impl From<Case> for Expr {
    fn from(case: Case) -> Self {
        case.close(None)
    }
}

impl From<Case> for ColumnOrName {
    fn from(case: Case) -> Self {
        Self::Expr(case.into())
    }
}

impl From<ScalarValue> for ColumnOrName {
    fn from(value: ScalarValue) -> Self {
        Self::Expr(Expr::Literal(value, None))
    }
}
