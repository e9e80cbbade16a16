// SPDX-License-Identifier: MIT OR Apache-2.0
//! Turns Spark's syntax tree into the one that gives Spark's result on the engine.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, ExactNumberInfo, Expr, Function, FunctionArg,
    FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident, ObjectName, ObjectNamePart,
    UnaryOperator, Value, VisitMut, visit_expressions_mut,
};

/// Spark's name for a function of the engine.
const FUNCTIONS: &[(&str, &str)] = &[
    // registry: sorted
    ("approx_count_distinct", "approx_distinct"),
    ("cardinality", "size"),
    ("first", "first_value"),
    ("last", "last_value"),
    ("lcase", "lower"),
    ("std", "stddev"),
    ("ucase", "upper"),
    ("variance", "var_samp"),
    // registry: end
];

/// Functions whose result has the type of their arguments, so that a literal among them must have Spark's type.
const SAME_TYPE: &[&str] =
    &["coalesce", "greatest", "ifnull", "least", "nullif", "nvl", "sum", "max", "min"];

/// Functions over windows that count rows, in Spark by an `int`.
const COUNTERS: &[&str] = &["dense_rank", "ntile", "rank", "row_number"];

/// Parts of a date that Spark gives as functions.
const DATE_PARTS: &[&str] =
    &["year", "quarter", "month", "day", "dayofmonth", "hour", "minute", "second"];

/// Rewrites every expression in a tree: functions, division, and literals in arithmetic.
pub(super) fn expressions<V: VisitMut>(tree: &mut V) {
    // the closure never breaks off
    let _: ControlFlow<()> = visit_expressions_mut(tree, |expr| {
        match expr {
            Expr::BinaryOp { left, op, right } if is_arithmetic(op) => {
                literal(left);
                literal(right);
            }
            Expr::Case { conditions, else_result, .. } => {
                conditions.iter_mut().for_each(|branch| literal(&mut branch.result));
                else_result.iter_mut().for_each(|result| literal(result));
            }
            Expr::Value(value) => {
                if let Value::DoubleQuotedString(text) = &value.value {
                    value.value = Value::SingleQuotedString(text.clone());
                }
            }
            Expr::Function(function) => function_call(function),
            // an error where the number has no opposite
            Expr::UnaryOp { op: UnaryOperator::Minus, expr: value }
                if literal_type(value).is_none() && !matches!(**value, Expr::Interval(_)) =>
            {
                *expr = call("negative", vec![value.as_ref().clone()]);
            }
            _ => {}
        }
        if let Some(new) = replacement(expr) {
            *expr = new;
        }
        ControlFlow::Continue(())
    });
}

fn is_arithmetic(op: &BinaryOperator) -> bool {
    use BinaryOperator::{Divide, Minus, Modulo, Multiply, Plus};
    matches!(op, Plus | Minus | Multiply | Divide | Modulo)
}

fn function_call(function: &mut Function) {
    let name = function.name.to_string().to_lowercase();
    if let Some((_, engine)) = FUNCTIONS.iter().find(|(spark, _)| *spark == name) {
        function.name = ObjectName(vec![ObjectNamePart::Identifier(Ident::new(*engine))]);
    }
    if SAME_TYPE.contains(&name.as_str()) {
        arguments(function).for_each(literal);
    }
}

/// The names that stand for functions of the engine with other names.
pub(super) fn spark_names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|(spark, _)| *spark).chain(DATE_PARTS.iter().copied())
}

pub(super) fn arguments(function: &mut Function) -> impl Iterator<Item = &mut Expr> {
    let list = match &mut function.args {
        FunctionArguments::List(list) => Some(list),
        _ => None,
    };
    let args = list.into_iter().flat_map(|list| &mut list.args);
    args.filter_map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    })
}

/// Calls that the engine writes otherwise: `year(d)`, `concat(a, b)`.
fn replacement(expr: &mut Expr) -> Option<Expr> {
    let Expr::Function(function) = expr else { return None };
    let name = function.name.to_string().to_lowercase();
    let mut args: Vec<Expr> = arguments(function).map(|arg| arg.clone()).collect();
    match (name.as_str(), args.len()) {
        // null, where there would be an error
        ("try_divide" | "try_mod", 2) => {
            let op =
                if name == "try_mod" { BinaryOperator::Modulo } else { BinaryOperator::Divide };
            let zero = Expr::value(Value::Number("0".to_owned(), false));
            let right = call("nullif", vec![args.remove(1), zero]);
            let (left, right) = (Box::new(args.remove(0)), Box::new(right));
            Some(Expr::Nested(Box::new(Expr::BinaryOp { left, op, right })))
        }
        (counter, _) if COUNTERS.contains(&counter) && function.over.is_some() => {
            Some(cast(expr.clone(), DataType::Int(None)))
        }
        (part, 1) if DATE_PARTS.contains(&part) => {
            let part = if part == "dayofmonth" { "day" } else { part };
            let part = Expr::Value(Value::SingleQuotedString(part.to_owned()).with_empty_span());
            args.insert(0, part);
            function.name = ObjectName(vec![ObjectNamePart::Identifier(Ident::new("date_part"))]);
            if let FunctionArguments::List(list) = &mut function.args {
                let unnamed = |arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg));
                list.args = args.into_iter().map(unnamed).collect();
            }
            None
        }
        _ => None,
    }
}

/// A call of a function.
pub(super) fn call(name: &str, args: Vec<Expr>) -> Expr {
    let unnamed = |arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg));
    Expr::Function(Function {
        name: ObjectName(vec![ObjectNamePart::Identifier(Ident::new(name))]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: args.into_iter().map(unnamed).collect(),
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// Gives a number the type it has in Spark: `int` where it fits, `decimal` with a point, `double` with an exponent.
pub(super) fn literal(expr: &mut Expr) {
    let Some(data_type) = literal_type(expr) else { return };
    *expr = cast(expr.clone(), data_type);
}

fn cast(expr: Expr, data_type: DataType) -> Expr {
    let (kind, expr) = (CastKind::Cast, Box::new(expr));
    Expr::Cast { kind, expr, data_type, array: false, format: None }
}

fn literal_type(expr: &Expr) -> Option<DataType> {
    let value = match expr {
        Expr::Value(value) => &value.value,
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => return literal_type(expr),
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
        None => digits.parse::<i32>().ok().map(|_| DataType::Int(None)),
    }
}
