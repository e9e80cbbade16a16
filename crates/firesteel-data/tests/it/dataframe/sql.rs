// SPDX-License-Identifier: MIT OR Apache-2.0
//! Queries: rows, names and types as Spark gives them.

use firesteel_data::ShowOptions;

use super::{Differences, json, session, table};

#[test]
fn queries_give_what_spark_gives() {
    let spark = session();
    for name in ["cities", "other", "numbers"] {
        table(&spark, name).create_or_replace_temp_view(name).unwrap();
    }
    let mut differences = Differences::default();
    for case in json("sql/cases.json").as_array().unwrap() {
        let query = case["sql"].as_str().unwrap();
        let ours = spark.sql(query).and_then(|df| {
            Ok(df.show_string(ShowOptions::new().truncate(false))? + &df.schema_string())
        });
        let ours = ours.unwrap_or_else(|error| format!("{error:?}\n"));
        let theirs =
            format!("{}{}", case["show"].as_str().unwrap(), case["schema"].as_str().unwrap());
        differences.compare(query, &ours, &theirs);
    }
}
