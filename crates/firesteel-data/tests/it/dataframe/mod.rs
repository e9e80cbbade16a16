// SPDX-License-Identifier: MIT OR Apache-2.0
//! DataFrames and SQL against the texts that Spark printed.

mod api;
mod csv_options;
mod errors;
mod expressions;
mod files;
mod frames;
mod functions;
mod sessions;
mod show;
mod split;
mod sql;

use std::path::PathBuf;

use firesteel_data::{DataFrame, Session, ShowOptions};

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/spark/data")
}

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name)
}

fn expected(name: &str) -> String {
    let path = fixtures().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json(name: &str) -> serde_json::Value {
    serde_json::from_str(&expected(name)).unwrap()
}

fn session() -> Session {
    Session::builder().partitions(2).build().unwrap()
}

fn table(spark: &Session, name: &str) -> DataFrame {
    let path = fixtures().join("tables").join(format!("{name}.csv"));
    spark.read().option("header", true).option("inferSchema", true).csv(path).unwrap()
}

/// What `show(50, False)` and `printSchema` print.
fn shown(df: &DataFrame) -> String {
    let rows = df.show_string(ShowOptions::new().n(50).truncate(false));
    rows.unwrap_or_else(|error| panic!("{error:?}\n{:?}", df.plan())) + &df.schema_string()
}

/// Collects all differences, so that one run shows them all.
#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn compare(&mut self, name: &str, ours: &str, spark: &str) {
        if ours != spark {
            self.0.push(format!("=== {name}\n--- ours\n{ours}--- spark\n{spark}"));
        }
    }
}

impl Drop for Differences {
    fn drop(&mut self) {
        if !std::thread::panicking() && !self.0.is_empty() {
            panic!("{} differ\n{}", self.0.len(), self.0.join("\n"));
        }
    }
}
