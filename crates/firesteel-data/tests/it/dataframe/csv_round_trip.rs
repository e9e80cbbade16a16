// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is written as csv is read as it was: quotes, line breaks, nulls, letters of every kind.

use firesteel_data::{Row, Session, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};

use super::session;

#[derive(Clone, Debug, PartialEq, Row)]
#[row(crate = firesteel_data)]
struct Line {
    id: i64,
    number: f64,
    text: Option<String>,
    more: Option<String>,
}

/// Options by name.
type Options = &'static [(&'static str, &'static str)];

/// Options of writer and reader by which nothing is lost but the difference between no text and an empty one; each
/// with those of the reader alone.
const LOSSLESS: &[(Options, Options)] = &[
    (&[("escape", "\"")], &[("multiLine", "true")]),
    (&[("escape", "\""), ("header", "true"), ("sep", ";")], &[("mode", "PERMISSIVE")]),
    (&[("escape", "\""), ("header", "true"), ("sep", "\\t"), ("nullValue", "\\N")], &[]),
];

/// Pieces that mean something in a csv file, or are more than a byte or a letter wide.
const PIECES: &[&str] = &[
    "\"", "\"\"", "'", ",", ";", "\t", "\n", "\r", "\r\n", "\\", "\\\"", " ", "a", "Z", "0",
    "-1.5", "#", "null", "é", "ß", "漢字", "😀", "\u{301}", "\u{feff}", "\u{a0}",
];

fn text() -> impl Strategy<Value = Option<String>> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..6);
    prop::option::of(pieces.prop_map(|pieces| pieces.concat()))
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let finite = prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO;
    let line = (any::<i64>(), finite, text(), text());
    let line = line.prop_map(|(id, number, text, more)| Line { id, number, text, more });
    prop::collection::vec(line, 1..12)
}

/// No text and an empty one are both null when they are read, as in Spark.
fn as_read(text: &Option<String>) -> Value {
    let text = text.as_ref().filter(|text| !text.is_empty());
    text.map_or(Value::Null, |text| Value::String(text.clone()))
}

fn returns(spark: &Session, lines: &[Line], (both, read): (Options, Options)) -> TestCaseResult {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    let rows = spark.parallelize_with(lines.to_vec(), 2).unwrap();
    let table = spark.create_data_frame(rows).unwrap();
    let blanks = [("ignoreLeadingWhiteSpace", "false"), ("ignoreTrailingWhiteSpace", "false")];
    table.write().options(blanks).options(both.iter().copied()).csv(&path).unwrap();
    let columns = "id BIGINT, number DOUBLE, text STRING, more STRING";
    let back =
        spark.read().options(both.iter().chain(read).copied()).schema(columns).csv(&path).unwrap();
    let back = back.collect().unwrap();
    prop_assert_eq!(back.len(), lines.len());
    for (row, line) in back.iter().zip(lines) {
        prop_assert_eq!(row.get_i64("id").unwrap(), line.id);
        prop_assert_eq!(row.get_f64("number").unwrap().to_bits(), line.number.to_bits());
        prop_assert_eq!(row.get("text").unwrap(), &as_read(&line.text));
        prop_assert_eq!(row.get("more").unwrap(), &as_read(&line.more));
    }
    Ok(())
}

#[test]
fn what_is_written_is_read_again() {
    let spark = session();
    for options in LOSSLESS {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[3; 32]);
        let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, rng);
        let outcome = runner.run(&lines(), |lines| returns(&spark, &lines, *options));
        outcome.unwrap_or_else(|error| panic!("{options:?}\n{error}"));
    }
}
