// SPDX-License-Identifier: MIT OR Apache-2.0
//! What users get wrong is named, with the way on.

use std::time::Duration;

use firesteel_core::Error;
use firesteel_core::testing::check_type;
use firesteel_data::Session;
use firesteel_data::functions::{col, sum};
use firesteel_data::sources::libsvm::LibSvmOptions;

use super::{fixtures, session, table};

#[test]
fn unknown_columns_are_named_with_the_nearest() {
    let cities = table(&session(), "cities");
    let expected = "no column `ratng`; did you mean `rating`? columns are: location, state, rating";
    for error in [
        cities.select(["ratng"]).unwrap_err(),
        cities.filter("ratng > 1").unwrap_err(),
        cities.sort([col("ratng")]).unwrap_err(),
        cities.group_by(["state"]).unwrap().agg([sum("ratng")]).unwrap_err(),
        cities.with_column("x", col("ratng")).unwrap_err(),
    ] {
        assert!(error.is_schema(), "{error:?}");
        assert_eq!(error.to_string(), expected);
    }
    let error = cities.join(&cities, ["ratng"], "left").unwrap_err();
    assert_eq!(error.to_string(), format!("left side of the join: {expected}"));
}

#[test]
fn unknown_columns_and_tables_in_sql_are_named() {
    let spark = session();
    table(&spark, "cities").create_or_replace_temp_view("cities").unwrap();
    let error = spark.sql("SELECT ratng FROM cities").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no column `ratng`; did you mean `rating`? columns are: location, state, rating"
    );
    let error = spark.sql("SELECT * FROM citis").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no table or view `citis`; did you mean `cities`? tables are: cities"
    );
    assert!(error.is_schema());
    assert!(spark.table("nope").unwrap_err().is_schema());
    let error = spark.sql("SELEC 1").unwrap_err();
    assert!(error.is_invalid_argument(), "{error:?}");
}

#[test]
fn ambiguous_columns_are_named() {
    let cities = table(&session(), "cities");
    let joined = cities.join(&cities, ["location"], "inner").unwrap();
    let error = joined.select(["state"]).unwrap_err();
    assert!(error.to_string().starts_with("column `state` is ambiguous"), "{error}");
    assert!(joined.create_or_replace_temp_view("twins").unwrap_err().is_schema());
}

#[test]
fn missing_files_unknown_formats_and_options_are_named() {
    let spark = session();
    let error = spark.read().csv("no/such/file.csv").unwrap_err();
    assert!(error.is_io());
    assert_eq!(error.to_string(), "no/such/file.csv: no such file or folder; correct the path");
    let error = spark.read().format("cvs").load(fixtures()).unwrap_err();
    assert!(error.to_string().contains("did you mean `csv`?"), "{error}");
    let error =
        spark.read().option("heder", true).csv(fixtures().join("csv/plain.csv")).unwrap_err();
    assert!(error.to_string().contains("did you mean `header`?"), "{error}");
    let error =
        spark.read().option("header", "maybe").csv(fixtures().join("csv/plain.csv")).unwrap_err();
    assert!(error.is_invalid_argument(), "{error}");
    let parquet = spark.read().parquet(fixtures().join("csv/plain.csv")).unwrap_err();
    assert!(parquet.is_engine() || parquet.is_format(), "{parquet:?}");
}

/// The names that a refusal lists.
fn known_names(refusal: &Error) -> Vec<String> {
    let text = refusal.to_string();
    let (_, names) = text.split_once("known names: ").unwrap();
    names.split(", ").filter(|name| *name != "none").map(str::to_owned).collect()
}

type Refusal<'a> = dyn Fn(&str, &str) -> Error + 'a;

/// Every option of every format, as the formats themselves list them.
#[test]
fn misspelt_options_of_formats_are_named() {
    let (spark, folder) = (session(), tempfile::tempdir().unwrap());
    let lines = spark.sql("SELECT 'a' AS value").unwrap();
    let read = |format: &str, option: &str| {
        let reader = spark.read().format(format).option(option, "x");
        reader.load(fixtures().join("csv/plain.csv")).unwrap_err()
    };
    let write = |format: &str, option: &str| {
        let writer = lines.write().format(format).option(option, "x");
        writer.save(folder.path().join("out")).unwrap_err()
    };
    let refusals: [&Refusal<'_>; 2] = [&read, &write];
    let mut count = 0;
    for refusal in refusals {
        for format in known_names(&refusal("nonsense", "header")) {
            for option in known_names(&refusal(&format, "nonsense")) {
                let text = refusal(&format, &format!("{option}x")).to_string();
                let expected =
                    format!("{format}: unknown option `{option}x`; did you mean `{option}`?");
                assert!(text.starts_with(&expected), "{text}");
                count += 1;
            }
        }
    }
    assert!(count > 20, "{count} options");
}

#[test]
fn the_option_table_of_libsvm_holds() {
    check_type::<LibSvmOptions>(&[]).unwrap();
}

#[test]
fn a_ragged_row_is_named_by_file_and_line() {
    let (spark, folder) = (session(), tempfile::tempdir().unwrap());
    let good = folder.path().join("a.csv");
    let bad = folder.path().join("b.csv");
    std::fs::write(&good, "x,y\n1,2\n").unwrap();
    std::fs::write(&bad, "x,y\n\n1,\"two\nlines\"\n3,4\n5,6,7\n").unwrap();
    let read = || spark.read().option("header", true).option("multiLine", true);
    let df = read().csv(folder.path()).unwrap();
    let text = format!(
        "{}: line 6: the row does not fit the table, expected 2 fields, got 3",
        bad.display()
    );
    for error in [
        df.count().map(|_| ()).unwrap_err(),
        df.show().unwrap_err(),
        df.collect().map(|_| ()).unwrap_err(),
    ] {
        assert!(error.is_format(), "{error:?}");
        assert!(error.to_string().starts_with(&text), "{error}");
    }
    let error = read().option("inferSchema", true).csv(folder.path()).unwrap_err();
    assert!(error.to_string().starts_with(&text), "{error}");
    assert_eq!(
        read().option("mode", "DROPMALFORMED").csv(folder.path()).unwrap().count().unwrap(),
        3
    );
}

#[test]
fn an_empty_data_set_is_a_table_without_rows() {
    let (spark, folder) = (session(), tempfile::tempdir().unwrap());
    let header_only =
        spark.read().option("header", true).csv(fixtures().join("csv/header_only.csv")).unwrap();
    assert_eq!(header_only.count().unwrap(), 0);
    assert!(header_only.first().unwrap().is_none());
    assert!(header_only.collect().unwrap().is_empty());
    assert_eq!(header_only.columns(), ["a", "b"]);
    let empty = folder.path().join("empty.csv");
    std::fs::write(&empty, "").unwrap();
    let nothing = spark.read().csv(&empty).unwrap();
    assert_eq!((nothing.count().unwrap(), nothing.columns().len()), (0, 0));
}

#[test]
fn settings_are_checked() {
    let error = Session::builder().partitions(0).build().unwrap_err();
    assert_eq!(error.to_string(), "Session: `partitions` must be at least 1, got 0");
    let error =
        Session::builder().config("datafusion.execution.batch_sise", 5).build().unwrap_err();
    assert!(error.is_invalid_argument(), "{error}");
    for deadline in [Duration::ZERO, Duration::MAX] {
        let error = Session::builder().deadline(deadline).build().unwrap_err();
        assert!(error.to_string().starts_with("Session: `deadline` must be above 0"), "{error}");
    }
    // nothing is taken and then ignored
    let minute = Duration::from_secs(60);
    let error = Session::builder().deadline(minute).build().unwrap_err().to_string();
    let expected =
        "Session: `deadline` must be left out without `remote`, where it has no effect; ";
    assert!(error.starts_with(expected) && error.contains("the address of a cluster"), "{error}");
    let remote = Session::builder().remote("df://host:1");
    assert!(remote.clone().deadline(minute).build().unwrap_err().is_unsupported());
    let error = remote.memory_limit(1 << 30).build().unwrap_err();
    let expected =
        "Session: `memory_limit` must be left out on a cluster, where it has no effect; ";
    assert!(error.is_invalid_argument() && error.to_string().starts_with(expected), "{error}");
    let error = Session::builder().remote("df://host:1").build().unwrap_err();
    assert!(error.is_unsupported());
    assert!(error.to_string().contains("cargo feature `cluster`"), "{error}");
}

#[test]
fn damaged_files_are_named() {
    let (spark, folder) = (session(), tempfile::tempdir().unwrap());
    let path = |name: &str| folder.path().join(name);
    let whole = std::fs::read(fixtures().join("show/types.parquet")).unwrap();
    std::fs::write(path("good.parquet"), &whole).unwrap();
    std::fs::write(path("short.parquet"), &whole[..whole.len() / 2]).unwrap();
    let read = spark.read().parquet(folder.path());
    let error = read.and_then(|df| df.collect()).unwrap_err();
    assert!(spark.read().parquet(path("short.parquet")).unwrap_err().is_format());
    assert!(error.is_format(), "{error:?}");
    assert!(error.to_string().starts_with(&path("short.parquet").display().to_string()), "{error}");
    // the columns are there, the values are not
    let mut broken = whole.clone();
    broken[4..200].fill(0xff);
    std::fs::write(path("short.parquet"), &broken).unwrap();
    let error = spark.read().parquet(folder.path()).unwrap().collect().unwrap_err();
    assert!(error.is_format(), "{error:?}");
    assert!(error.to_string().starts_with(&path("short.parquet").display().to_string()), "{error}");
}

#[test]
fn empty_files_are_no_parquet_files() {
    let (spark, folder) = (session(), tempfile::tempdir().unwrap());
    let path = folder.path().join("b.parquet");
    for (content, what) in
        [("", "not a Parquet file: it is empty"), ("id\n1\n", "not readable as Parquet")]
    {
        std::fs::write(&path, content).unwrap();
        for read in [spark.read().parquet(&path), spark.read().parquet(folder.path())] {
            let error = read.unwrap_err();
            assert!(error.is_format(), "{error:?}");
            let text = error.to_string();
            assert!(text.starts_with(&path.display().to_string()) && text.contains(what), "{text}");
        }
    }
    // Spark passes over them where the columns are known
    std::fs::write(&path, "").unwrap();
    assert_eq!(spark.read().schema("id long").parquet(&path).unwrap().count().unwrap(), 0);
    let types = fixtures().join("show/types.parquet");
    std::fs::copy(&types, folder.path().join("c.parquet")).unwrap();
    std::fs::write(folder.path().join("_SUCCESS"), "").unwrap();
    let n_rows = spark.read().parquet(types).unwrap().count().unwrap();
    assert_eq!(spark.read().parquet(folder.path()).unwrap().count().unwrap(), n_rows);
}

#[test]
fn json_wants_one_object_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("array.json");
    for text in ["[{\"a\": 1}, {\"a\": 2}]\n", "{\n  \"a\": 1\n}\n"] {
        std::fs::write(&path, text).unwrap();
        let error = session().read().json(&path).unwrap_err();
        assert!(error.is_format(), "{error:?}");
        let text = error.to_string();
        let start = format!("{}: line 1: not a JSON object, got ", path.display());
        assert!(text.starts_with(&start) && text.contains("one object a line"), "{text}");
    }
}

#[test]
fn text_that_is_not_utf8_is_named_by_file_and_line() {
    let (spark, folder) = (session(), tempfile::tempdir().unwrap());
    let path = folder.path().join("latin1.csv");
    std::fs::write(&path, b"a,b\n1,x\n2,gr\xfcn\n").unwrap();
    let df = spark.read().option("header", true).csv(&path).unwrap();
    let error = df.collect().unwrap_err();
    assert!(error.is_format(), "{error:?}");
    let text = format!("{}: line 3: the text is not UTF-8", path.display());
    assert!(error.to_string().starts_with(&text), "{error}");
}

#[test]
fn unknown_functions_are_named_with_the_nearest() {
    let spark = session();
    table(&spark, "cities").create_or_replace_temp_view("cities").unwrap();
    let error = spark.sql("SELECT state,\n  uper(location) FROM cities").unwrap_err();
    assert!(error.is_unknown_name(), "{error:?}");
    let text = error.to_string();
    assert!(text.starts_with("SQL, line 2, column 3: unknown function `uper`"), "{text}");
    assert!(text.contains("did you mean `upper`?"), "{text}");
    let error = table(&spark, "cities").filter("flor(rating) > 1").unwrap_err();
    assert!(error.to_string().contains("did you mean `floor`?"), "{error}");
    let error = spark.sql("SELECT colect_list(state) FROM cities").unwrap_err();
    assert!(error.to_string().contains("did you mean `collect_list`?"), "{error}");
}

#[test]
fn a_column_of_both_sides_is_listed_once() {
    let cities = table(&session(), "cities");
    let joined = cities.join(&cities, ["location"], "inner").unwrap();
    let error = joined.select(["ratng"]).unwrap_err().to_string();
    assert!(error.ends_with("columns are: location, state, rating"), "{error}");
}

#[test]
fn letters_of_date_patterns_are_checked() {
    let error = session().sql("SELECT date_format(DATE'2024-01-01', 'QQ yyyy')").unwrap_err();
    assert!(error.is_invalid_argument(), "{error:?}");
    assert!(error.to_string().starts_with("date_format: `pattern` must be made of"), "{error}");
}

#[test]
fn functions_that_make_tables_are_no_tables() {
    let spark = session();
    let error = spark.sql("SELECT kurtosiss(id) FROM range(0, 3)").unwrap_err();
    assert!(error.is_unknown_name(), "{error:?}");
    let error = spark.sql("SELECT id FROM range(3) JOIN citis USING (id)").unwrap_err();
    assert!(error.to_string().starts_with("no table or view `citis`"), "{error}");
}

#[test]
fn arguments_of_range_are_checked() {
    let spark = session();
    for (call, text) in [
        ("range()", "range: `arguments` must be end; start, end; "),
        ("range(1, 2, 3, 4, 5)", "got 5 of them"),
        ("range(0, 3, 0)", "range: `step` must be other than 0, got 0"),
        ("range(0, 3, 1, 0)", "range: `partitions` must be at least 1, got 0"),
        ("range(0, 3, 1, -2)", "range: `partitions` must be at least 1, got 0"),
        ("range('x')", "range: `arguments` must be whole numbers, got "),
        ("range(1.5)", "range: `arguments` must be whole numbers, got "),
    ] {
        let error = spark.sql(&format!("SELECT * FROM {call}")).unwrap_err();
        assert!(error.is_invalid_argument(), "{call}: {error:?}");
        assert!(error.to_string().contains(text), "{call}: {error}");
    }
}
