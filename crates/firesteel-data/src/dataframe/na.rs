// SPDX-License-Identifier: MIT OR Apache-2.0
//! `NaFunctions`: what to do about missing values.

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::Column;
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::functions::math::expr_fn::nanvl;
use datafusion::logical_expr::{Expr, cast, lit, try_cast};
use firesteel_core::{Result, err};

use super::DataFrame;
use crate::functions::{isnan, when};
use crate::project::all_columns;
use crate::{Value, failure};

/// Drops, fills or replaces missing values; made by [`DataFrame::na`].
#[derive(Clone, Debug)]
pub struct NaFunctions {
    table: DataFrame,
    subset: Option<Vec<String>>,
    thresh: Option<usize>,
}

impl DataFrame {
    /// The calls about missing values: `df.na().drop("any")`, `df.na().subset(["a"]).fill(0)`.
    pub fn na(&self) -> NaFunctions {
        NaFunctions { table: self.clone(), subset: None, thresh: None }
    }

    /// The rows without any missing value.
    ///
    /// # Errors
    /// `Engine` when the engine refuses the plan.
    pub fn dropna(&self) -> Result<Self> {
        self.na().drop("any")
    }

    /// Puts a value in place of missing ones, in the columns whose type it has.
    ///
    /// # Errors
    /// `InvalidArgument` for a value that is neither number, text nor boolean.
    pub fn fillna(&self, value: impl Into<Value>) -> Result<Self> {
        self.na().fill(value)
    }
}

impl NaFunctions {
    /// Looks at these columns only.
    #[must_use]
    pub fn subset(mut self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.subset = Some(columns.into_iter().map(Into::into).collect());
        self
    }

    /// Keeps rows with at least so many values, whatever `drop` is told.
    #[must_use]
    pub fn thresh(mut self, values: usize) -> Self {
        self.thresh = Some(values);
        self
    }

    /// Drops rows where `any` value is missing, or `all` are; NaN is missing too.
    ///
    /// # Errors
    /// `Schema` for an unknown column, `UnknownName` for another `how`.
    pub fn drop(&self, how: &str) -> Result<DataFrame> {
        let columns = self.columns()?;
        let wanted = match (self.thresh, how) {
            (Some(values), _) => values,
            (None, "any") => columns.len(),
            (None, "all") => 1,
            (None, other) => {
                return Err(err::unknown_name("`how` of `na().drop`", other, ["any", "all"]));
            }
        };
        let one = |(column, field): &(Column, Field)| {
            when(present(column, field.data_type()), lit(1)).otherwise(lit(0))
        };
        let present = columns.iter().map(one).reduce(|sum, next| sum + next);
        let Some(present) = present else { return Ok(self.table.clone()) };
        self.table.build(|builder| builder.filter(present.gt_eq(lit(wanted as i64))))
    }

    /// Puts a value in place of missing ones: a number in columns of numbers, a text in columns of text.
    ///
    /// # Errors
    /// `Schema` for an unknown column, `InvalidArgument` for a value of another kind.
    pub fn fill(&self, value: impl Into<Value>) -> Result<DataFrame> {
        let value = value.into();
        self.change("fill", &value, |column, data_type| {
            let new = cast(literal(&value), data_type.clone());
            let old = Expr::Column(column.clone());
            match data_type {
                data_type if data_type.is_floating() => {
                    coalesce(vec![nanvl(old, new.clone()), new])
                }
                // Spark holds that the number may not fit, and with it the column may be null
                data_type if data_type.is_numeric() => {
                    coalesce(vec![old, try_cast(literal(&value), data_type.clone())])
                }
                _ => coalesce(vec![old, new]),
            }
        })
    }

    /// Puts one value in place of another, in the columns whose type it has.
    ///
    /// # Errors
    /// `Schema` for an unknown column, `InvalidArgument` for values of another kind.
    pub fn replace(&self, from: impl Into<Value>, to: impl Into<Value>) -> Result<DataFrame> {
        let (from, to) = (from.into(), to.into());
        self.change("replace", &from, |column, data_type| {
            let old = Expr::Column(column.clone());
            let [from, to] = [&from, &to].map(|value| cast(literal(value), data_type.clone()));
            when(old.clone().eq(from), to).otherwise(old)
        })
    }

    /// The table with every column changed that is looked at and can hold the value.
    fn change(
        &self,
        call: &str,
        value: &Value,
        new: impl Fn(&Column, &DataType) -> Expr,
    ) -> Result<DataFrame> {
        let fits: fn(&DataType) -> bool = match value {
            Value::Int(_) | Value::Float(_) | Value::Double(_) => DataType::is_numeric,
            Value::String(_) => DataType::is_string,
            Value::Boolean(_) => |data_type| *data_type == DataType::Boolean,
            other => {
                let wrong = err::invalid_argument(format!("na().{call}"), "value");
                return Err(wrong.expected("a number, a text or a boolean").got(other));
            }
        };
        let looked_at = self.columns()?;
        let mut columns = all_columns(&self.table.plan);
        for (expr, _) in &mut columns {
            let Expr::Column(column) = &*expr else { continue };
            let found = looked_at.iter().find(|(known, _)| known == column);
            if let Some((column, field)) = found.filter(|(_, field)| fits(field.data_type())) {
                *expr = new(column, field.data_type());
            }
        }
        self.table.project(columns)
    }

    fn columns(&self) -> Result<Vec<(Column, Field)>> {
        let schema = self.table.df_schema();
        let columns = match &self.subset {
            Some(names) => self.table.find_all(names)?,
            None => schema.iter().map(Column::from).collect(),
        };
        let with_field = columns.into_iter().map(|column| {
            let field =
                schema.qualified_field_from_column(&column).map_err(failure::of_planning)?.1;
            Ok((column, field.as_ref().clone()))
        });
        with_field.collect()
    }
}

fn present(column: &Column, data_type: &DataType) -> Expr {
    let value = Expr::Column(column.clone());
    match data_type.is_floating() {
        true => value.clone().is_not_null().and(isnan(value).is_false()),
        false => value.is_not_null(),
    }
}

fn literal(value: &Value) -> Expr {
    match value {
        Value::Int(number) => lit(*number),
        Value::Float(number) => lit(*number),
        Value::Double(number) => lit(*number),
        Value::String(text) => lit(text.as_str()),
        Value::Boolean(flag) => lit(*flag),
        _ => lit(datafusion::common::ScalarValue::Null),
    }
}
