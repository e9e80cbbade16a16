// SPDX-License-Identifier: MIT OR Apache-2.0
//! Expressions of SQL over a table of edge values: types, values and errors as Spark has them.

use firesteel_data::{Session, ShowOptions};
use serde_json::Value as Json;

use super::{fixtures, json, session};

/// What differs from Spark as yet; `docs/differences.md` says how.
const NOT_YET: &[&str] = &[
    "ceil(d / 3)",
    "round(m)",
    "round(m, 1)",
    "bround(m, 1)",
    "rint(m)",
    "locate('a', s, 3)",
    "CAST(a AS STRING)",
    "CAST(day AS TIMESTAMP)",
    "CAST(t AS LONG)",
    "months_between(day, DATE'2024-01-01')",
    "day - DATE'2024-01-01'",
    "to_timestamp('2024-03-01 12:00:00')",
    "unix_seconds(t)",
    "from_unixtime(l)",
    "timestamp_seconds(i)",
    "extract(SECOND FROM t)",
    "array_position(a, 9)",
    "array_append(a, 4)",
    "array_prepend(a, 4)",
    "arrays_overlap(a, array(1))",
    "flatten(array(a, a))",
    "sequence(1, 5)",
    "sequence(5, 1, -2)",
    "struct(i, s)",
    "named_struct('x', i).x",
    "hash(i)",
    "conv('ff', 16, 10)",
    "typeof(i)",
    "skewness(i)",
    "kurtosis(i)",
    "percentile(i, 0.5)",
    "percentile(i, 0.25)",
    "approx_count_distinct(j)",
    "mode(j)",
    "max_by(s, i)",
    "min_by(s, i)",
    "pmod(1, 0)",
    "ceil(3.14159, 2)",
    "floor(3.14159, 2)",
    "round(2.5)",
    "round(-2.5)",
    "round(1.005D, 2)",
    "bround(2.5)",
    "assert_true(true)",
];

#[test]
fn expressions_give_what_spark_gives() {
    let spark = session();
    let edge = spark.read().parquet(fixtures().join("expressions/edge.parquet")).unwrap();
    edge.create_or_replace_temp_view("edge").unwrap();
    let mut wrong = Vec::new();
    for case in json("expressions/cases.json").as_array().unwrap() {
        let text = case["expr"].as_str().unwrap();
        let difference = difference(&spark, case);
        match (difference, NOT_YET.contains(&text)) {
            (Some(difference), false) => wrong.push(format!("{text}\n    {difference}")),
            (None, true) => {
                wrong.push(format!("{text}\n    is equal by now: take it off the list"))
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

fn difference(spark: &Session, case: &Json) -> Option<String> {
    let text = case["expr"].as_str().unwrap();
    let ours = match case["kind"].as_str().unwrap() {
        "rows" => values(spark, &format!("SELECT id, {text} AS v FROM edge ORDER BY id")),
        "all" => values(spark, &format!("SELECT {text} AS v FROM edge")),
        _ => values(spark, &format!("SELECT {text} AS v")),
    };
    match (ours, case["error"].as_str()) {
        (Ok(ours), Some(condition)) => Some(format!("ours {ours:?}, spark stops with {condition}")),
        (Err(error), Some(condition)) => {
            // errors about values carry Spark's name; what is wrong with a query has our own words
            let named = error.to_string().contains(&format!("[{condition}]"));
            let about_values = ABOUT_VALUES.contains(&condition);
            (about_values && !named).then(|| format!("ours {error}, spark stops with {condition}"))
        }
        (Err(error), None) => Some(format!("ours {error}, spark {}", case["values"])),
        (Ok((kind, values)), None) => {
            let expected: Vec<&str> = case["values"]
                .as_array()
                .unwrap()
                .iter()
                .map(|value| value.as_str().unwrap())
                .collect();
            let same = kind == case["type"].as_str().unwrap() && same(&kind, &values, &expected);
            (!same).then(|| {
                format!(
                    "ours  {kind} {values:?}\n    spark {} {expected:?}",
                    case["type"].as_str().unwrap()
                )
            })
        }
    }
}

/// What Spark calls errors about values.
const ABOUT_VALUES: &[&str] = &[
    "ARITHMETIC_OVERFLOW",
    "BINARY_ARITHMETIC_OVERFLOW",
    "CAST_INVALID_INPUT",
    "CAST_OVERFLOW",
    "DIVIDE_BY_ZERO",
    "INVALID_ARRAY_INDEX",
    "INVALID_ARRAY_INDEX_IN_ELEMENT_AT",
    "INVALID_INDEX_OF_ZERO",
    "NUMERIC_VALUE_OUT_OF_RANGE",
    "REMAINDER_BY_ZERO",
];

/// Spark's name for the type of the last column, and its values as `show` prints them.
fn values(spark: &Session, query: &str) -> firesteel_core::Result<(String, Vec<String>)> {
    let df = spark.sql(query)?;
    let kind = df.dtypes().pop().unwrap().1;
    let shown = df.show_string(ShowOptions::new().n(50).truncate(false))?;
    let rows = shown.lines().skip(3).take_while(|line| line.starts_with('|'));
    let last = |line: &str| line.trim_matches('|').rsplit('|').next().unwrap().trim().to_owned();
    Ok((kind, rows.map(last).collect()))
}

/// Whether the values are equal; the last digits of a double depend on the library that computes it.
fn same(kind: &str, ours: &[String], spark: &[&str]) -> bool {
    let near = |(ours, spark): (&String, &&str)| {
        ours == spark
            || kind == "double"
                && match (ours.parse::<f64>(), spark.parse::<f64>()) {
                    (Ok(a), Ok(b)) => (a - b).abs() <= 4.0 * f64::EPSILON * a.abs().max(b.abs()),
                    _ => false,
                }
    };
    ours.len() == spark.len() && ours.iter().zip(spark).all(near)
}

#[test]
fn a_condition_guards_those_beside_it() {
    let spark = session();
    spark.range(0, 20_000).create_or_replace_temp_view("numbers").unwrap();
    let count = |condition: &str| {
        let rows = spark.sql(&format!("SELECT count(*) FROM numbers WHERE {condition}"));
        rows.and_then(|df| df.collect()).map(|rows| rows[0].get_i64("count(1)").unwrap())
    };
    assert_eq!(count("id <> 0 AND 10 / id > 1").unwrap(), 9);
    assert_eq!(count("id > 3 AND id < 19000 AND 100 % id = 0").unwrap(), 7);
    let error = count("10 / id > 1").unwrap_err().to_string();
    assert!(error.starts_with("[DIVIDE_BY_ZERO]"), "{error}");
}
