// SPDX-License-Identifier: MIT OR Apache-2.0
//! `OperatorPlanner`: arithmetic and `[..]` in SQL as Spark computes them.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::planner::{
    ExprPlanner, PlannerResult, RawBinaryExpr, RawFieldAccessExpr,
};
use datafusion::logical_expr::{BinaryExpr, ExprSchemable as _, GetFieldAccess, Operator};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use crate::arithmetic;
use crate::udf::element;

/// Plans sums, products, quotients, remainders and elements.
#[derive(Debug)]
pub(crate) struct OperatorPlanner;

impl ExprPlanner for OperatorPlanner {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        let op = match expr.op {
            BinaryOperator::Plus => Operator::Plus,
            BinaryOperator::Minus => Operator::Minus,
            BinaryOperator::Multiply => Operator::Multiply,
            BinaryOperator::Divide => Operator::Divide,
            BinaryOperator::MyIntegerDivide | BinaryOperator::DuckIntegerDivide => {
                Operator::IntegerDivide
            }
            BinaryOperator::Modulo => Operator::Modulo,
            _ => return Ok(PlannerResult::Original(expr)),
        };
        let binary = BinaryExpr::new(Box::new(expr.left), op, Box::new(expr.right));
        Ok(PlannerResult::Planned(arithmetic::planned(binary, schema)?))
    }

    /// Elements of arrays, counted from 0, and of maps.
    fn plan_field_access(
        &self,
        access: RawFieldAccessExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawFieldAccessExpr>> {
        let container = access.expr.get_type(schema)?;
        match (access.field_access, container) {
            (GetFieldAccess::ListIndex { key }, DataType::List(_) | DataType::Map(..)) => {
                Ok(PlannerResult::Planned(element::index(access.expr, *key)))
            }
            (field_access, _) => {
                let expr = access.expr;
                Ok(PlannerResult::Original(RawFieldAccessExpr { expr, field_access }))
            }
        }
    }
}
