// SPDX-License-Identifier: MIT OR Apache-2.0
//! Calls of Spark's functions, written as the engine has them.

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident, NullTreatment, ObjectName, ObjectNamePart,
    TimezoneInfo, UnaryOperator, Value,
};

use firesteel_core::Result;

use super::date_pattern;
use super::prepare::{cast, literal};

/// Spark's name for a function of the engine.
const FUNCTIONS: &[(&str, &str)] = &[
    // registry: sorted
    ("approx_count_distinct", "approx_distinct"),
    ("array_agg", "collect_list"),
    ("cardinality", "size"),
    ("date_diff", "datediff"),
    ("endswith", "ends_with"),
    ("every", "bool_and"),
    ("first", "first_value"),
    ("last", "last_value"),
    ("lcase", "lower"),
    ("listagg", "string_agg"),
    ("sign", "signum"),
    ("some", "bool_or"),
    ("startswith", "starts_with"),
    ("std", "stddev"),
    ("try_avg", "avg"),
    ("ucase", "upper"),
    ("variance", "var_samp"),
    // registry: end
];

/// Functions over windows that count rows, in Spark by an `int`.
const COUNTERS: &[&str] = &["dense_rank", "ntile", "rank", "row_number"];

/// Parts of a date that Spark gives as functions, and what the engine calls them.
const DATE_PARTS: &[(&str, &str)] = &[
    // registry: sorted
    ("day", "day"),
    ("dayofmonth", "day"),
    ("dayofweek", "dow"),
    ("dayofyear", "doy"),
    ("hour", "hour"),
    ("minute", "minute"),
    ("month", "month"),
    ("quarter", "quarter"),
    ("second", "second"),
    ("weekofyear", "week"),
    ("year", "year"),
    // registry: end
];

/// Functions with a pattern for dates, and what the engine calls them.
const WITH_PATTERNS: &[(&str, &str)] = &[
    // registry: sorted
    ("date_format", "to_char"),
    ("to_date", "to_date"),
    ("to_timestamp", "to_timestamp"),
    // registry: end
];

/// Functions written otherwise, without a name of the engine.
const OTHERS: &[&str] = &[
    // registry: sorted
    "count_if",
    "dayname",
    "isnotnull",
    "isnull",
    "locate",
    "mod",
    "sort_array",
    "try_divide",
    "try_mod",
    "unix_timestamp",
    // registry: end
];

/// The names that are known only here.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let functions = FUNCTIONS.iter().map(|(spark, _)| *spark);
    functions.chain(DATE_PARTS.iter().map(|(spark, _)| *spark)).chain(OTHERS.iter().copied())
}

/// Gives a call the engine's name, and its numbers the types that they have in Spark.
pub(super) fn named(function: &mut Function) {
    let name = function.name.to_string().to_lowercase();
    if let Some((_, engine)) = FUNCTIONS.iter().find(|(spark, _)| *spark == name) {
        function.name = object_name(engine);
    }
    // functions over windows want plain numbers, and a count regards none
    if function.over.is_none() && name != "count" {
        arguments(function).for_each(literal);
    }
    if ["any_value", "first", "first_value", "last", "last_value"].contains(&name.as_str()) {
        ignore_nulls(function);
    }
}

/// `first(x, true)` is `first(x) IGNORE NULLS`.
fn ignore_nulls(function: &mut Function) {
    let FunctionArguments::List(list) = &mut function.args else { return };
    if list.args.len() == 2 {
        let flag = list.args.remove(1).to_string();
        if flag.eq_ignore_ascii_case("true") {
            function.null_treatment = Some(NullTreatment::IgnoreNulls);
        }
    }
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

/// What stands for a call that the engine does not have: `year(d)`, `concat(a, b)`.
pub(super) fn replacement(expr: &mut Expr) -> Result<Option<Expr>> {
    let Expr::Function(function) = expr else { return Ok(None) };
    let name = function.name.to_string().to_lowercase();
    if COUNTERS.contains(&name.as_str()) && function.over.is_some() {
        return Ok(Some(cast(expr.clone(), DataType::Int(None))));
    }
    let args: Vec<Expr> = arguments(function).map(|arg| arg.clone()).collect();
    if let ([date], Some((_, part))) =
        (args.as_slice(), DATE_PARTS.iter().find(|(spark, _)| *spark == name))
    {
        let moment = if ["hour", "minute", "second"].contains(part) {
            DataType::Timestamp(None, TimezoneInfo::None)
        } else {
            DataType::Date
        };
        return Ok(Some(call("date_part", vec![text(part), as_moment(date, moment)])));
    }
    if let ([moment, pattern], Some((_, engine))) =
        (args.as_slice(), WITH_PATTERNS.iter().find(|(spark, _)| *spark == name))
    {
        let pattern = date_pattern::of_engine(&name, pattern)?;
        return Ok(pattern.map(|pattern| call(engine, vec![moment.clone(), pattern])));
    }
    Ok(rewritten(&name, args))
}

fn rewritten(name: &str, args: Vec<Expr>) -> Option<Expr> {
    Some(match (name, args.as_slice()) {
        ("array_prepend", [array, item]) => {
            call("array_prepend", vec![item.clone(), array.clone()])
        }
        ("array_remove", _) => call("array_remove_all", args),
        ("array_sort", [array]) => {
            call("array_sort", vec![array.clone(), text("ASC"), text("NULLS LAST")])
        }
        ("concat", [_, _, ..]) => {
            // null when one of them is, as the operator has it
            let joined = args.into_iter();
            return joined.reduce(|a, b| binary(a, BinaryOperator::StringConcat, b)).map(nested);
        }
        ("count_if", [condition]) => call("count", vec![when(condition.clone(), number("1"))]),
        ("dayname", [date]) => call("to_char", vec![as_moment(date, DataType::Date), text("%a")]),
        ("isnotnull", [value]) => Expr::IsNotNull(Box::new(nested(value.clone()))),
        ("isnull", [value]) => Expr::IsNull(Box::new(nested(value.clone()))),
        ("last_day", [Expr::Value(_)]) => {
            call("last_day", vec![as_moment(&args[0], DataType::Date)])
        }
        ("left", [text, length]) => {
            call("substring", vec![text.clone(), number("1"), length.clone()])
        }
        ("locate", [part, text]) => call("instr", vec![text.clone(), part.clone()]),
        ("mod", [a, b]) => nested(binary(a.clone(), BinaryOperator::Modulo, b.clone())),
        ("replace", [whole, part]) => call("replace", vec![whole.clone(), part.clone(), text("")]),
        ("sort_array", [array]) => sorted(array, true),
        ("sort_array", [array, ascending]) => {
            sorted(array, ascending.to_string().eq_ignore_ascii_case("true"))
        }
        ("try_divide", [a, b]) => or_null(a, BinaryOperator::Divide, b),
        ("try_mod", [a, b]) => or_null(a, BinaryOperator::Modulo, b),
        ("unix_timestamp", [moment]) => call("unix_seconds", vec![moment.clone()]),
        (kind, [value]) => cast(value.clone(), type_called(kind)?),
        _ => return None,
    })
}

/// The type that `int(x)` and the like cast to.
fn type_called(name: &str) -> Option<DataType> {
    Some(match name {
        "bigint" => DataType::BigInt(None),
        "boolean" => DataType::Boolean,
        "date" => DataType::Date,
        "double" => DataType::Double(datafusion::sql::sqlparser::ast::ExactNumberInfo::None),
        "float" => DataType::Float(datafusion::sql::sqlparser::ast::ExactNumberInfo::None),
        "int" => DataType::Int(None),
        "smallint" => DataType::SmallInt(None),
        "string" => DataType::String(None),
        "tinyint" => DataType::TinyInt(None),
        _ => return None,
    })
}

/// A text that is a date or timestamp.
fn as_moment(expr: &Expr, data_type: DataType) -> Expr {
    let is_text =
        matches!(expr, Expr::Value(value) if matches!(value.value, Value::SingleQuotedString(_)));
    if is_text { cast(expr.clone(), data_type) } else { expr.clone() }
}

fn sorted(array: &Expr, ascending: bool) -> Expr {
    let (direction, nulls) =
        if ascending { ("ASC", "NULLS FIRST") } else { ("DESC", "NULLS LAST") };
    call("array_sort", vec![array.clone(), text(direction), text(nulls)])
}

/// Null where the right side is 0.
fn or_null(left: &Expr, op: BinaryOperator, right: &Expr) -> Expr {
    let right = nested(right.clone());
    let zero = binary(right.clone(), BinaryOperator::NotEq, number("0"));
    nested(binary(nested(left.clone()), op, when(zero, right)))
}

fn when(condition: Expr, result: Expr) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition, result }],
        else_result: None,
    }
}

/// The part of an expression that is no call but has none of the engine's operators either.
pub(super) fn operator(expr: &Expr) -> Option<Expr> {
    match expr {
        Expr::RLike { negated, expr, pattern, .. } => {
            let fits = call("regexp_like", vec![expr.as_ref().clone(), pattern.as_ref().clone()]);
            Some(match negated {
                true => Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(fits) },
                false => fits,
            })
        }
        Expr::UnaryOp { op: UnaryOperator::BitwiseNot, expr } => {
            let mut value = expr.as_ref().clone();
            literal(&mut value);
            Some(call("bitwise_not", vec![value]))
        }
        _ => None,
    }
}

fn nested(expr: Expr) -> Expr {
    Expr::Nested(Box::new(expr))
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

fn text(text: &str) -> Expr {
    Expr::Value(Value::SingleQuotedString(text.to_owned()).with_empty_span())
}

fn number(digits: &str) -> Expr {
    let number = Value::Number(digits.to_owned(), false).with_empty_span();
    cast(Expr::Value(number), DataType::Int(None))
}

fn object_name(name: &str) -> ObjectName {
    ObjectName(vec![ObjectNamePart::Identifier(Ident::new(name))])
}

/// A call of a function.
pub(super) fn call(name: &str, args: Vec<Expr>) -> Expr {
    let unnamed = |arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg));
    Expr::Function(Function {
        name: object_name(name),
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
