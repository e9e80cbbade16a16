// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which columns a table has: `select`, `with_column`, `drop` and their like.

use datafusion::logical_expr::Expr;
use firesteel_core::{Result, err};

use super::{DataFrame, list};
use crate::ColumnOrName;
use crate::functions::expr;
use crate::project::all_columns;

impl DataFrame {
    /// The table of these columns: names or expressions, `*` for all.
    ///
    /// # Errors
    /// `Schema` when a column does not exist or is ambiguous.
    pub fn select(
        &self,
        columns: impl IntoIterator<Item = impl Into<ColumnOrName>>,
    ) -> Result<Self> {
        let columns = self.resolver().all_named(list(columns))?;
        self.select_named(columns)
    }

    /// The table of columns given as texts of SQL: `"rating * 2 AS twice"`.
    ///
    /// # Errors
    /// `Schema` when a column does not exist, `InvalidArgument` for a text that is no expression.
    pub fn select_expr(
        &self,
        columns: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self> {
        let texts = columns.into_iter().map(Into::into);
        let columns: Vec<ColumnOrName> = texts
            .map(|text: String| match text.trim() {
                "*" => ColumnOrName::Name("*".to_owned()),
                _ => ColumnOrName::Expr(expr(text)),
            })
            .collect();
        self.select(columns)
    }

    /// An expression with an aggregate in it makes one row of the whole table.
    fn select_named(&self, columns: Vec<(Expr, String)>) -> Result<Self> {
        let aggregates = columns.iter().any(|(expr, _)| super::aggregate::has_aggregate(expr));
        if aggregates { self.aggregate(Vec::new(), columns) } else { self.project_windows(columns) }
    }

    /// The table with one more column, or with the column of that name replaced.
    ///
    /// # Errors
    /// `Schema` when the expression needs a column that does not exist.
    pub fn with_column(&self, name: impl Into<String>, column: impl Into<Expr>) -> Result<Self> {
        let name = name.into();
        let (value, _) = self.resolver().named(ColumnOrName::Expr(column.into()))?;
        let mut columns = all_columns(&self.plan);
        let mut replaced = false;
        for column in columns.iter_mut().filter(|(_, known)| same(known, &name)) {
            *column = (value.clone(), name.clone());
            replaced = true;
        }
        if !replaced {
            columns.push((value, name));
        }
        self.select_named(columns)
    }

    /// The table with a column under another name; a name that does not exist changes nothing, as in Spark.
    ///
    /// # Errors
    /// `Engine` when the engine refuses the plan.
    pub fn with_column_renamed(&self, existing: &str, new: impl Into<String>) -> Result<Self> {
        let new = new.into();
        let mut columns = all_columns(&self.plan);
        for (_, name) in columns.iter_mut().filter(|(_, name)| same(name, existing)) {
            name.clone_from(&new);
        }
        self.project(columns)
    }

    /// The table without these columns; names that do not exist are passed over, as in Spark.
    ///
    /// # Errors
    /// `Engine` when the engine refuses the plan.
    pub fn drop(&self, columns: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self> {
        let dropped: Vec<String> =
            columns.into_iter().map(|name| name.as_ref().to_owned()).collect();
        let mut kept = all_columns(&self.plan);
        kept.retain(|(_, name)| !dropped.iter().any(|drop| same(name, drop)));
        self.project(kept)
    }

    /// The table with all its columns renamed, in order.
    ///
    /// # Errors
    /// `InvalidArgument` when there are not as many names as columns.
    pub fn to_df(&self, names: impl IntoIterator<Item = impl Into<String>>) -> Result<Self> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        let columns = all_columns(&self.plan);
        if names.len() != columns.len() {
            let expected = format!("{} names, one a column", columns.len());
            return Err(err::invalid_argument("to_df", "names")
                .expected(expected)
                .got(names.len()));
        }
        let columns = columns.into_iter().zip(names).map(|((expr, _), name)| (expr, name));
        self.project(columns.collect())
    }

    /// The table under a name by which its columns can be told apart after a join: `col("a.id")`.
    ///
    /// # Errors
    /// `Engine` when the engine refuses the plan.
    pub fn alias(&self, name: &str) -> Result<Self> {
        let reference = datafusion::common::TableReference::bare(name);
        self.build(|builder| builder.alias(reference))
    }
}

/// Spark's names do not regard case.
pub(super) fn same(a: &str, b: &str) -> bool {
    a == b || a.to_lowercase() == b.to_lowercase()
}
