// SPDX-License-Identifier: MIT OR Apache-2.0
//! The name that Spark gives the column of an expression in SQL: `avg(rating)`, `(rating + 1)`, `count(1)`.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, CeilFloorKind, DataType, DuplicateTreatment, Expr,
    Function, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator, Value, WindowSpec,
    WindowType,
};

use crate::spark_name::RENAMED;
use crate::{java_double, java_float};

/// The name of the column that an expression makes; what Spark does not name by rule keeps its text.
pub(super) fn of(expr: &Expr) -> String {
    match expr {
        // a column that is only cast keeps its name
        Expr::Cast { expr: column, .. } if is_column(column) => part(column),
        _ => part(expr),
    }
}

pub(super) fn is_column(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}

/// What an expression adds to a name.
fn part(expr: &Expr) -> String {
    match expr {
        Expr::Identifier(ident) => ident.value.clone(),
        Expr::CompoundIdentifier(parts) => {
            parts.last().map(|ident| ident.value.clone()).unwrap_or_default()
        }
        Expr::Value(value) => literal(&value.value),
        Expr::Nested(inner) => part(inner),
        Expr::Cast { expr, kind, data_type, .. } => cast(expr, kind, data_type),
        Expr::TypedString(typed) => {
            format!("{} '{}'", typed.data_type, literal(&typed.value.value))
        }
        Expr::UnaryOp { op, expr } => unary(op, expr),
        Expr::BinaryOp { left, op, right } => binary(&part(left), op, &part(right)),
        Expr::IsNull(inner) => format!("({} IS NULL)", part(inner)),
        Expr::IsNotNull(inner) => format!("({} IS NOT NULL)", part(inner)),
        Expr::IsTrue(inner) => format!("({} IS TRUE)", part(inner)),
        Expr::IsFalse(inner) => format!("({} IS FALSE)", part(inner)),
        Expr::InList { expr, list, negated } => {
            not(*negated, format!("({} IN ({}))", part(expr), all(list)))
        }
        Expr::Between { expr, negated, low, high } => {
            not(*negated, format!("between({}, {}, {})", part(expr), part(low), part(high)))
        }
        Expr::Like { negated, expr, pattern, .. } => {
            not(*negated, format!("{} LIKE {}", part(expr), part(pattern)))
        }
        Expr::RLike { negated, expr, pattern, .. } => {
            not(*negated, format!("RLIKE({}, {})", part(expr), part(pattern)))
        }
        Expr::Case { operand, conditions, else_result, .. } => {
            case(operand.as_deref(), conditions, else_result.as_deref())
        }
        Expr::Function(call) => function(call),
        other => special(other),
    }
}

fn cast(expr: &Expr, kind: &CastKind, data_type: &DataType) -> String {
    let name = part(expr);
    match (kind, data_type) {
        // a number with its type behind it
        (CastKind::DoubleColon, DataType::Double(_)) => name.parse().map_or(name, java_double),
        (CastKind::DoubleColon, DataType::Float(_)) => name.parse().map_or(name, java_float),
        (CastKind::DoubleColon, _) => name,
        (CastKind::TryCast | CastKind::SafeCast, _) => {
            format!("TRY_CAST({name} AS {})", type_name(data_type))
        }
        (CastKind::Cast, _) => format!("CAST({name} AS {})", type_name(data_type)),
    }
}

/// Types that Spark calls by another name.
const TYPES: &[(&str, &str)] = &[
    ("BYTE", "TINYINT"),
    ("DEC", "DECIMAL(10,0)"),
    ("DECIMAL", "DECIMAL(10,0)"),
    ("INTEGER", "INT"),
    ("LONG", "BIGINT"),
    ("NUMERIC", "DECIMAL(10,0)"),
    ("REAL", "FLOAT"),
    ("SHORT", "SMALLINT"),
];

fn type_name(data_type: &DataType) -> String {
    let text = data_type.to_string().to_uppercase().replace(", ", ",");
    let known = TYPES.iter().find(|(other, _)| *other == text);
    known.map_or(text, |(_, spark)| (*spark).to_owned())
}

/// Calls for which SQL has a grammar of its own.
fn special(expr: &Expr) -> String {
    match expr {
        Expr::Substring { expr, substring_from, substring_for, .. } => {
            let bounds = [substring_from, substring_for].into_iter().flatten();
            let bounds: String = bounds.map(|bound| format!(", {}", part(bound))).collect();
            format!("substring({}{bounds})", part(expr))
        }
        Expr::Trim { expr, trim_where: None, trim_what: None, .. } => {
            format!("trim({})", part(expr))
        }
        Expr::Ceil { expr, field: CeilFloorKind::Scale(_) | CeilFloorKind::DateTimeField(_) } => {
            format!("CEIL({})", part(expr))
        }
        Expr::Floor { expr, field: CeilFloorKind::Scale(_) | CeilFloorKind::DateTimeField(_) } => {
            format!("FLOOR({})", part(expr))
        }
        Expr::Extract { field, expr, .. } => format!("extract({field} FROM {})", part(expr)),
        Expr::Subquery(_) => "scalarsubquery()".to_owned(),
        other => other.to_string(),
    }
}

fn all<'a>(exprs: impl IntoIterator<Item = &'a Expr>) -> String {
    exprs.into_iter().map(of).collect::<Vec<_>>().join(", ")
}

fn not(negated: bool, plain: String) -> String {
    if negated { format!("(NOT {plain})") } else { plain }
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Boolean(flag) => flag.to_string(),
        Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => text.clone(),
        Value::Number(digits, _) if digits.contains(['e', 'E']) => {
            digits.parse().map_or_else(|_| digits.clone(), java_double)
        }
        // without the letter of `1L`
        Value::Number(digits, _) => digits.clone(),
        other => other.to_string(),
    }
}

fn unary(op: &UnaryOperator, expr: &Expr) -> String {
    match (op, expr) {
        (UnaryOperator::Minus, Expr::Value(_)) => format!("-{}", part(expr)),
        // a number with its type behind it: `-1L`
        (UnaryOperator::Minus, Expr::Cast { expr, .. }) if matches!(**expr, Expr::Value(_)) => {
            format!("-{}", part(expr))
        }
        (UnaryOperator::Minus, _) => format!("(- {})", part(expr)),
        (UnaryOperator::Plus, _) => format!("(+ {})", part(expr)),
        (UnaryOperator::Not | UnaryOperator::BangNot, _) => format!("(NOT {})", part(expr)),
        (op, _) => format!("{op}{}", part(expr)),
    }
}

fn binary(left: &str, op: &BinaryOperator, right: &str) -> String {
    match op {
        BinaryOperator::NotEq => format!("(NOT ({left} = {right}))"),
        BinaryOperator::StringConcat => {
            let left = left
                .strip_prefix("concat(")
                .and_then(|rest| rest.strip_suffix(')'))
                .unwrap_or(left);
            format!("concat({left}, {right})")
        }
        BinaryOperator::Spaceship => format!("({left} <=> {right})"),
        op => format!("({left} {op} {right})"),
    }
}

fn case(operand: Option<&Expr>, branches: &[CaseWhen], otherwise: Option<&Expr>) -> String {
    let mut text = "CASE".to_owned();
    for branch in branches {
        let condition = match operand {
            Some(operand) => format!("({} = {})", part(operand), part(&branch.condition)),
            None => part(&branch.condition),
        };
        text += &format!(" WHEN {condition} THEN {}", part(&branch.result));
    }
    if let Some(otherwise) = otherwise {
        text += &format!(" ELSE {}", part(otherwise));
    }
    text + " END"
}

fn function(call: &Function) -> String {
    let name = call.name.to_string().to_lowercase();
    let (distinct, args) = match &call.args {
        FunctionArguments::List(list) => {
            let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
            (distinct, list.args.iter().map(argument).collect::<Vec<_>>().join(", "))
        }
        _ => (false, String::new()),
    };
    let distinct = if distinct { "DISTINCT " } else { "" };
    let plain = format!("{}({distinct}{args})", shown(&name));
    match &call.over {
        Some(WindowType::WindowSpec(window)) => format!("{plain} OVER ({})", over(window)),
        Some(WindowType::NamedWindow(window)) => format!("{plain} OVER {window}"),
        None => plain,
    }
}

/// Spark writes the names of some functions of one number in upper case.
fn shown(name: &str) -> &str {
    let upper = |spark: &str| spark.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let found = RENAMED.iter().find(|(engine, spark)| *engine == name && upper(spark));
    found.map_or(name, |(_, spark)| spark)
}

fn argument(arg: &FunctionArg) -> String {
    match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => part(expr),
        // a row counts as 1
        FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => "1".to_owned(),
        other => other.to_string(),
    }
}

/// The window as Spark spells it out, with the frame that it implies.
fn over(window: &WindowSpec) -> String {
    let mut parts = Vec::new();
    if !window.partition_by.is_empty() {
        parts.push(format!("PARTITION BY {}", all(&window.partition_by)));
    }
    if !window.order_by.is_empty() {
        let keys = window.order_by.iter().map(|key| {
            let ascending = key.options.asc.unwrap_or(true);
            let nulls_first = key.options.nulls_first.unwrap_or(ascending);
            let direction = if ascending { "ASC" } else { "DESC" };
            let nulls = if nulls_first { "FIRST" } else { "LAST" };
            format!("{} {direction} NULLS {nulls}", part(&key.expr))
        });
        parts.push(format!("ORDER BY {}", keys.collect::<Vec<_>>().join(", ")));
    }
    let frame = match &window.window_frame {
        Some(frame) => {
            let end = frame
                .end_bound
                .as_ref()
                .map_or_else(|| "CURRENT ROW".to_owned(), ToString::to_string);
            format!("{} BETWEEN {} AND {end}", frame.units, frame.start_bound)
        }
        None if window.order_by.is_empty() => {
            "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING".to_owned()
        }
        None => "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW".to_owned(),
    };
    parts.push(frame);
    parts.join(" ")
}
