// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel sql`: what real Spark prints and writes for queries over files.

use std::process::Command;

use firesteel::Json;

use crate::program::{command, run, run_head};
use crate::samples::{Folder, json, read_text, repository};

fn spark(name: &str) -> String {
    repository(&format!("fixtures/spark/data/{name}"))
}

/// The queries with what Spark printed, over csv, JSON and Parquet files.
fn cases() -> Json {
    json(&read_text(&spark("shell/cases.json")))
}

/// A query over these files.
pub(crate) fn query(sql: &str) -> Command {
    let mut query = command("sql");
    query.arg(sql);
    for (name, file) in cases()["files"].as_object().unwrap() {
        query.args(["--table", &format!("{name}={}", spark(file.as_str().unwrap()))]);
    }
    query
}

/// Runs each query that has an answer in this form, and compares.
fn compare(format: &str, field: &str) {
    let cases = cases();
    let with_answer = cases["cases"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|case| Some((case["sql"].as_str().unwrap(), case[field].as_str()?)));
    let mut count = 0;
    for (sql, expected) in with_answer {
        let text = run(query(sql).args(["--format", format])).done();
        assert_eq!(text, expected, "{sql}");
        count += 1;
    }
    assert!(count > 1, "{count} queries have an answer as {format}");
}

#[test]
fn tables_look_as_in_spark() {
    compare("table", "show");
}

#[test]
fn a_name_stands_for_one_file() {
    let folder = Folder::new();
    let [first, second] = ["first.csv", "second.csv"].map(|name| folder.file(name, "a\n1\n"));
    for name in ["t", "T"] {
        let mut query = command("sql");
        query.args(["SELECT * FROM t", "--table", &format!("t={first}")]);
        let text = run(query.args(["--table", &format!("{name}={second}")])).failed();
        let expected = "sql: `--table` must be a name of its own for each file";
        assert_eq!(text, format!("{expected}, got `{name}` twice"));
    }
}

#[test]
fn json_lines_are_those_of_spark() {
    compare("json", "json");
}

#[test]
fn csv_is_that_of_spark() {
    compare("csv", "csv");
}

#[test]
fn a_table_is_what_is_printed_unless_told_otherwise() {
    let sql = "SELECT state, count(*) FROM cities GROUP BY state ORDER BY state";
    let table = run(&mut query(sql)).done();
    assert_eq!(table, run(query(sql).args(["--format", "table"])).done());
    assert!(table.starts_with("+-----+--------+\n|state|count(1)|\n"), "{table}");
}

#[test]
fn a_table_shows_twenty_rows_and_the_other_forms_all() {
    let folder = Folder::new();
    let rows: String = (0..25).map(|i| format!("{i}\n")).collect();
    let table = format!("many={}", folder.file("many.csv", format!("id\n{rows}")));
    let print = |format: &str| {
        let mut sql = command("sql");
        sql.args(["SELECT id FROM many ORDER BY id", "--table", &table, "--format", format]);
        run(&mut sql).done()
    };
    assert_eq!(print("table"), read_text(&spark("show/many.txt")));
    assert_eq!(print("csv"), format!("id\n{rows}"));
    assert_eq!(print("json").lines().last(), Some(r#"{"id":24}"#));
    assert_eq!(print("json").lines().count(), 25);
}

#[test]
fn a_result_without_rows_has_a_header_all_the_same() {
    let none = "SELECT location, rating FROM cities WHERE rating > 100";
    assert_eq!(run(query(none).args(["--format", "csv"])).done(), "location,rating\n");
    assert_eq!(run(query(none).args(["--format", "json"])).done(), "");
}

#[test]
fn files_are_read_by_their_endings() {
    let folder = Folder::new();
    folder.file("folder.csv/part-0.csv", "a,b\n1,x\n");
    folder.file("folder.csv/part-1.csv", "a,b\n2,y\n");
    for (file, content) in [
        ("comma.csv", "a,b\n1,x\n2,y\n"),
        ("tab.tsv", "a\tb\n1\tx\n2\ty\n"),
        ("lines.json", "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n"),
        ("lines.jsonl", "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n"),
    ] {
        folder.file(file, content);
    }
    for file in ["comma.csv", "tab.tsv", "lines.json", "lines.jsonl", "folder.csv", "folder.csv/"] {
        let mut sql = command("sql");
        sql.args(["SELECT a, b FROM t ORDER BY a", "--format", "csv"]);
        sql.args(["--table", &format!("t={}", folder.path(file))]);
        assert_eq!(run(&mut sql).done(), "a,b\n1,x\n2,y\n", "{file}");
    }
    let libsvm = folder.file("points.libsvm", "0 1:1.5\n1 3:2\n");
    let mut sql = command("sql");
    sql.args(["SELECT label FROM t ORDER BY label", "--table", &format!("t={libsvm}")]);
    assert_eq!(run(sql.args(["--format", "csv"])).done(), "label\n0.0\n1.0\n");
    let mut sql = command("sql");
    sql.args(["SELECT 1", "--table", &format!("t={}", folder.file("t.xlsx", ""))]);
    let text = run(&mut sql).failed();
    assert!(text.contains("a .csv, .tsv, .json, .parquet or .libsvm file"), "{text}");
    assert!(text.contains("t.xlsx` with the ending `xlsx`"), "{text}");
}

#[test]
fn options_say_how_files_are_read() {
    let folder = Folder::new();
    let [semicolons, tabs] = ["t.csv", "t.tsv"].map(|name| folder.file(name, "a;b\n1;NA\n2;3\n"));
    let print = |file: &str, options: &[&str]| {
        let mut sql = command("sql");
        sql.args(["SELECT * FROM t", "--table", &format!("t={file}"), "--format", "json"]);
        for option in options {
            sql.args(["--option", *option]);
        }
        run(&mut sql)
    };
    for (file, separator) in [
        (&semicolons, "sep=;"),
        (&semicolons, "delimiter=;"),
        (&tabs, "sep=;"),
        (&tabs, "delimiter=;"),
    ] {
        let text = print(file, &[separator, "nullValue=NA"]).done();
        assert_eq!(text, "{\"a\":1}\n{\"a\":2,\"b\":3}\n", "{file} {separator}");
    }
    let text = print(&semicolons, &["sep=;", "header=false"]).done();
    assert!(text.starts_with("{\"_c0\":\"a\",\"_c1\":\"b\"}\n"), "{text}");
    let text = print(&semicolons, &["seq=;"]).failed();
    assert!(text.starts_with("csv: unknown option `seq`; did you mean `sep`?"), "{text}");
}

#[test]
fn what_is_wrong_with_a_query_is_named() {
    let columns = "columns are: location, state, rating";
    let near = format!("no column `ratng`; did you mean `rating`? {columns}");
    assert_eq!(run(&mut query("SELECT ratng FROM cities")).failed(), near);
    let text = run(&mut query("SELECT * FROM citis")).failed();
    assert!(text.starts_with("no table or view `citis`; did you mean `cities`?"), "{text}");
    let text = run(&mut query("SELEC 1")).failed();
    assert!(text.contains("SELEC"), "{text}");
}

#[test]
fn a_ragged_row_is_named_by_file_and_line() {
    let folder = Folder::new();
    let file = folder.file("ragged.csv", "a,b\n1,2\n3\n");
    for format in ["table", "json", "csv"] {
        let mut sql = command("sql");
        sql.args(["SELECT * FROM t", "--table", &format!("t={file}"), "--format", format]);
        let text = run(&mut sql).failed();
        let start = format!("{file}: line 3: the row does not fit the table, expected 2 fields");
        assert!(text.starts_with(&start), "{text}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_reason_to_complain() {
    let folder = Folder::new();
    let rows: String = (0..40_000).map(|i| format!("{i},some text\n")).collect();
    let table = format!("big={}", folder.file("big.csv", format!("id,text\n{rows}")));
    for (format, first) in
        [("csv", "id,text\n"), ("json", "{\"id\":0,\"text\":\"some text\"}\n"), ("table", "+---+")]
    {
        let mut sql = command("sql");
        sql.args(["SELECT * FROM big ORDER BY id", "--table", &table, "--format", format]);
        let head = run_head(&mut sql, 1).done();
        assert!(head.starts_with(first), "{head}");
        assert_eq!(run_head(&mut sql, 0).done(), "");
    }
}
