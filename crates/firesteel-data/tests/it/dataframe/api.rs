// SPDX-License-Identifier: MIT OR Apache-2.0
//! The lecture's own lines.

use firesteel_data::functions::{col, expr, lit, sum};
use firesteel_data::{ColumnExt as _, Value};

use super::{session, table};

#[test]
fn the_lectures_lines_compile_and_run() {
    let spark = session();
    let df = table(&spark, "cities");
    let other = table(&spark, "other");
    df.select(["location"]).unwrap().show().unwrap();
    df.sort(["location"]).unwrap().show_n(3, false).unwrap();
    df.filter(col("state").eq(lit("CA"))).unwrap().show().unwrap();
    df.group_by(["state"]).unwrap().agg([sum("rating")]).unwrap().show().unwrap();
    df.join(&other, ["location"], "right").unwrap().show().unwrap();
    df.create_or_replace_temp_view("cities").unwrap();
    spark.sql("SELECT state, avg(rating) FROM cities GROUP BY state").unwrap().show().unwrap();
    df.print_schema().unwrap();
}

#[test]
fn rows_give_typed_values() {
    let row = table(&session(), "cities").first().unwrap().unwrap();
    assert_eq!(row.get_str("LOCATION").unwrap(), "Berkeley");
    assert_eq!(row.get_i64("rating").unwrap(), 4);
    assert!((row.get_f64("rating").unwrap() - 4.0).abs() < f64::EPSILON);
    assert_eq!(row[2], Value::Int(4));
    let error = row.get_i64("location").unwrap_err();
    assert_eq!(
        error.to_string(),
        "column `location`: Row: the value does not fit, expected a whole number, got Berkeley"
    );
    assert!(row.get("ratin").unwrap_err().to_string().contains("did you mean `rating`?"));
}

#[test]
fn column_methods() {
    let df = table(&session(), "cities");
    let names = |condition: firesteel_data::Expr| -> Vec<String> {
        let rows = df.filter(condition).unwrap().collect().unwrap();
        rows.iter().map(|row| row[0].to_string()).collect()
    };
    assert_eq!(names(col("location").contains("kl")), ["Oakland"]);
    assert_eq!(names(col("location").startswith("Be")), ["Berkeley"]);
    assert_eq!(names(col("location").endswith("o")), ["Reno"]);
    assert_eq!(names(col("location").rlike("^.{6}$")), ["Austin", "Dallas"]);
    assert_eq!(names(col("state").isin(["NV", "TX"])), ["Austin", "Dallas", "Reno"]);
    assert_eq!(
        names(col("state").eq_null_safe(lit(datafusion::scalar::ScalarValue::Utf8(None)))),
        ["Nowhere"]
    );
    assert_eq!(names(col("location").substr(2, 2).eq(lit("us"))), ["Austin"]);
    assert_eq!(names(expr("rating BETWEEN 2 AND 3")), ["Oakland", "Reno"]);
    assert!(col("rating").cast("itn").unwrap_err().is_unknown_name());
}

#[test]
fn fields_of_structs_are_columns() {
    let spark = session();
    let df = spark.read().parquet(super::fixtures().join("show/types.parquet")).unwrap();
    let fields = df.select([col("struct.B"), col("struct").get_field("a")]).unwrap();
    assert_eq!(fields.columns(), ["B", "a"]);
    assert_eq!(fields.collect().unwrap()[0].to_string(), "Row(B='z', a=1)");
    let same = df.select_expr(["struct.b", "struct.a + 1"]).unwrap();
    assert_eq!(same.collect().unwrap()[0].to_string(), "Row(b='z', (struct.a + 1)=2)");
}
