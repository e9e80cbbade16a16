// SPDX-License-Identifier: MIT OR Apache-2.0
//! Each option of csv files: it does what it does in Spark, and it does something.

use std::path::Path;

use firesteel_data::{DataFrame, Session, ShowOptions};
use serde_json::{Map, Value as Json};

use super::{Differences, fixtures, json, session};

/// The names in the list `KNOWN` of a source file.
fn known(file: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
    let source = std::fs::read_to_string(path).unwrap();
    let list = source.split("const KNOWN: &[&str] = &[").nth(1).unwrap();
    let list = list.split("];").next().unwrap();
    let names = list.split('"').skip(1).step_by(2).map(str::to_owned);
    names.collect()
}

fn options_of(case: &Json) -> Map<String, Json> {
    case["options"].as_object().unwrap().clone()
}

fn texts(options: &Map<String, Json>) -> impl Iterator<Item = (&String, &str)> {
    options.iter().map(|(name, value)| (name, value.as_str().unwrap()))
}

fn read(spark: &Session, file: &str, options: &Map<String, Json>) -> String {
    let read = spark.read().options(texts(options)).csv(fixtures().join("csv").join(file));
    let text = read.and_then(|df| {
        Ok(df.show_string(ShowOptions::new().truncate(false))? + &df.schema_string())
    });
    text.unwrap_or_else(|error| error.to_string())
}

#[test]
fn each_option_of_the_reader_changes_what_is_read() {
    let (spark, cases) = (session(), json("csv/cases.json"));
    // quoted line breaks are always read; the option only keeps files in one piece
    for name in known("sources/csv_options.rs").into_iter().filter(|name| name != "multiLine") {
        let changes = |case: &Json| {
            let (file, options) = (case["file"].as_str().unwrap(), options_of(case));
            let mut without = options.clone();
            without.remove(&name).is_some()
                && read(&spark, file, &options) != read(&spark, file, &without)
        };
        assert!(cases.as_array().unwrap().iter().any(changes), "no case in which `{name}` counts");
    }
}

fn written(table: &DataFrame, options: &Map<String, Json>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    table.write().options(texts(options)).csv(&path).unwrap();
    std::fs::read_to_string(path.join("part-00000.csv")).unwrap()
}

#[test]
fn each_option_of_the_writer_gives_what_it_gives_in_spark() {
    let table = session().read().parquet(fixtures().join("csv/texts.parquet")).unwrap();
    let cases = json("csv/write_cases.json");
    let mut differences = Differences::default();
    for case in cases.as_array().unwrap() {
        let options = options_of(case);
        let ours = written(&table, &options);
        differences.compare(&case["options"].to_string(), &ours, case["text"].as_str().unwrap());
    }
    let plain = written(&table, &Map::new());
    for name in known("sinks/csv.rs") {
        let changes = |case: &Json| {
            let options = options_of(case);
            options.len() == 1 && options.contains_key(&name) && written(&table, &options) != plain
        };
        assert!(cases.as_array().unwrap().iter().any(changes), "no case in which `{name}` counts");
    }
}
