// SPDX-License-Identifier: MIT OR Apache-2.0
//! Columns that the engine takes for one, because it leaves casts out of names: told apart before it sees them.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Select, SelectItem, Value, visit_expressions_mut,
};
use firesteel_core::{IndexMap, IndexSet};

use super::{calls, name};

/// Aggregates, which become columns of their own.
const AGGREGATES: &[&str] = &[
    "avg",
    "count",
    "max",
    "mean",
    "min",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "sum",
    "var_pop",
    "var_samp",
];

/// Gives the columns of a `SELECT` names, and the aggregates in it texts, that differ.
pub(super) fn tell_apart(select: &mut Select) {
    name_casts(select);
    name_twins(select);
    wrap_twins(select);
}

/// Aggregates that differ in casts only: the second one gets its values through a call that changes nothing.
fn wrap_twins(select: &mut Select) {
    let mut seen: IndexMap<String, IndexSet<String>> = IndexMap::new();
    let columns = select.projection.iter_mut().filter_map(|item| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr),
        _ => None,
    });
    for expr in columns.chain(&mut select.having) {
        // the closure never breaks off
        let _: ControlFlow<()> = visit_expressions_mut(expr, |node| {
            if is_aggregate(node) {
                let twins = seen.entry(without_casts(node)).or_default();
                let (number, _) = twins.insert_full(node.to_string());
                wrap_arguments(node, number);
            }
            ControlFlow::Continue(())
        });
    }
}

fn is_aggregate(expr: &Expr) -> bool {
    let Expr::Function(function) = expr else { return false };
    AGGREGATES.contains(&function.name.to_string().to_lowercase().as_str())
}

fn wrap_arguments(call: &mut Expr, times: usize) {
    let Expr::Function(function) = call else { return };
    for argument in calls::arguments(function) {
        *argument =
            (0..times).fold(argument.clone(), |inner, _| calls::call("coalesce", vec![inner]));
    }
}

/// A column that is only cast keeps its name, so that `ORDER BY` finds it.
fn name_casts(select: &mut Select) {
    let mut names: IndexMap<String, usize> = IndexMap::new();
    for item in &select.projection {
        let name = match item {
            SelectItem::UnnamedExpr(expr) => name::of(expr),
            SelectItem::ExprWithAlias { alias, .. } => alias.value.clone(),
            // nobody knows what stands behind `*`
            _ => return,
        };
        *names.entry(name.to_lowercase()).or_default() += 1;
    }
    for item in &mut select.projection {
        let SelectItem::UnnamedExpr(expr) = item else { continue };
        let name = name::of(expr).to_lowercase();
        if is_cast_column(expr) && names.get(&name) == Some(&1) {
            *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias: Ident::new(name) };
        }
    }
}

fn is_cast_column(expr: &Expr) -> bool {
    matches!(expr, Expr::Cast { expr, .. } if name::is_column(expr))
}

/// The engine wants every column once, and does not regard casts; a second one of the same text gets an alias,
/// which the result loses again.
fn name_twins(select: &mut Select) {
    let mut seen = IndexSet::new();
    for (index, item) in select.projection.iter_mut().enumerate() {
        let SelectItem::UnnamedExpr(expr) = item else { continue };
        if !seen.insert(without_casts(expr)) {
            let alias = Ident::new(format!("__twin{index}"));
            *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
        }
    }
}

/// The text of an expression as the engine names its column.
fn without_casts(expr: &Expr) -> String {
    let mut plain = expr.clone();
    // the closure never breaks off
    let _: ControlFlow<()> = visit_expressions_mut(&mut plain, |node| {
        match node {
            Expr::Cast { expr, .. } => *node = expr.as_ref().clone(),
            Expr::Value(value) => {
                if let Value::Number(_, is_long) = &mut value.value {
                    *is_long = false;
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    });
    plain.to_string()
}
