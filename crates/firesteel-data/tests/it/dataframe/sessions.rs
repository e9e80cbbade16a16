// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sessions: threads, views, tables made of values.

use std::sync::Arc;

use firesteel_data::datafusion::arrow::array::{
    ArrayRef, AsArray as _, Int32Array, RecordBatch, StringArray,
};
use firesteel_data::datafusion::arrow::datatypes::{DataType, Int64Type};
use firesteel_data::datafusion::error::DataFusionError;
use firesteel_data::datafusion::logical_expr::{ColumnarValue, Volatility, create_udf};
use firesteel_data::functions::{col, lit, max, sum};
use firesteel_data::{ColumnExt as _, Expr, Session, ShowOptions};

use super::{session, table};

#[test]
fn calls_work_inside_an_async_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let sum = runtime.block_on(async {
        let spark = session();
        let sum = spark.range(0, 100).agg([sum("id")]).unwrap();
        let sum = sum.collect().unwrap()[0].get_i64("sum(id)").unwrap();
        drop(spark);
        sum
    });
    assert_eq!(sum, 4950);
}

#[test]
fn batches_come_one_by_one_and_may_be_left() {
    let spark = Session::builder()
        .partitions(1)
        .config("datafusion.execution.batch_size", 100)
        .build()
        .unwrap();
    let df = spark.range(0, 100_000).filter("id % 2 = 0").unwrap();
    let mut batches = df.to_batches().unwrap();
    assert!(batches.next().unwrap().unwrap().num_rows() > 0);
    drop(batches);
    let rows: usize = df.to_batches().unwrap().map(|batch| batch.unwrap().num_rows()).sum();
    assert_eq!(rows, 50_000);
}

/// The column `id`, of a function that panics in the row where it is `row`.
fn panics_at(row: i64) -> Expr {
    let function = move |args: &[ColumnarValue]| -> Result<ColumnarValue, DataFusionError> {
        let ids = args[0].to_array(1)?;
        let mut ids = ids.as_primitive::<Int64Type>().values().iter();
        assert!(ids.all(|id| *id != row), "row {row} is too much");
        Ok(args[0].clone())
    };
    let (types, volatility) = (vec![DataType::Int64], Volatility::Volatile);
    create_udf("panics_at", types, DataType::Int64, volatility, Arc::new(function))
        .call(vec![col("id")])
}

/// Batches that end with a panic must not look like those of a table that ends there.
#[test]
fn a_panic_in_a_late_batch_is_an_error() {
    let spark = Session::builder()
        .partitions(3)
        .config("datafusion.execution.batch_size", 100)
        .build()
        .unwrap();
    let table = spark.range(0, 30_000).with_column("x", panics_at(15_000)).unwrap();
    let batches: Vec<_> = table.to_batches().unwrap().collect();
    let (last, before) = batches.split_last().unwrap();
    assert!(before.len() > 1 && before.iter().all(Result::is_ok), "{before:?}");
    let text = last.as_ref().unwrap_err().to_string();
    assert!(text.contains("row 15000 is too much"), "{text}");
    let ends = table.to_partitions().unwrap().into_iter().map(|rows| rows.last().unwrap());
    let ends: Vec<bool> = ends.map(|end| end.is_ok()).collect();
    assert_eq!(ends, [true, false, true]);
    // the session goes on
    assert_eq!(spark.range(0, 100).count().unwrap(), 100);
}

#[test]
fn views_are_found_whatever_their_case() {
    let spark = session();
    let df = spark.range(0, 3).with_column_renamed("id", "Number").unwrap();
    df.create_or_replace_temp_view("Numbers").unwrap();
    assert_eq!(spark.table("NUMBERS").unwrap().columns(), ["Number"]);
    assert_eq!(spark.sql("SELECT * FROM numbers WHERE number > 1").unwrap().columns(), ["Number"]);
    assert_eq!(spark.sql("SELECT nUMBER + 1 AS Next FROM numbers").unwrap().columns(), ["Next"]);
    assert_eq!(
        spark.sql("SELECT * FROM (SELECT Number AS Other FROM numbers)").unwrap().columns(),
        ["Other"]
    );
    assert!(df.create_temp_view("numbers").unwrap_err().is_invalid_argument());
    assert_eq!(spark.table_names(), ["numbers"]);
    assert!(spark.drop_temp_view("numbers").unwrap());
    assert!(!spark.drop_temp_view("numbers").unwrap());
    assert!(spark.table("numbers").is_err());
}

#[test]
fn a_view_keeps_its_rows_when_its_name_is_used_for_another() {
    let spark = session();
    spark.range(0, 3).create_or_replace_temp_view("v").unwrap();
    let doubled = spark.sql("SELECT id * 2 AS id FROM v").unwrap();
    doubled.create_or_replace_temp_view("v").unwrap();
    let rows = spark.sql("SELECT max(id) FROM v").unwrap().collect().unwrap();
    assert_eq!(rows[0].get_i64("max(id)").unwrap(), 4);
}

#[test]
fn batches_make_a_table() {
    let spark = session();
    let column = |array: ArrayRef| array;
    let batch = |from: i32| {
        RecordBatch::try_from_iter([
            ("a", column(Arc::new(Int32Array::from(vec![from, from + 1])))),
            ("b", column(Arc::new(StringArray::from(vec![Some("x"), None])))),
        ])
        .unwrap()
    };
    let df = spark.create_data_frame(vec![batch(1), batch(3), batch(5)]).unwrap();
    assert_eq!(df.count().unwrap(), 6);
    let text = df.filter(col("a").lt(lit(3))).unwrap().show_string(ShowOptions::new()).unwrap();
    assert_eq!(text, "+---+----+\n|  a|   b|\n+---+----+\n|  1|   x|\n|  2|NULL|\n+---+----+\n\n");
    assert!(spark.create_data_frame(Vec::<RecordBatch>::new()).unwrap_err().is_schema());
}

#[test]
fn a_cached_table_is_computed_once() {
    let (spark, folder) = (session(), tempfile::tempdir().unwrap());
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "1\n2\n").unwrap();
    let cached = spark.read().csv(&path).unwrap().cache().unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(cached.count().unwrap(), 2);
    assert_eq!(cached.alias("t").unwrap().select(["t._c0"]).unwrap().columns(), ["_c0"]);
}

#[test]
fn plans_are_explained() {
    let spark = session();
    let df = table(&spark, "cities").filter("rating > 2").unwrap();
    let plain = df.explain_string(false).unwrap();
    assert!(plain.starts_with("== Physical Plan ==\n") && plain.contains("FilterExec"), "{plain}");
    let extended = df.explain_string(true).unwrap();
    assert!(
        extended.contains("== Optimized Logical Plan ==") && extended.contains("Filter:"),
        "{extended}"
    );
}

/// What `EXPLAIN ANALYZE` says of a sort over more than a megabyte.
fn sorted_with(builder: firesteel_data::SessionBuilder) -> String {
    let spark = builder.partitions(1).build().unwrap();
    spark.range(0, 600_000).create_or_replace_temp_view("numbers").unwrap();
    let sorted = "EXPLAIN ANALYZE SELECT id FROM numbers ORDER BY id % 1000, id";
    let rows = spark.sql(sorted).unwrap().collect().unwrap();
    rows.iter().map(ToString::to_string).collect()
}

#[test]
fn memory_is_bounded() {
    // within the limit, the sort puts what does not fit on disk
    let spilled = |metrics: &str| {
        let counts = metrics.split("spill_count=").skip(1);
        let digits = counts.map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap());
        digits.map(|count| count.parse::<usize>().unwrap()).sum::<usize>()
    };
    let limited = sorted_with(Session::builder().memory_limit(12 << 20));
    assert!(spilled(&limited) > 0, "{limited}");
    let free = sorted_with(Session::builder());
    assert!(free.contains("spill_count=0"), "{free}");
    assert_eq!(spilled(&free), 0, "{free}");
}

#[test]
fn repartition_changes_the_number_of_partitions() {
    let spark = session();
    for partitions in [1, 3] {
        let df = spark.range(0, 1000).repartition(partitions).unwrap();
        assert_eq!(df.count().unwrap(), 1000);
        let folder = tempfile::tempdir().unwrap();
        df.write().parquet(folder.path().join("t")).unwrap();
        let parts = std::fs::read_dir(folder.path().join("t")).unwrap().count() - 1;
        assert_eq!(parts, partitions);
    }
    assert!(spark.range(0, 1).repartition(0).unwrap_err().is_invalid_argument());
}

#[test]
fn rows_come_in_the_order_of_partitions() {
    let spark = session();
    let whole = spark.range_step(0, 30_000, 1, 3).unwrap();
    let slow = whole.filter("sqrt(id) >= 0").unwrap();
    let more = spark.range_step(30_000, 30_100, 1, 3).unwrap();
    let both = slow.union(&more).unwrap();
    let ids = |rows: Vec<firesteel_data::Row>| -> Vec<i64> {
        rows.iter().map(|row| row.get_i64("id").unwrap()).collect()
    };
    let expected: Vec<i64> = (0..30_100).collect();
    for _ in 0..20 {
        assert_eq!(ids(both.collect().unwrap()), expected);
        assert_eq!(ids(both.take(25_000).unwrap()), expected[..25_000]);
        let after = both.offset(29_990).unwrap().limit(20).unwrap();
        assert_eq!(ids(after.collect().unwrap()), expected[29_990..30_010]);
        let kept = both.limit(10_005).unwrap().filter("id > 9998").unwrap();
        assert_eq!(ids(kept.collect().unwrap()), expected[9_999..10_005]);
        let streamed = both.to_batches().unwrap().flat_map(|batch| {
            let batch = batch.unwrap();
            let ids = batch.column(0).as_primitive::<Int64Type>();
            ids.values().to_vec()
        });
        assert_eq!(streamed.collect::<Vec<i64>>(), expected);
        let rest = both.offset(30_095).unwrap().agg([sum("id")]).unwrap().collect().unwrap();
        assert_eq!(rest[0].get_i64("sum(id)").unwrap(), (30_095..30_100).sum::<i64>());
        let largest = both.limit(7).unwrap().agg([max("id")]).unwrap().collect().unwrap();
        assert_eq!(largest[0].get_i64("max(id)").unwrap(), 6);
    }
}

#[test]
fn sorting_and_limit_stay_one_step() {
    let df = session().range_step(0, 1000, 1, 3).unwrap();
    let top = df.sort([col("id").desc()]).unwrap().limit(3).unwrap();
    let plan = top.explain_string(false).unwrap();
    assert!(plan.contains("TopK(fetch=3)"), "{plan}");
    assert!(!plan.contains("OrderedCoalesceExec"), "{plan}");
    assert_eq!(top.collect().unwrap()[2].get_i64("id").unwrap(), 997);
}

#[test]
fn one_partition_keeps_the_order() {
    let spark = session();
    let df = spark.range_step(0, 50_000, 1, 4).unwrap().repartition(1).unwrap();
    let parts = df.to_partitions().unwrap();
    assert_eq!(parts.len(), 1);
    let rows = df.collect().unwrap();
    assert!(rows.iter().map(|row| row.get_i64("id").unwrap()).eq(0..50_000));
}
