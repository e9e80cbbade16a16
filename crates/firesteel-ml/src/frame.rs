// SPDX-License-Identifier: MIT OR Apache-2.0
//! What stages do with tables: find columns, add columns, keep rows, fetch partitions.

use std::sync::Arc;

use firesteel_core::{Error, Result, err};
use firesteel_data::datafusion::arrow::array::RecordBatch;
use firesteel_data::datafusion::arrow::datatypes::{FieldRef, Schema};
use firesteel_data::datafusion::logical_expr::{Expr, LogicalPlanBuilder};
use firesteel_data::{DataFrame, failure};
use futures::TryStreamExt as _;

/// The position of a column: by its exact name, or else by its name in any case, as in Spark.
///
/// # Errors
/// `Schema` when there is none, with the nearest name.
pub(crate) fn position(owner: &str, schema: &Schema, name: &str) -> Result<usize> {
    let names = || schema.fields().iter().map(|field| field.name().as_str());
    let exact = names().position(|known| known == name);
    let found = exact.or_else(|| names().position(|known| known.eq_ignore_ascii_case(name)));
    found.ok_or_else(|| err::no_column(name, names()).at(owner))
}

/// The field of a column.
///
/// # Errors
/// `Schema` when there is none, with the nearest name.
pub(crate) fn field(owner: &str, schema: &Schema, name: &str) -> Result<FieldRef> {
    Ok(Arc::clone(&schema.fields()[position(owner, schema, name)?]))
}

/// Refuses an output column that is there already.
///
/// # Errors
/// `Schema` when it is.
pub(crate) fn ensure_new(owner: &str, schema: &Schema, name: &str) -> Result<()> {
    if schema.fields().iter().any(|field| field.name().eq_ignore_ascii_case(name)) {
        let fix = "give the output another name, or drop the column first";
        return Err(err::schema(format!("output column `{name}` exists already"))
            .fix(fix)
            .at(owner));
    }
    Ok(())
}

/// The expression that reads a column of the table.
///
/// # Errors
/// `Schema` when there is none, with the nearest name.
pub(crate) fn column(owner: &str, df: &DataFrame, name: &str) -> Result<Expr> {
    let schema = df.plan().schema();
    let position = position(owner, schema.as_arrow(), name)?;
    Ok(Expr::from(schema.qualified_field(position)))
}

/// The table with one more column.
///
/// # Errors
/// `Engine` when the engine refuses the expression.
pub(crate) fn with_column(df: &DataFrame, name: &str, expr: Expr) -> Result<DataFrame> {
    let schema = df.plan().schema();
    let all = (0..schema.fields().len()).map(|i| Expr::from(schema.qualified_field(i)));
    select(df, all.chain([expr.alias(name)]).collect())
}

/// The table of the given expressions.
///
/// # Errors
/// `Engine` when the engine refuses an expression.
pub(crate) fn select(df: &DataFrame, exprs: Vec<Expr>) -> Result<DataFrame> {
    let plan = LogicalPlanBuilder::from(df.plan().clone()).project(exprs);
    let plan = plan.and_then(LogicalPlanBuilder::build).map_err(failure::of_planning)?;
    Ok(DataFrame::from_plan(df.session(), plan))
}

/// The table of the rows where the condition holds.
///
/// # Errors
/// `Engine` when the engine refuses the condition.
pub(crate) fn filter(df: &DataFrame, condition: Expr) -> Result<DataFrame> {
    let plan = LogicalPlanBuilder::from(df.plan().clone()).filter(condition);
    let plan = plan.and_then(LogicalPlanBuilder::build).map_err(failure::of_planning)?;
    Ok(DataFrame::from_plan(df.session(), plan))
}

/// The table of the first row.
///
/// # Errors
/// `Engine` when the engine refuses.
pub(crate) fn first_row(df: &DataFrame) -> Result<DataFrame> {
    let plan = LogicalPlanBuilder::from(df.plan().clone()).limit(0, Some(1));
    let plan = plan.and_then(LogicalPlanBuilder::build).map_err(failure::of_planning)?;
    Ok(DataFrame::from_plan(df.session(), plan))
}

/// The rows of the given columns, partition by partition.
///
/// # Errors
/// `Schema` for a missing column, otherwise whatever the query meets.
pub(crate) fn fetch(owner: &str, df: &DataFrame, names: &[&str]) -> Result<Vec<Vec<RecordBatch>>> {
    let exprs = names.iter().map(|name| column(owner, df, name)).collect::<Result<Vec<_>>>()?;
    let aliased = exprs.into_iter().enumerate().map(|(i, expr)| expr.alias(format!("c{i}")));
    let (engine, plan) =
        (Arc::clone(df.session().engine()), select(df, aliased.collect())?.plan().clone());
    df.session().wait(async move {
        let streams = engine.partitions(plan).await?;
        let collected = streams.into_iter().map(|stream| async move {
            stream.try_collect::<Vec<RecordBatch>>().await.map_err(failure::of_run)
        });
        futures::future::try_join_all(collected).await
    })
}

/// The error of a table without rows.
pub(crate) fn no_rows(owner: &str) -> Error {
    err::invalid_argument(owner, "dataset")
        .expected("a table with rows")
        .got("none")
        .fix("look at the file, the filter or the split that the table comes from")
}

/// The error of a column of the wrong type.
pub(crate) fn wrong_type(owner: &str, field: &FieldRef, expected: &str) -> Error {
    err::schema(format!("column `{}` is of the wrong type", field.name()))
        .expected(expected)
        .got(field.data_type())
        .at(owner)
}
