// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ColumnOrName` and `SortKey`: what calls on tables take where Spark takes a column or its name.

use datafusion::common::Column;
use datafusion::logical_expr::{Expr, SortExpr};

/// A column, given by its name or as an expression.
#[derive(Clone, Debug)]
pub enum ColumnOrName {
    /// The name of a column; `*` stands for all of them where that makes sense.
    Name(String),
    /// An expression over columns.
    Expr(Expr),
}

impl ColumnOrName {
    /// The expression that stands for it.
    pub fn into_expr(self) -> Expr {
        match self {
            Self::Name(name) => column(&name),
            Self::Expr(expr) => expr,
        }
    }
}

/// The column of this name as it was spelled; a part before a dot is an alias of a table, or a struct.
pub(crate) fn column(name: &str) -> Expr {
    Expr::Column(Column::from_qualified_name_ignore_case(name))
}

impl From<&str> for ColumnOrName {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<String> for ColumnOrName {
    fn from(name: String) -> Self {
        Self::Name(name)
    }
}

impl From<&String> for ColumnOrName {
    fn from(name: &String) -> Self {
        Self::Name(name.clone())
    }
}

impl From<Expr> for ColumnOrName {
    fn from(expr: Expr) -> Self {
        Self::Expr(expr)
    }
}

impl From<&Expr> for ColumnOrName {
    fn from(expr: &Expr) -> Self {
        Self::Expr(expr.clone())
    }
}

/// What a table is sorted by: ascending with nulls first, unless it says otherwise.
#[derive(Clone, Debug)]
pub struct SortKey(pub(crate) SortExpr);

impl<T: Into<ColumnOrName>> From<T> for SortKey {
    fn from(column: T) -> Self {
        Self(SortExpr::new(column.into().into_expr(), true, true))
    }
}

impl From<SortExpr> for SortKey {
    fn from(sort: SortExpr) -> Self {
        Self(sort)
    }
}
