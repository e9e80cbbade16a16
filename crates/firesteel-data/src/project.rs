// SPDX-License-Identifier: MIT OR Apache-2.0
//! Projections under Spark's rule that two columns may have one name.

use datafusion::common::{Column, TableReference};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use firesteel_core::{IndexMap, Result};

use crate::failure;

/// The hidden table name of a column that shares its name with another.
const TWIN: &str = "__twin";

/// The plan whose columns are these expressions under these names.
///
/// The engine tells columns of one name apart by a table name; twins that have none get a hidden one.
pub(crate) fn project(plan: LogicalPlan, columns: Vec<(Expr, String)>) -> Result<LogicalPlan> {
    let mut count: IndexMap<String, usize> = IndexMap::new();
    for (_, name) in &columns {
        *count.entry(name.clone()).or_default() += 1;
    }
    let mut seen: IndexMap<String, usize> = IndexMap::new();
    let exprs = columns.into_iter().map(|(expr, name)| {
        if count.get(&name) == Some(&1) {
            return named(expr, &name);
        }
        let number = seen.entry(name.clone()).or_default();
        *number += 1;
        let twin = TableReference::bare(format!("{TWIN}{number}"));
        expr.unalias().alias_qualified(Some(twin), name)
    });
    let exprs: Vec<Expr> = exprs.collect();
    let built = LogicalPlanBuilder::from(plan).project(exprs).and_then(LogicalPlanBuilder::build);
    built.map_err(failure::of_planning)
}

/// The expression under this name, without an alias that changes nothing.
fn named(expr: Expr, name: &str) -> Expr {
    match &expr {
        Expr::Column(column) if column.name == name => expr,
        Expr::Alias(alias) if alias.name == name => expr,
        _ => expr.alias(name),
    }
}

/// Every column of a plan, with its name.
pub(crate) fn all_columns(plan: &LogicalPlan) -> Vec<(Expr, String)> {
    let columns = plan.schema().iter().map(Column::from);
    columns.map(|column| (Expr::Column(column.clone()), column.name)).collect()
}
