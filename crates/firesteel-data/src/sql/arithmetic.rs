// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ArithmeticPlanner`: `/` and `%` in SQL as Spark computes them.

use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{BinaryExpr, Operator};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use crate::division;

/// Plans divisions and remainders.
#[derive(Debug)]
pub(crate) struct ArithmeticPlanner;

impl ExprPlanner for ArithmeticPlanner {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        let op = match expr.op {
            BinaryOperator::Divide => Operator::Divide,
            BinaryOperator::Modulo => Operator::Modulo,
            _ => return Ok(PlannerResult::Original(expr)),
        };
        let binary = BinaryExpr::new(Box::new(expr.left), op, Box::new(expr.right));
        Ok(PlannerResult::Planned(division::planned(binary, schema)?))
    }
}
