// SPDX-License-Identifier: MIT OR Apache-2.0
//! The name that Spark gives the column of an expression built by calls: `sum(rating)`, `(rating + 1)`.

use datafusion::arrow::datatypes::Field;
use datafusion::arrow::temporal_conversions::date32_to_datetime;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::{
    AggregateFunction, Between, Case, InList, Like, ScalarFunction, WindowFunction,
};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, SortExpr};

use crate::resolve::sql_text_of;
use crate::{java_double, java_float, sql, type_name};

/// Functions that Spark calls otherwise than the engine does.
pub(crate) const RENAMED: &[(&str, &str)] = &[
    ("acos", "ACOS"),
    ("acosh", "ACOSH"),
    ("array_agg", "collect_list"),
    ("array_concat", "concat"),
    ("array_element", "element_at"),
    ("array_to_string", "array_join"),
    ("asin", "ASIN"),
    ("asinh", "ASINH"),
    ("atan", "ATAN"),
    ("atan2", "ATAN2"),
    ("atanh", "ATANH"),
    ("approx_distinct", "approx_count_distinct"),
    ("btrim", "trim"),
    ("cardinality", "size"),
    ("cbrt", "CBRT"),
    ("ceil", "CEIL"),
    ("character_length", "length"),
    ("cos", "COS"),
    ("cosh", "COSH"),
    ("cot", "COT"),
    ("degrees", "DEGREES"),
    ("ends_with", "endswith"),
    ("exp", "EXP"),
    ("first_value", "first"),
    ("floor", "FLOOR"),
    ("last_value", "last"),
    ("log10", "LOG10"),
    ("log2", "LOG2"),
    ("make_array", "array"),
    ("pow", "POWER"),
    ("power", "POWER"),
    ("radians", "RADIANS"),
    ("regexp_like", "RLIKE"),
    ("signum", "SIGNUM"),
    ("sin", "SIN"),
    ("sinh", "SINH"),
    ("sqrt", "SQRT"),
    ("starts_with", "startswith"),
    ("stddev_samp", "stddev"),
    ("strpos", "instr"),
    ("substr", "substring"),
    ("tan", "TAN"),
    ("tanh", "TANH"),
    ("var", "variance"),
    ("var_population", "var_pop"),
    ("var_sample", "var_samp"),
];

/// The name of the column that an expression makes.
pub(crate) fn spark_name(expr: &Expr) -> String {
    match expr {
        // a column that is only cast keeps its name
        Expr::Cast(cast) if matches!(*cast.expr, Expr::Column(_)) => part(&cast.expr),
        Expr::TryCast(cast) if matches!(*cast.expr, Expr::Column(_)) => part(&cast.expr),
        _ => part(expr),
    }
}

/// What an expression adds to a name.
fn part(expr: &Expr) -> String {
    let name = part;
    match expr {
        Expr::Alias(alias) => alias.name.clone(),
        Expr::Column(column) => match sql_text_of(column) {
            Some(text) => sql::name_of_text(text),
            None => column.name.clone(),
        },
        Expr::Literal(value, _) => literal(value),
        Expr::Cast(cast) => format!("CAST({} AS {})", name(&cast.expr), sql_type(&cast.field)),
        Expr::TryCast(cast) => {
            format!("TRY_CAST({} AS {})", name(&cast.expr), sql_type(&cast.field))
        }
        Expr::Not(inner) => format!("(NOT {})", name(inner)),
        Expr::IsNull(inner) => format!("({} IS NULL)", name(inner)),
        Expr::IsNotNull(inner) => format!("({} IS NOT NULL)", name(inner)),
        Expr::IsTrue(inner) => format!("({} IS TRUE)", name(inner)),
        Expr::IsFalse(inner) => format!("({} IS FALSE)", name(inner)),
        Expr::Negative(inner) => format!("negative({})", name(inner)),
        Expr::BinaryExpr(binary) => binary_name(binary),
        Expr::Between(between) => between_name(between),
        Expr::Like(like) => like_name(like),
        Expr::InList(list) => in_name(list),
        Expr::Case(case) => case_name(case),
        Expr::ScalarFunction(call) => call_name(call),
        Expr::AggregateFunction(call) => aggregate_name(call),
        Expr::WindowFunction(call) => window_name(call),
        Expr::ScalarSubquery(_) => "scalarsubquery()".to_owned(),
        other => other.schema_name().to_string(),
    }
}

fn sql_type(field: &Field) -> String {
    type_name::short(field.data_type()).to_uppercase()
}

fn list<'a>(exprs: impl IntoIterator<Item = &'a Expr>) -> String {
    exprs.into_iter().map(part).collect::<Vec<_>>().join(", ")
}

fn literal(value: &ScalarValue) -> String {
    match value {
        value if value.is_null() => "NULL".to_owned(),
        ScalarValue::Float64(Some(x)) => java_double(*x),
        ScalarValue::Float32(Some(x)) => java_float(*x),
        ScalarValue::Date32(Some(days)) => match date32_to_datetime(*days) {
            Some(date) => format!("DATE '{}'", date.date()),
            None => value.to_string(),
        },
        other => other.to_string(),
    }
}

fn binary_name(binary: &BinaryExpr) -> String {
    let (left, right) = (part(&binary.left), part(&binary.right));
    match binary.op {
        Operator::NotEq => format!("(NOT ({left} = {right}))"),
        Operator::StringConcat => format!("concat({}, {right})", unwrapped(&binary.left, &left)),
        Operator::IsNotDistinctFrom => format!("({left} <=> {right})"),
        Operator::RegexMatch => format!("RLIKE({left}, {right})"),
        op => format!("({left} {op} {right})"),
    }
}

/// A chain `a || b || c` is one call to `concat`.
fn unwrapped<'a>(left: &Expr, name: &'a str) -> &'a str {
    let chained = matches!(left, Expr::BinaryExpr(b) if b.op == Operator::StringConcat);
    let inner = name.strip_prefix("concat(").and_then(|rest| rest.strip_suffix(')'));
    inner.filter(|_| chained).unwrap_or(name)
}

fn between_name(between: &Between) -> String {
    let inner = list([&*between.expr, &*between.low, &*between.high]);
    if between.negated { format!("(NOT between({inner}))") } else { format!("between({inner})") }
}

fn like_name(like: &Like) -> String {
    let word = if like.case_insensitive { "ILIKE" } else { "LIKE" };
    let (text, pattern) = (part(&like.expr), part(&like.pattern));
    let plain = match word {
        "LIKE" => format!("{text} LIKE {pattern}"),
        _ => format!("ilike({text}, {pattern})"),
    };
    if like.negated { format!("(NOT {plain})") } else { plain }
}

fn in_name(in_list: &InList) -> String {
    let (value, items) = (part(&in_list.expr), list(&in_list.list));
    let plain = format!("({value} IN ({items}))");
    if in_list.negated { format!("(NOT {plain})") } else { plain }
}

fn case_name(case: &Case) -> String {
    let mut text = "CASE".to_owned();
    let base = case.expr.as_ref().map(|base| part(base));
    for (when, then) in &case.when_then_expr {
        let when = match &base {
            Some(base) => format!("({base} = {})", part(when)),
            None => part(when),
        };
        text += &format!(" WHEN {when} THEN {}", part(then));
    }
    if let Some(otherwise) = &case.else_expr {
        text += &format!(" ELSE {}", part(otherwise));
    }
    text + " END"
}

pub(crate) fn renamed(name: &str) -> &str {
    RENAMED.iter().find(|(ours, _)| *ours == name).map_or(name, |(_, spark)| spark)
}

fn call_name(call: &ScalarFunction) -> String {
    match (call.func.name(), call.args.as_slice()) {
        // a field of a struct
        ("get_field", [base, Expr::Literal(field, _)]) => {
            format!("{}.{}", part(base), literal(field))
        }
        ("date_part", [Expr::Literal(unit, _), date]) => {
            let unit = literal(unit).to_lowercase();
            let unit = match unit.as_str() {
                "day" => "dayofmonth",
                "dow" => "dayofweek",
                other => other,
            };
            format!("{unit}({})", part(date))
        }
        // from the first letter on
        ("regexp_replace", args) => format!("regexp_replace({}, 1)", list(args)),
        (name, args) => format!("{}({})", renamed(name), list(args)),
    }
}

fn aggregate_name(call: &AggregateFunction) -> String {
    let distinct = if call.params.distinct { "DISTINCT " } else { "" };
    format!("{}({distinct}{})", renamed(call.func.name()), list(&call.params.args))
}

fn window_name(call: &WindowFunction) -> String {
    let params = &call.params;
    let name = format!("{}({})", renamed(call.fun.name()), list(&params.args));
    let mut over = Vec::new();
    if !params.partition_by.is_empty() {
        over.push(format!("PARTITION BY {}", list(&params.partition_by)));
    }
    if !params.order_by.is_empty() {
        let keys: Vec<String> = params.order_by.iter().map(sort_name).collect();
        over.push(format!("ORDER BY {}", keys.join(", ")));
    }
    let frame = &params.window_frame;
    let start = frame.start_bound.to_string();
    over.push(format!("{} BETWEEN {start} AND {}", frame.units, frame.end_bound));
    format!("{name} OVER ({})", over.join(" "))
}

fn sort_name(key: &SortExpr) -> String {
    let direction = if key.asc { "ASC" } else { "DESC" };
    let nulls = if key.nulls_first { "FIRST" } else { "LAST" };
    format!("{} {direction} NULLS {nulls}", part(&key.expr))
}
