// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables as sets of rows: unions, intersection, difference.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::type_coercion::binary::type_union_coercion;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, cast};
use firesteel_core::{Result, err};

use super::DataFrame;
use super::columns::same;
use crate::project::all_columns;
use crate::{failure, type_name};

impl DataFrame {
    /// The rows of both tables, columns matched by position.
    ///
    /// # Errors
    /// `Schema` when the numbers of columns differ.
    pub fn union(&self, other: &Self) -> Result<Self> {
        let (ours, theirs) = (self.columns(), other.columns());
        if ours.len() != theirs.len() {
            let expected = format!("{} columns ({})", ours.len(), ours.join(", "));
            let got = format!("{} ({})", theirs.len(), theirs.join(", "));
            return Err(err::schema("union of tables of different width")
                .expected(expected)
                .got(got));
        }
        let other = other.to_df(ours)?;
        let types = self.common_types(&other)?;
        let other = other.cast_to(&types)?;
        self.cast_to(&types)?.build(|builder| builder.union(other.plan))
    }

    /// For each column the narrowest type that holds what both tables have in it.
    fn common_types(&self, other: &Self) -> Result<Vec<DataType>> {
        let (ours, theirs) = (self.schema(), other.schema());
        let pairs = ours.fields().iter().zip(theirs.fields());
        let types = pairs.map(|(a, b)| {
            let common = type_union_coercion(a.data_type(), b.data_type());
            common.ok_or_else(|| {
                let [a_type, b_type] = [a, b].map(|field| type_name::short(field.data_type()));
                let what = format!("column `{}` of a union", a.name());
                err::schema(what).expected(format!("{a_type}, as in the first table")).got(b_type)
            })
        });
        types.collect()
    }

    /// The table with its columns as these types.
    fn cast_to(&self, types: &[DataType]) -> Result<Self> {
        let schema = self.schema();
        let has = schema.fields().iter().map(|field| field.data_type());
        if has.eq(types.iter()) {
            return Ok(self.clone());
        }
        let columns = all_columns(&self.plan).into_iter().zip(schema.fields()).zip(types);
        let columns = columns.map(|(((expr, name), field), wanted)| {
            let same = field.data_type() == wanted;
            (if same { expr } else { cast(expr, wanted.clone()) }, name)
        });
        self.project(columns.collect())
    }

    /// Another name for [`union`](DataFrame::union), which keeps duplicates.
    ///
    /// # Errors
    /// As [`union`](DataFrame::union).
    pub fn union_all(&self, other: &Self) -> Result<Self> {
        self.union(other)
    }

    /// The rows of both tables, columns matched by name.
    ///
    /// # Errors
    /// `Schema` when a column stands in one of the tables only.
    pub fn union_by_name(&self, other: &Self) -> Result<Self> {
        other.find_all(self.columns())?;
        self.find_all(other.columns())?;
        self.union_allow_missing(other)
    }

    /// The rows of both tables, columns matched by name; one that is missing on a side is null there.
    ///
    /// # Errors
    /// `Engine` when two columns of one name have types that do not go together.
    pub fn union_by_name_allow_missing(&self, other: &Self) -> Result<Self> {
        self.union_allow_missing(other)
    }

    fn union_allow_missing(&self, other: &Self) -> Result<Self> {
        let mut names = self.columns();
        let new = |name: &String| !names.iter().any(|known| same(known, name));
        let added: Vec<String> = other.columns().into_iter().filter(new).collect();
        names.extend(added);
        self.widened(&names)?.union(&other.widened(&names)?)
    }

    /// The table with these columns, null where it has none of the name.
    fn widened(&self, names: &[String]) -> Result<Self> {
        let columns = all_columns(&self.plan);
        let column = |name: &String| match columns.iter().find(|(_, known)| same(known, name)) {
            Some((expr, _)) => (expr.clone(), name.clone()),
            None => (Expr::Literal(ScalarValue::Null, None), name.clone()),
        };
        self.project(names.iter().map(column).collect())
    }

    /// The rows that stand in both tables, each once.
    ///
    /// # Errors
    /// `Engine` when the columns do not fit.
    pub fn intersect(&self, other: &Self) -> Result<Self> {
        let other = other.to_df(self.columns())?;
        self.set(other, |left, right| LogicalPlanBuilder::intersect(left, right, false))
    }

    /// The rows that stand in this table and not in the other, each once.
    ///
    /// # Errors
    /// `Engine` when the columns do not fit.
    pub fn subtract(&self, other: &Self) -> Result<Self> {
        let other = other.to_df(self.columns())?;
        self.set(other, |left, right| LogicalPlanBuilder::except(left, right, false))
    }

    fn set(
        &self,
        other: Self,
        step: impl FnOnce(
            datafusion::logical_expr::LogicalPlan,
            datafusion::logical_expr::LogicalPlan,
        ) -> datafusion::error::Result<datafusion::logical_expr::LogicalPlan>,
    ) -> Result<Self> {
        let plan = step(self.plan.clone(), other.plan).map_err(failure::of_planning)?;
        Ok(self.with_plan(plan))
    }
}
