// SPDX-License-Identifier: MIT OR Apache-2.0
//! `GroupedData`: a table in groups, before it is told what to make of each.

use datafusion::logical_expr::Expr;
use firesteel_core::{Result, err};

use super::{DataFrame, list};
use crate::functions::{avg, count, max, min, sum};
use crate::{ColumnOrName, type_name};

/// A table in groups; made by [`DataFrame::group_by`].
#[derive(Clone, Debug)]
pub struct GroupedData {
    table: DataFrame,
    keys: Vec<(Expr, String)>,
}

impl DataFrame {
    /// Puts rows with equal keys into groups; nulls are a group.
    ///
    /// # Errors
    /// `Schema` when a column does not exist or is ambiguous.
    pub fn group_by(
        &self,
        keys: impl IntoIterator<Item = impl Into<ColumnOrName>>,
    ) -> Result<GroupedData> {
        let keys = self.resolver().all_named(list(keys))?;
        Ok(GroupedData { table: self.clone(), keys })
    }

    /// Makes one row of the whole table: `df.agg([max("rating")])`.
    ///
    /// # Errors
    /// `Schema` when a column does not exist or is ambiguous.
    pub fn agg(&self, columns: impl IntoIterator<Item = impl Into<ColumnOrName>>) -> Result<Self> {
        GroupedData { table: self.clone(), keys: Vec::new() }.agg(columns)
    }
}

impl GroupedData {
    /// One row a group: the keys, then these aggregates.
    ///
    /// # Errors
    /// `Schema` when a column does not exist or is ambiguous; `InvalidArgument` without any aggregate.
    pub fn agg(
        &self,
        columns: impl IntoIterator<Item = impl Into<ColumnOrName>>,
    ) -> Result<DataFrame> {
        let aggregates = self.table.resolver().all_named(list(columns))?;
        if aggregates.is_empty() {
            return Err(err::invalid_argument("agg", "columns")
                .expected("at least one aggregate")
                .got("none"));
        }
        let keys = self.keys.iter().map(|(expr, _)| expr.clone()).collect();
        self.table.aggregate(keys, self.keys.iter().cloned().chain(aggregates).collect())
    }

    /// How many rows each group has, in column `count`.
    ///
    /// # Errors
    /// `Engine` when the engine refuses the plan.
    pub fn count(&self) -> Result<DataFrame> {
        self.agg([count("*").alias("count")])
    }

    /// The sums of these columns, or of all columns of numbers.
    ///
    /// # Errors
    /// `Schema` when a column does not exist.
    pub fn sum(&self, columns: impl IntoIterator<Item = impl Into<String>>) -> Result<DataFrame> {
        self.each(columns, sum)
    }

    /// The means of these columns, or of all columns of numbers.
    ///
    /// # Errors
    /// `Schema` when a column does not exist.
    pub fn avg(&self, columns: impl IntoIterator<Item = impl Into<String>>) -> Result<DataFrame> {
        self.each(columns, avg)
    }

    /// The means of these columns; another name for [`avg`](GroupedData::avg).
    ///
    /// # Errors
    /// `Schema` when a column does not exist.
    pub fn mean(&self, columns: impl IntoIterator<Item = impl Into<String>>) -> Result<DataFrame> {
        self.avg(columns)
    }

    /// The smallest values of these columns, or of all columns of numbers.
    ///
    /// # Errors
    /// `Schema` when a column does not exist.
    pub fn min(&self, columns: impl IntoIterator<Item = impl Into<String>>) -> Result<DataFrame> {
        self.each(columns, min)
    }

    /// The largest values of these columns, or of all columns of numbers.
    ///
    /// # Errors
    /// `Schema` when a column does not exist.
    pub fn max(&self, columns: impl IntoIterator<Item = impl Into<String>>) -> Result<DataFrame> {
        self.each(columns, max)
    }

    fn each(
        &self,
        columns: impl IntoIterator<Item = impl Into<String>>,
        aggregate: fn(String) -> Expr,
    ) -> Result<DataFrame> {
        let mut names: Vec<String> = columns.into_iter().map(Into::into).collect();
        if names.is_empty() {
            names = self.numeric_columns();
        }
        names.iter().try_for_each(|name| self.must_be_numeric(name))?;
        self.agg(names.into_iter().map(aggregate))
    }

    fn numeric_columns(&self) -> Vec<String> {
        let schema = self.table.schema();
        let is_key = |name: &str| self.keys.iter().any(|(_, key)| super::columns::same(key, name));
        let numeric = schema.fields().iter().filter(|field| field.data_type().is_numeric());
        numeric.map(|field| field.name().clone()).filter(|name| !is_key(name)).collect()
    }

    fn must_be_numeric(&self, name: &str) -> Result<()> {
        let column = self.table.find(name)?;
        let field = self.table.df_schema().qualified_field_from_column(&column);
        let data_type = field.map_err(crate::failure::of_planning)?.1.data_type();
        if data_type.is_numeric() {
            return Ok(());
        }
        let got = type_name::short(data_type);
        Err(err::schema(format!("column `{name}`")).expected("a column of numbers").got(got))
    }
}
