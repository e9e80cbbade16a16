// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every function and method on columns, with names, types and values as Spark gives them.

use std::collections::BTreeSet;
use std::path::Path;

use firesteel_data::functions::{self as f, col, lit};
use firesteel_data::{ColumnExt as _, DataFrame, Expr, ShowOptions, SortKey};

use super::{Differences, fixtures, json, session};

/// One value for each row.
fn rows() -> Vec<(&'static str, Expr)> {
    let c = col;
    vec![
        ("abs", f::abs("i")),
        ("abs/double", f::abs("d")),
        ("acos", f::acos("f")),
        ("array", f::array(["i", "j"])),
        ("asin", f::asin("f")),
        ("atan", f::atan("i")),
        ("atan2", f::atan2("i", "j")),
        ("cbrt", f::cbrt("i")),
        ("ceil", f::ceil("f")),
        ("ceil/decimal", f::ceil("m")),
        ("coalesce", f::coalesce(["s", "n"])),
        ("coalesce/lit", f::coalesce([c("i"), lit(0)])),
        ("col", c("I")),
        ("concat", f::concat(["s", "n"])),
        ("concat_ws", f::concat_ws("-", ["s", "n"])),
        ("cos", f::cos("i")),
        ("cosh", f::cosh("j")),
        ("current_date", f::current_date().is_not_null()),
        ("date_trunc", f::date_trunc("hour", "t")),
        ("date_trunc/month", f::date_trunc("month", "t")),
        ("dayofmonth", f::dayofmonth("day")),
        ("dayofweek", f::dayofweek("day")),
        ("degrees", f::degrees("i")),
        ("exp", f::exp("j")),
        ("expr", f::expr("i * 2")),
        ("floor", f::floor("f")),
        ("floor/decimal", f::floor("m")),
        ("greatest", f::greatest(["i", "j"])),
        ("hour", f::hour("t")),
        ("initcap", f::initcap("s")),
        ("instr", f::instr("s", "a")),
        ("isnan", f::isnan("d")),
        ("isnull", f::isnull("i")),
        ("least", f::least(["i", "j"])),
        ("length", f::length("s")),
        ("lit", lit("x")),
        ("lit/number", lit(1.5)),
        ("log", f::log("i")),
        ("log10", f::log10("i")),
        ("log2", f::log2("i")),
        ("lower", f::lower("s")),
        ("lpad", f::lpad("s", 5, "xy")),
        ("ltrim", f::ltrim("s")),
        ("minute", f::minute("t")),
        ("month", f::month("day")),
        ("nullif", f::nullif("i", "j")),
        ("pow", f::pow("i", "j")),
        ("quarter", f::quarter("day")),
        ("radians", f::radians("i")),
        ("regexp_replace", f::regexp_replace("s", "(a)(.)", "$2$1")),
        ("repeat", f::repeat("s", 2)),
        ("replace", f::replace("s", "a", "bb")),
        ("reverse", f::reverse("s")),
        ("round", f::round("m", 1)),
        ("round/double", f::round("d", 0)),
        ("round/tens", f::round("i", -1)),
        ("rpad", f::rpad("s", 5, "xy")),
        ("rtrim", f::rtrim("s")),
        ("second", f::second("t")),
        ("signum", f::signum("d")),
        ("sin", f::sin("i")),
        ("sinh", f::sinh("j")),
        ("size", f::size("a")),
        ("split", f::split("s", "[,;. ]")),
        ("sqrt", f::sqrt("i")),
        ("substring", f::substring("s", 2, 3)),
        ("substring/zero", f::substring("s", 0, 3)),
        ("substring/end", f::substring("s", -3, 2)),
        ("tan", f::tan("i")),
        ("tanh", f::tanh("j")),
        ("to_date", f::to_date("t")),
        ("translate", f::translate("s", "aäl", "xy")),
        ("trim", f::trim("s")),
        ("upper", f::upper("s")),
        (
            "when",
            f::when(c("i").gt(lit(0)), lit("above"))
                .when(c("i").eq(lit(0)), lit("zero"))
                .otherwise(lit("below")),
        ),
        ("when/open", f::when(c("i").gt(lit(0)), c("j")).into()),
        ("year", f::year("day")),
        ("Column.cast", c("d").cast("string").unwrap()),
        ("Column.cast/int", c("f").cast("int").unwrap()),
        ("Column.contains", c("s").contains("a")),
        ("Column.startswith", c("s").startswith("a")),
        ("Column.endswith", c("s").endswith("b")),
        ("Column.rlike", c("s").rlike("a+")),
        ("Column.substr", c("s").substr(2, 3)),
        ("Column.substr/end", c("s").substr(-3, 2)),
        ("Column.isin", c("i").isin([7, 0])),
        ("Column.eq_null_safe", c("i").eq_null_safe(c("j"))),
        ("Column.get_field", f::expr("named_struct('x', i)").get_field("x")),
        ("add", c("i") + c("j")),
        ("subtract", c("i") - lit(1)),
        ("multiply", c("i") * c("j")),
        ("divide", c("i") / c("j")),
        ("remainder", c("i") % c("j")),
        ("negative", -c("i")),
    ]
}

/// One value of all rows.
fn aggregates() -> Vec<(&'static str, Expr)> {
    vec![
        ("approx_count_distinct", f::approx_count_distinct("j")),
        ("avg", f::avg("i")),
        ("avg/decimal", f::avg("m")),
        ("collect_list", f::collect_list("i")),
        ("collect_list/text", f::collect_list("s")),
        ("collect_set", f::size(f::collect_set("j"))),
        ("corr", f::corr("i", "j")),
        ("count", f::count("i")),
        ("count/star", f::count("*")),
        ("count_distinct", f::count_distinct("j")),
        ("covar_pop", f::covar_pop("i", "j")),
        ("covar_samp", f::covar_samp("i", "j")),
        ("first", f::first("i")),
        ("last", f::last("i")),
        ("max", f::max("d")),
        ("max/text", f::max("s")),
        ("mean", f::mean("i")),
        ("median", f::median("i")),
        ("min", f::min("d")),
        ("stddev", f::stddev("i")),
        ("stddev_pop", f::stddev_pop("i")),
        ("stddev_samp", f::stddev_samp("i")),
        ("sum", f::sum("i")),
        ("sum/decimal", f::sum("m")),
        ("sum_distinct", f::sum_distinct("j")),
        ("var_pop", f::var_pop("i")),
        ("var_samp", f::var_samp("i")),
        ("variance", f::variance("i")),
    ]
}

fn sorts() -> Vec<(&'static str, SortKey)> {
    let i = || col("i");
    vec![
        ("asc", f::asc("i").into()),
        ("desc", f::desc("i").into()),
        ("Column.asc", i().asc().into()),
        ("Column.asc_nulls_last", i().asc_nulls_last().into()),
        ("Column.desc", i().desc().into()),
        ("Column.desc_nulls_first", i().desc_nulls_first().into()),
    ]
}

/// What differs from Spark as yet; `docs/differences.md` says how.
const NOT_YET: &[&str] = &["approx_count_distinct", "round"];

type Outcome = (String, firesteel_core::Result<DataFrame>);

fn outcomes() -> Vec<Outcome> {
    let edge = session().read().parquet(fixtures().join("expressions/edge.parquet")).unwrap();
    let rows =
        rows().into_iter().map(|(key, expr)| (key.to_owned(), edge.select([col("id"), expr])));
    let all = aggregates().into_iter().map(|(key, expr)| (key.to_owned(), edge.agg([expr])));
    let sorted = sorts()
        .into_iter()
        .map(|(key, order)| (key.to_owned(), edge.sort([order]).and_then(|df| df.select(["id"]))));
    rows.chain(all).chain(sorted).collect()
}

/// Name, type and values of the last column.
fn column(df: &DataFrame) -> firesteel_core::Result<String> {
    let (name, kind) = df.dtypes().pop().unwrap();
    let shown = df.show_string(ShowOptions::new().n(50).truncate(false))?;
    let lines = shown.lines().skip(3).take_while(|line| line.starts_with('|'));
    let last = |line: &str| {
        let value = line.trim_matches('|').rsplit('|').next().unwrap().trim().to_owned();
        match (kind.as_str(), value.parse::<f64>()) {
            // the last digits depend on the library that computes them
            ("double", Ok(value)) if value.is_finite() => format!("{value:.13e}"),
            _ => value,
        }
    };
    Ok(format!("{name}: {kind} {:?}\n", lines.map(last).collect::<Vec<_>>()))
}

#[test]
fn functions_give_what_spark_gives() {
    let cases = json("functions/cases.json");
    let mut expected: Vec<&serde_json::Value> = cases.as_array().unwrap().iter().collect();
    let mut differences = Differences::default();
    for (key, outcome) in outcomes() {
        let place = expected.iter().position(|case| case["case"] == key.as_str());
        let case = expected.remove(place.unwrap_or_else(|| panic!("no case `{key}` from Spark")));
        let ours = outcome.and_then(|df| column(&df)).unwrap_or_else(|error| format!("{error}\n"));
        let theirs = match case["error"].as_str() {
            Some(condition) if ours.contains(&format!("[{condition}]")) => ours.clone(),
            Some(condition) => format!("{condition}\n"),
            None => spark_column(case),
        };
        match (NOT_YET.contains(&key.as_str()), ours == theirs) {
            (true, same) => assert!(!same, "`{key}` is equal by now: take it off the list"),
            (false, _) => differences.compare(&key, &ours, &theirs),
        }
    }
    assert!(expected.is_empty(), "cases of Spark without one of ours: {expected:?}");
}

fn spark_column(case: &serde_json::Value) -> String {
    let kind = case["type"].as_str().unwrap();
    let value = |value: &serde_json::Value| {
        let value = value.as_str().unwrap();
        match (kind, value.parse::<f64>()) {
            ("double", Ok(number)) if number.is_finite() => format!("{number:.13e}"),
            _ => value.to_owned(),
        }
    };
    let values: Vec<String> = case["values"].as_array().unwrap().iter().map(value).collect();
    format!("{}: {kind} {values:?}\n", case["name"].as_str().unwrap())
}

/// The functions that `src/functions/mod.rs` hands out, and the methods of `ColumnExt`.
fn public_names() -> BTreeSet<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |name: &str| std::fs::read_to_string(source.join(name)).unwrap();
    let functions = read("functions/mod.rs");
    let lists = functions.split("\npub use ").skip(1).filter_map(|rest| rest.split(';').next());
    let lists = lists.map(|list| list.split(['{', '}']).nth(1).unwrap().to_owned());
    let names = lists
        .flat_map(|list| list.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>());
    let functions = names.filter(|name| name.chars().next().is_some_and(char::is_lowercase));
    let methods = read("column_ext.rs");
    let methods = methods.split("pub trait").nth(1).unwrap().split("\nimpl ").next().unwrap();
    let methods = methods.lines().filter_map(|line| line.trim().strip_prefix("fn "));
    let methods = methods.map(|line| format!("Column.{}", line.split(['(', '<']).next().unwrap()));
    functions.chain(methods).collect()
}

#[test]
fn every_function_has_a_case() {
    let keys: Vec<String> = rows()
        .into_iter()
        .chain(aggregates())
        .map(|(key, _)| key)
        .chain(sorts().into_iter().map(|(key, _)| key))
        .map(|key| key.split('/').next().unwrap().to_owned())
        .collect();
    let names = public_names();
    assert!(names.len() > 100, "{names:?}");
    let without: Vec<&String> = names.iter().filter(|name| !keys.contains(name)).collect();
    assert!(without.is_empty(), "without a case: {without:?}");
}
