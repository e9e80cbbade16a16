// SPDX-License-Identifier: MIT OR Apache-2.0
//! `show`, `print_schema` and `dtypes` for every type.

use firesteel_data::ShowOptions;

use super::{Differences, expected, fixtures, json, session};

#[test]
fn tables_of_every_type_look_as_in_spark() {
    let spark = session();
    let mut differences = Differences::default();
    let options = ShowOptions::new;
    let types = spark.read().parquet(fixtures().join("show/types.parquet")).unwrap();
    for (name, options) in [
        ("default", options()),
        ("whole", options().truncate(false)),
        ("cut_10", options().truncate(10)),
        ("cut_3", options().truncate(3)),
        ("first_2", options().n(2)),
        ("first_0", options().n(0)),
        ("first_5", options().n(5)),
        ("vertical", options().vertical(true)),
        ("vertical_whole_first_2", options().n(2).truncate(false).vertical(true)),
    ] {
        let ours = types.show_string(options).unwrap();
        differences.compare(name, &ours, &expected(&format!("show/types.{name}.txt")));
    }
    for column in types.columns() {
        let one = types.select([column.as_str()]).unwrap();
        let ours = one.show_string(options().truncate(false)).unwrap();
        differences.compare(&column, &ours, &expected(&format!("show/types.column.{column}.txt")));
    }
    differences.compare("schema", &types.schema_string(), &expected("show/types.schema.txt"));
    let dtypes =
        types.dtypes().iter().map(|(name, kind)| format!("{name} {kind}\n")).collect::<String>();
    differences.compare("dtypes", &dtypes, &expected("show/types.dtypes.txt"));
}

#[test]
fn nested_types_look_as_in_spark() {
    let spark = session();
    let mut differences = Differences::default();
    let nested = spark.read().parquet(fixtures().join("show/nested.parquet")).unwrap();
    let whole = nested.show_string(ShowOptions::new().truncate(false)).unwrap();
    differences.compare("whole", &whole, &expected("show/nested.whole.txt"));
    let vertical = nested.show_string(ShowOptions::new().truncate(8).vertical(true)).unwrap();
    differences.compare("vertical", &vertical, &expected("show/nested.vertical.txt"));
    differences.compare("schema", &nested.schema_string(), &expected("show/nested.schema.txt"));
}

#[test]
fn numbers_have_the_digits_of_java() {
    let numbers = session().read().parquet(fixtures().join("show/numbers.parquet")).unwrap();
    let ours = numbers.show_string(ShowOptions::new().n(1000).truncate(false)).unwrap();
    Differences::default().compare("numbers", &ours, &expected("show/numbers.whole.txt"));
}

#[test]
fn tables_without_rows_or_with_many_look_as_in_spark() {
    let spark = session();
    let mut differences = Differences::default();
    let empty =
        spark.sql("SELECT CAST(1 AS INT) AS a, 'x' AS long_name_of_a_column, 1.0e0 AS ab").unwrap();
    let empty = empty.limit(0).unwrap();
    let text = empty.show_string(ShowOptions::new()).unwrap();
    differences.compare("empty", &text, &expected("show/empty.txt"));
    let text = empty.show_string(ShowOptions::new().vertical(true)).unwrap();
    differences.compare("empty vertical", &text, &expected("show/empty.vertical.txt"));
    let text = spark.range(0, 25).show_string(ShowOptions::new()).unwrap();
    differences.compare("many", &text, &expected("show/many.txt"));
    let text = spark.range(0, 3).show_string(ShowOptions::new().n(2).vertical(true)).unwrap();
    differences.compare("many vertical", &text, &expected("show/many_vertical.txt"));
    let text = spark.range(0, 3).drop(["id"]).unwrap().show_string(ShowOptions::new()).unwrap();
    differences.compare("no columns", &text, &expected("show/no_columns.txt"));
}

/// Wide letters, marks without width, names and cells of nothing.
#[test]
fn odd_tables_look_as_in_spark() {
    let spark = session();
    let mut differences = Differences::default();
    for case in json("show_edges/cases.json").as_array().unwrap() {
        let number = |name: &str| case[name].as_i64().unwrap();
        let vertical = case["vertical"].as_bool().unwrap();
        let table = match case["sql"].as_str() {
            Some(query) => spark.sql(query).unwrap(),
            None => spark.range(0, number("rows")).drop(["id"]).unwrap(),
        };
        // a negative number of rows shows none in Spark
        let n = usize::try_from(number("n")).unwrap_or(0);
        let truncate = usize::try_from(number("truncate")).unwrap();
        let options = ShowOptions::new().n(n).truncate(truncate).vertical(vertical);
        let name = format!("{} {n} {truncate} {vertical}", case["table"].as_str().unwrap());
        let ours = table.show_string(options).unwrap();
        differences.compare(&name, &ours, case["shown"].as_str().unwrap());
    }
}
