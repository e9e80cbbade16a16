// SPDX-License-Identifier: MIT OR Apache-2.0
//! Turns Spark's syntax tree into the one that gives Spark's result on the engine.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, ExactNumberInfo, Expr, UnaryOperator, Value, VisitMut,
    visit_expressions_mut,
};

use firesteel_core::Result;

use super::calls;

/// Rewrites every expression in a tree: functions, operators, and literals among them.
pub(super) fn expressions<V: VisitMut>(tree: &mut V) -> Result<()> {
    let outcome = visit_expressions_mut(tree, |expr| {
        match expr {
            Expr::BinaryOp { left, op, right } if is_arithmetic(op) => {
                literal(left);
                literal(right);
            }
            Expr::Case { conditions, else_result, .. } => {
                conditions.iter_mut().for_each(|branch| literal(&mut branch.result));
                else_result.iter_mut().for_each(|result| literal(result));
            }
            Expr::Ceil { expr, .. } | Expr::Floor { expr, .. } => literal(expr),
            Expr::Value(value) => {
                if let Value::DoubleQuotedString(text) = &value.value {
                    value.value = Value::SingleQuotedString(text.clone());
                }
            }
            Expr::Function(function) => calls::named(function),
            // an error where the number has no opposite
            Expr::UnaryOp { op: UnaryOperator::Minus, expr: value }
                if literal_type(value).is_none()
                    && !matches!(**value, Expr::Interval(_) | Expr::Value(_)) =>
            {
                *expr = calls::call("negative", vec![value.as_ref().clone()]);
            }
            _ => {}
        }
        match calls::replacement(expr) {
            Ok(new) => {
                if let Some(new) = new.or_else(|| calls::operator(expr)) {
                    *expr = new;
                }
                ControlFlow::Continue(())
            }
            Err(error) => ControlFlow::Break(error),
        }
    });
    match outcome {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

fn is_arithmetic(op: &BinaryOperator) -> bool {
    use BinaryOperator::{Divide, Minus, Modulo, Multiply, Plus};
    matches!(op, Plus | Minus | Multiply | Divide | Modulo)
}

/// Gives a number the type it has in Spark: `int` where it fits, `decimal` with a point, `double` with an exponent.
pub(super) fn literal(expr: &mut Expr) {
    let Some(data_type) = literal_type(expr) else { return };
    *expr = cast(expr.clone(), data_type);
}

pub(super) fn cast(expr: Expr, data_type: DataType) -> Expr {
    let (kind, expr) = (CastKind::Cast, Box::new(expr));
    Expr::Cast { kind, expr, data_type, array: false, format: None }
}

fn literal_type(expr: &Expr) -> Option<DataType> {
    let (value, sign) = match expr {
        Expr::Value(value) => (&value.value, ""),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match expr.as_ref() {
            Expr::Value(value) => (&value.value, "-"),
            _ => return None,
        },
        _ => return None,
    };
    let Value::Number(digits, is_long) = value else { return None };
    if *is_long {
        return Some(DataType::BigInt(None));
    }
    if digits.contains(['e', 'E']) {
        return Some(DataType::Double(ExactNumberInfo::None));
    }
    match digits.split_once('.') {
        Some((whole, fraction)) => {
            let whole = whole.trim_start_matches('0').len();
            let scale = i64::try_from(fraction.len()).ok()?;
            let precision = (whole + fraction.len()).max(1) as u64;
            Some(DataType::Decimal(ExactNumberInfo::PrecisionAndScale(precision, scale)))
        }
        None => format!("{sign}{digits}").parse::<i32>().ok().map(|_| DataType::Int(None)),
    }
}
