// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables, the files behind them, and their rows as text.

use std::fmt::Write as _;
use std::path::Path;

use firesteel_core::Result;
use firesteel_data::datafusion::arrow::util::pretty::pretty_format_batches;
use firesteel_data::{DataFrame, Session};

const CITIES: usize = 7;

/// Writes `people.csv`, `cities.csv` and `people.parquet`, the last in several files.
pub(crate) fn write_tables(folder: &Path) {
    let mut people = "id,city,stars\n".to_owned();
    for id in 0..5000 {
        writeln!(people, "{id},{},{}", id * 31 % CITIES, id * 17 % 6).unwrap();
    }
    std::fs::write(folder.join("people.csv"), people).unwrap();
    let mut cities = "number,name\n".to_owned();
    for number in 1..CITIES {
        writeln!(cities, "{number},city {number}").unwrap();
    }
    std::fs::write(folder.join("cities.csv"), cities).unwrap();
    let embedded = Session::builder().build().unwrap();
    let people = csv(&embedded, folder, "people").repartition(3).unwrap();
    people.write().parquet(folder.join("people.parquet")).unwrap();
}

/// Makes views of the files: `people`, `cities` and `people_parquet`.
pub(crate) fn register(session: &Session, folder: &Path) {
    for name in ["people", "cities"] {
        csv(session, folder, name).create_or_replace_temp_view(name).unwrap();
    }
    let parquet = session.read().parquet(folder.join("people.parquet")).unwrap();
    parquet.create_or_replace_temp_view("people_parquet").unwrap();
}

fn csv(session: &Session, folder: &Path, name: &str) -> DataFrame {
    let read = session.read().option("header", true).option("inferSchema", true);
    read.csv(folder.join(format!("{name}.csv"))).unwrap()
}

/// The rows of a query as a table in text, with the names of the columns.
pub(crate) fn rows(session: &Session, query: &str) -> String {
    try_rows(session, query).unwrap()
}

pub(crate) fn try_rows(session: &Session, query: &str) -> Result<String> {
    text(&session.sql(query)?)
}

/// The rows of a table as text.
pub(crate) fn text(table: &DataFrame) -> Result<String> {
    Ok(pretty_format_batches(&table.collect_batches()?).unwrap().to_string())
}
