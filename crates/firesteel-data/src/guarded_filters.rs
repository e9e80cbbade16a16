// SPDX-License-Identifier: MIT OR Apache-2.0
//! `GuardedFilters`: `i <> 0 AND 10 / i > 1` does not divide by zero.
//!
//! The engine computes both sides of `AND` for most rows, in an order of its own. Conditions that may stop a query
//! are looked at only for rows that pass the others.

use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{Expr, ExprSchemable as _, Filter, LogicalPlan};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

use crate::udf::arithmetic;

/// The last of the rules, since others take the choice apart again.
#[derive(Debug)]
pub(crate) struct GuardedFilters;

impl OptimizerRule for GuardedFilters {
    fn name(&self) -> &str {
        "guarded_filters"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Filter(filter) = plan else { return Ok(Transformed::no(plan)) };
        let conditions = split_conjunction_owned(filter.predicate.clone());
        let (risky, safe): (Vec<Expr>, Vec<Expr>) = conditions
            .into_iter()
            .partition(|condition| may_fail(condition, filter.input.schema()));
        let (Some(risky), Some(safe)) = (conjunction(risky), conjunction(safe)) else {
            return Ok(Transformed::no(LogicalPlan::Filter(filter)));
        };
        let predicate = safe.clone().and(where_holds(safe, risky));
        let guarded = Filter::try_new(predicate, filter.input)?;
        Ok(Transformed::yes(LogicalPlan::Filter(guarded)))
    }
}

fn where_holds(condition: Expr, then: Expr) -> Expr {
    let never = Expr::Literal(ScalarValue::Boolean(Some(false)), None);
    let branch = (Box::new(condition), Box::new(then));
    Expr::Case(Case::new(None, vec![branch], Some(Box::new(never))))
}

/// Whether there is an operator in it that stops at some values; what a choice guards is left alone.
fn may_fail(expr: &Expr, schema: &DFSchema) -> bool {
    if matches!(expr, Expr::Case(_)) {
        return false;
    }
    let risky = |node: &Expr| match node {
        Expr::ScalarFunction(call) => arithmetic::is_checked(call.func.name()),
        Expr::Cast(cast) => {
            let from_text = cast.expr.get_type(schema).is_ok_and(|from| from.is_string());
            from_text && !cast.field.data_type().is_string()
        }
        _ => false,
    };
    // the closure never fails
    expr.exists(|node| Ok(risky(node))).unwrap_or(true)
}
