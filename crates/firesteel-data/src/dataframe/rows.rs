// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which rows a table has and in what order: `filter`, `sort`, `limit`, `distinct`.

use datafusion::logical_expr::Expr;
use datafusion::logical_expr::{LogicalPlan, Partitioning, lit};
use firesteel_core::{Result, err};

use super::DataFrame;
use crate::functions::expr;
use crate::{SortKey, failure};

/// A condition on rows: an expression, or a text of SQL.
#[derive(Clone, Debug)]
pub struct Condition(Expr);

impl From<Expr> for Condition {
    fn from(condition: Expr) -> Self {
        Self(condition)
    }
}

impl From<&str> for Condition {
    fn from(sql: &str) -> Self {
        Self(expr(sql))
    }
}

impl From<String> for Condition {
    fn from(sql: String) -> Self {
        Self(expr(sql))
    }
}

impl From<&String> for Condition {
    fn from(sql: &String) -> Self {
        Self(expr(sql))
    }
}

impl DataFrame {
    /// The rows for which a condition holds: `col("state").eq(lit("CA"))` or `"state = 'CA'"`.
    ///
    /// # Errors
    /// `Schema` when a column does not exist, `InvalidArgument` for a text that is no expression.
    pub fn filter(&self, condition: impl Into<Condition>) -> Result<Self> {
        let condition = self.resolver().expr(condition.into().0)?;
        self.build(|builder| builder.filter(condition))
    }

    /// Another name for [`filter`](DataFrame::filter).
    ///
    /// # Errors
    /// As [`filter`](DataFrame::filter).
    pub fn where_(&self, condition: impl Into<Condition>) -> Result<Self> {
        self.filter(condition)
    }

    /// The rows in order: ascending with nulls first, or as a key says: `col("rating").desc()`.
    ///
    /// # Errors
    /// `Schema` when a column does not exist.
    pub fn sort(&self, keys: impl IntoIterator<Item = impl Into<SortKey>>) -> Result<Self> {
        let resolver = self.resolver();
        let keys: Vec<_> =
            keys.into_iter().map(|key| resolver.sort(key.into())).collect::<Result<_>>()?;
        if keys.is_empty() {
            return Err(err::invalid_argument("sort", "keys").expected("at least one").got("none"));
        }
        self.build(|builder| builder.sort(keys))
    }

    /// Another name for [`sort`](DataFrame::sort).
    ///
    /// # Errors
    /// As [`sort`](DataFrame::sort).
    pub fn order_by(&self, keys: impl IntoIterator<Item = impl Into<SortKey>>) -> Result<Self> {
        self.sort(keys)
    }

    /// The first `n` rows.
    ///
    /// # Errors
    /// `Engine` when the engine refuses the plan.
    pub fn limit(&self, n: usize) -> Result<Self> {
        self.build(|builder| builder.limit(0, Some(n)))
    }

    /// The rows after the first `n`.
    ///
    /// # Errors
    /// `Engine` when the engine refuses the plan.
    pub fn offset(&self, n: usize) -> Result<Self> {
        self.build(|builder| builder.limit(n, None))
    }

    /// Every row once.
    ///
    /// # Errors
    /// `Engine` when the engine refuses the plan.
    pub fn distinct(&self) -> Result<Self> {
        self.build(datafusion::logical_expr::LogicalPlanBuilder::distinct)
    }

    /// One row for each combination of values in these columns; without any, [`distinct`](DataFrame::distinct).
    ///
    /// # Errors
    /// `Schema` when a column does not exist.
    pub fn drop_duplicates(
        &self,
        columns: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self> {
        let on: Vec<Expr> = self.find_all(columns)?.into_iter().map(Expr::Column).collect();
        if on.is_empty() {
            return self.distinct();
        }
        let all = crate::project::all_columns(&self.plan).into_iter().map(|(expr, _)| expr);
        let all: Vec<Expr> = all.collect();
        self.build(|builder| builder.distinct_on(on, all, None))
    }

    /// The same rows in so many partitions.
    ///
    /// # Errors
    /// `InvalidArgument` for no partition at all.
    pub fn repartition(&self, partitions: usize) -> Result<Self> {
        if partitions == 0 {
            return Err(err::invalid_argument("repartition", "partitions")
                .expected("at least 1")
                .got(0));
        }
        // every row hashes alike in one partition; in several, rows spread by their values
        let keys = match partitions {
            1 => vec![lit(0)],
            _ => {
                crate::project::all_columns(&self.plan).into_iter().map(|(expr, _)| expr).collect()
            }
        };
        self.build(|builder| builder.repartition(Partitioning::Hash(keys, partitions)))
    }

    pub(super) fn optimized(&self) -> Result<LogicalPlan> {
        let state = self.session.context().state();
        state.optimize(&self.plan).map_err(failure::of_planning)
    }
}
