// SPDX-License-Identifier: MIT OR Apache-2.0
//! Columns that hold aggregates or windows, planned as the steps they need.

use datafusion::common::Column;
use datafusion::common::tree_node::{Transformed, TreeNode as _, TreeNodeRecursion};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::{find_aggregate_exprs, find_window_exprs};
use firesteel_core::{IndexMap, Result};

use super::DataFrame;
use crate::failure;

/// Whether an aggregate function stands in the expression, outside a window.
pub(super) fn has_aggregate(expr: &Expr) -> bool {
    let mut found = false;
    // the closure never fails
    let _ = expr.apply(|node| {
        match node {
            Expr::AggregateFunction(_) => found = true,
            Expr::WindowFunction(_) => return Ok(TreeNodeRecursion::Jump),
            _ => {}
        }
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    found
}

impl DataFrame {
    /// Groups by `keys` and gives the named columns, which may compute with aggregates and keys.
    pub(super) fn aggregate(&self, keys: Vec<Expr>, columns: Vec<(Expr, String)>) -> Result<Self> {
        let aggregates = find_aggregate_exprs(columns.iter().map(|(expr, _)| expr));
        let told_apart = told_apart(&aggregates);
        let grouped = self.build(|builder| builder.aggregate(keys.clone(), told_apart))?;
        let made: Vec<Expr> = keys.into_iter().chain(aggregates).collect();
        grouped.project(grouped.over(&made, 0, columns)?)
    }

    /// A projection, with the windows its columns need computed first.
    pub(super) fn project_windows(&self, columns: Vec<(Expr, String)>) -> Result<Self> {
        let windows = find_window_exprs(columns.iter().map(|(expr, _)| expr));
        if windows.is_empty() {
            return self.project(columns);
        }
        let before = self.df_schema().fields().len();
        let plan = datafusion::logical_expr::LogicalPlanBuilder::window_plan(
            self.plan.clone(),
            windows.clone(),
        );
        let computed = self.with_plan(plan.map_err(failure::of_planning)?);
        computed.project(computed.over(&windows, before, columns)?)
    }

    /// The columns with each expression that the plan has made, from position `first` on, read from its column.
    fn over(
        &self,
        made: &[Expr],
        first: usize,
        columns: Vec<(Expr, String)>,
    ) -> Result<Vec<(Expr, String)>> {
        let sources: Vec<Column> = self.df_schema().iter().map(Column::from).collect();
        let read = |expr: Expr| match made.iter().position(|known| *known == expr) {
            Some(at) if at + first < sources.len() => {
                let column = Expr::Column(sources[at + first].clone());
                Ok(Transformed::new(column, true, TreeNodeRecursion::Jump))
            }
            _ => Ok(Transformed::no(expr)),
        };
        let rebased = columns.into_iter().map(|(expr, name)| {
            let expr = expr.transform_down(read).map_err(failure::of_planning)?;
            Ok((expr.data, name))
        });
        rebased.collect()
    }
}

/// The aggregates, those with a name of their own that differ from another in casts only: the engine leaves casts
/// out of names.
fn told_apart(aggregates: &[Expr]) -> Vec<Expr> {
    let mut seen: IndexMap<String, usize> = IndexMap::new();
    let named = aggregates.iter().map(|aggregate| {
        let name = aggregate.schema_name().to_string();
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        match *count {
            1 => aggregate.clone(),
            twin => aggregate.clone().alias(format!("{name} #{twin}")),
        }
    });
    named.collect()
}
