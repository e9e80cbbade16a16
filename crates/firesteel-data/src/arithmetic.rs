// SPDX-License-Identifier: MIT OR Apache-2.0
//! Arithmetic as Spark computes it: the types and digits of results, and errors where there is none.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable as _, Operator, cast};
use datafusion_spark::expr_fn::negative;

use crate::udf::arithmetic::checked;

/// Most digits that a decimal holds.
const MAX_DIGITS: u8 = 38;
/// Digits behind the point that a quotient keeps where it has more than fit.
const MIN_SCALE: u8 = 6;
/// Digits behind the point that the engine adds to those of the dividend.
const ENGINE_ADDS: u8 = 4;

/// An operator on numbers as Spark computes it: an error where there is no result.
pub(crate) fn planned(binary: BinaryExpr, schema: &DFSchema) -> Result<Expr> {
    let binary = with_numbers(binary, schema)?;
    let types = [binary.left.get_type(schema)?, binary.right.get_type(schema)?];
    match binary.op {
        Operator::Divide => divide(binary, schema),
        Operator::IntegerDivide => {
            let [left, right] =
                [*binary.left, *binary.right].map(|side| cast(side, DataType::Int64));
            Ok(checked(left, Operator::Divide, right))
        }
        Operator::Modulo if types.iter().all(|one| one.is_numeric() || one.is_null()) => {
            Ok(checked(*binary.left, Operator::Modulo, *binary.right))
        }
        Operator::Plus | Operator::Minus | Operator::Multiply
            if types.iter().all(DataType::is_integer) =>
        {
            Ok(checked(*binary.left, binary.op, *binary.right))
        }
        _ => Ok(Expr::BinaryExpr(binary)),
    }
}

/// Where a text meets a number, it is read as one.
fn with_numbers(binary: BinaryExpr, schema: &DFSchema) -> Result<BinaryExpr> {
    let types = [binary.left.get_type(schema)?, binary.right.get_type(schema)?];
    let number = |text: &DataType, other: &DataType| match other {
        other if !text.is_string() || !other.is_numeric() => None,
        other if other.is_integer() => Some(DataType::Int64),
        _ => Some(DataType::Float64),
    };
    let read = |side: Box<Expr>, text: &DataType, other: &DataType| match number(text, other) {
        Some(number) => Box::new(cast(*side, number)),
        None => side,
    };
    let left = read(binary.left, &types[0], &types[1]);
    let right = read(binary.right, &types[1], &types[0]);
    Ok(BinaryExpr::new(left, binary.op, right))
}

/// The value with the other sign.
pub(crate) fn negated(value: Expr, schema: &DFSchema) -> Result<Expr> {
    let checked = value.get_type(schema)?.is_integer();
    Ok(if checked { negative(value) } else { Expr::Negative(Box::new(value)) })
}

fn divide(binary: BinaryExpr, schema: &DFSchema) -> Result<Expr> {
    let (left, right) = (*binary.left, *binary.right);
    let types = [left.get_type(schema)?, right.get_type(schema)?];
    let decimals = [decimal(&left, &types[0]), decimal(&right, &types[1])];
    if types.iter().any(DataType::is_decimal)
        && let [Some(a), Some(b)] = decimals
    {
        return Ok(divide_decimals(left, a, right, b));
    }
    let [a, b] = [(left, &types[0]), (right, &types[1])].map(|(operand, data_type)| {
        let keeps = data_type.is_floating() || data_type.is_temporal();
        if keeps { operand } else { cast(operand, DataType::Float64) }
    });
    Ok(quotient(a, b))
}

fn quotient(left: Expr, right: Expr) -> Expr {
    checked(left, Operator::Divide, right)
}

/// All digits and those behind the point, of a decimal or a whole number; a literal has as many as it is long.
fn decimal(expr: &Expr, data_type: &DataType) -> Option<(u8, u8)> {
    match data_type {
        DataType::Decimal128(precision, scale) => Some((*precision, u8::try_from(*scale).ok()?)),
        DataType::Int8 => Some((literal_digits(expr).unwrap_or(3), 0)),
        DataType::Int16 => Some((literal_digits(expr).unwrap_or(5), 0)),
        DataType::Int32 => Some((literal_digits(expr).unwrap_or(10), 0)),
        DataType::Int64 => Some((literal_digits(expr).unwrap_or(20), 0)),
        _ => None,
    }
}

fn literal_digits(expr: &Expr) -> Option<u8> {
    match expr {
        Expr::Literal(value, _) => {
            u8::try_from(value.to_string().trim_start_matches('-').len()).ok()
        }
        Expr::Cast(cast) => literal_digits(&cast.expr),
        Expr::Negative(inner) => literal_digits(inner),
        _ => None,
    }
}

/// The quotient with the digits that Spark gives it.
///
/// The engine gives a quotient four digits more behind the point than the dividend has, and cuts off the rest. So
/// the dividend gets as many as make one more than are wanted, and the last one is rounded off.
fn divide_decimals(left: Expr, a: (u8, u8), right: Expr, b: (u8, u8)) -> Expr {
    let (precision, scale) = quotient_type(a, b);
    let left_scale = a.1.max((scale + 1).saturating_sub(ENGINE_ADDS));
    let left_precision = a.0 - a.1 + left_scale;
    let fits = left_precision + ENGINE_ADDS + b.1 <= MAX_DIGITS;
    let wide = |expr: Expr, precision: u8, scale: u8| {
        let scale = scale as i8;
        match fits {
            true => cast(expr, DataType::Decimal128(precision, scale)),
            false => cast(expr, DataType::Decimal256(precision, scale)),
        }
    };
    let exact = quotient(wide(left, left_precision, left_scale), wide(right, b.0, b.1));
    cast(exact, DataType::Decimal128(precision, scale as i8))
}

/// Spark's rule: room for every digit, of which those behind the point go first when there are too many.
fn quotient_type(a: (u8, u8), b: (u8, u8)) -> (u8, u8) {
    let scale = MIN_SCALE.max(a.1 + b.0 + 1);
    let whole = a.0 - a.1 + b.1;
    if whole + scale <= MAX_DIGITS {
        return (whole + scale, scale);
    }
    (MAX_DIGITS, MAX_DIGITS.saturating_sub(whole).max(MIN_SCALE.min(scale)))
}

#[cfg(test)]
mod tests {
    use super::quotient_type;

    #[test]
    fn quotients_have_the_digits_of_spark() {
        assert_eq!(quotient_type((2, 1), (1, 0)), (7, 6));
        assert_eq!(quotient_type((10, 2), (10, 2)), (23, 13));
        assert_eq!(quotient_type((38, 10), (38, 10)), (38, 6));
        assert_eq!(quotient_type((20, 4), (20, 4)), (38, 18));
    }
}
