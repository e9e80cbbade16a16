// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reading and writing files.

use firesteel_data::{DataFrame, Session, ShowOptions};

use super::{Differences, expected, fixtures, json, session, table};

fn read(spark: &Session, case: &serde_json::Value) -> firesteel_core::Result<DataFrame> {
    let file = case["file"].as_str().unwrap();
    let options = case["options"].as_object().unwrap();
    let options = options.iter().map(|(name, value)| (name, value.as_str().unwrap()));
    let path = fixtures().join("csv").join(file);
    let format = match path.extension().unwrap().to_str().unwrap() {
        "txt" => "text",
        other => other,
    };
    spark.read().format(format).options(options).load(path)
}

/// Where we read something else than Spark, and know it: see the docs of `DataFrameReader::csv`.
const OTHERWISE: &[&str] = &["escape_alone.csv", "infer_space.csv", "quotes.csv"];

#[test]
fn texts_are_read_as_spark_reads_them() {
    let spark = session();
    let mut differences = Differences::default();
    for case in json("csv/cases.json").as_array().unwrap() {
        let name = case["file"].as_str().unwrap();
        if OTHERWISE.contains(&name) {
            continue;
        }
        let ours = read(&spark, case).and_then(|df| {
            Ok(df.show_string(ShowOptions::new().truncate(false))? + &df.schema_string())
        });
        let ours = ours.unwrap_or_else(|error| format!("{error:?}\n"));
        let theirs =
            format!("{}{}", case["show"].as_str().unwrap(), case["schema"].as_str().unwrap());
        differences.compare(&format!("{name} {}", case["options"]), &ours, &theirs);
    }
}

#[test]
fn a_given_schema_is_used() {
    let reader = session().read().schema("a int, b string");
    let df = reader.csv(fixtures().join("csv/no_header.csv")).unwrap();
    assert_eq!(df.collect().unwrap()[1].to_string(), "Row(a=2, b='y')");
}

#[test]
fn folders_patterns_lists_and_packed_files_are_read() {
    let (spark, folder) = (session(), tempfile::tempdir().unwrap());
    let path = |name: &str| folder.path().join(name);
    for (name, text) in
        [("a.csv", "1\n2\n"), ("b.csv", "3\n"), ("_hidden.csv", "9\n"), (".x.csv", "9\n")]
    {
        std::fs::write(path(name), text).unwrap();
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, b"4\n5\n").unwrap();
    let zipped = tempfile::tempdir().unwrap();
    std::fs::write(zipped.path().join("c.csv.gz"), packed.finish().unwrap()).unwrap();
    let numbers = |df: DataFrame| -> Vec<String> {
        df.sort(["_c0"]).unwrap().collect().unwrap().iter().map(|row| row[0].to_string()).collect()
    };
    let read = || spark.read();
    assert_eq!(numbers(read().csv(folder.path()).unwrap()), ["1", "2", "3"]);
    assert_eq!(numbers(read().csv(path("[ab].csv")).unwrap()), ["1", "2", "3"]);
    assert_eq!(numbers(read().csv([path("b.csv"), path("a.csv")]).unwrap()), ["1", "2", "3"]);
    assert_eq!(numbers(read().csv(zipped.path().join("c.csv.gz")).unwrap()), ["4", "5"]);
}

#[test]
fn files_are_written_as_spark_writes_them() {
    let (spark, folder) = (session(), tempfile::tempdir().unwrap());
    let types = spark.read().parquet(fixtures().join("show/types.parquet")).unwrap();
    let flat = types.drop(["array", "map", "struct", "binary"]).unwrap();
    let tricky = spark
        .sql(
            "SELECT 'a,b' AS a, 'say \"hi\"' AS b, '' AS c, CAST(NULL AS STRING) AS d \
              UNION ALL SELECT ' lead', 'back\\\\slash', 'x\ny', '#c'",
        )
        .unwrap();
    let mut differences = Differences::default();
    let mut check = |name: &str, write: &dyn Fn(&std::path::Path)| {
        let target = folder.path().join(name);
        write(&target);
        assert!(target.join("_SUCCESS").exists());
        let parts = std::fs::read_dir(&target).unwrap().map(|entry| entry.unwrap().path());
        let mut parts: Vec<_> = parts.filter(|part| !part.ends_with("_SUCCESS")).collect();
        parts.sort();
        let ours: String =
            parts.iter().map(|part| std::fs::read_to_string(part).unwrap()).collect();
        differences.compare(name, &ours, &expected(&format!("csv/{name}.txt")));
    };
    check("written.csv", &|path| flat.write().csv(path).unwrap());
    check("written_header.csv", &|path| {
        let write =
            flat.write().option("header", true).option("nullValue", "NA").option("sep", "|");
        write.csv(path).unwrap();
    });
    check("written.json", &|path| types.write().json(path).unwrap());
    check("written.text", &|path| types.select(["string"]).unwrap().write().text(path).unwrap());
    check("written_tricky.csv", &|path| tricky.write().csv(path).unwrap());
}

#[test]
fn what_is_written_is_read_again() {
    let (spark, folder) = (session(), tempfile::tempdir().unwrap());
    let cities = table(&spark, "cities");
    let all = cities.collect().unwrap();
    for format in ["csv", "json", "parquet"] {
        let path = folder.path().join(format);
        cities
            .write()
            .format(format)
            .option_if(format == "csv", "header", true)
            .save(&path)
            .unwrap();
        let read = spark.read().format(format);
        let read = match format {
            "csv" => read.option("header", true).option("inferSchema", true),
            _ => read,
        };
        let read = read.load(&path).unwrap().select(["location", "state", "rating"]).unwrap();
        let rows: Vec<String> = read.collect().unwrap().iter().map(|row| row.to_string()).collect();
        assert_eq!(rows, all.iter().map(|row| row.to_string()).collect::<Vec<_>>(), "{format}");
    }
}

trait OptionIf {
    fn option_if(self, condition: bool, name: &str, value: bool) -> Self;
}

impl OptionIf for firesteel_data::DataFrameWriter {
    fn option_if(self, condition: bool, name: &str, value: bool) -> Self {
        if condition { self.option(name, value) } else { self }
    }
}

#[test]
fn save_modes() {
    let (spark, folder) = (session(), tempfile::tempdir().unwrap());
    let path = folder.path().join("table");
    let count = || spark.read().schema("id long").csv(&path).unwrap().count().unwrap();
    let write = |n: i64, mode: &str| spark.range(0, n).write().mode(mode).csv(&path);
    write(3, "errorifexists").unwrap();
    let error = write(4, "errorifexists").unwrap_err();
    assert!(error.is_io(), "{error}");
    assert!(error.to_string().contains("set mode `overwrite` or `append`"), "{error}");
    assert_eq!(count(), 3);
    write(4, "ignore").unwrap();
    assert_eq!(count(), 3);
    write(4, "append").unwrap();
    assert_eq!(count(), 7);
    write(5, "overwrite").unwrap();
    assert_eq!(count(), 5);
    let error = write(5, "overwritten").unwrap_err();
    assert!(error.to_string().contains("did you mean `overwrite`?"), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else stays behind");
}

#[test]
fn an_existing_table_stays_when_the_new_one_fails() {
    let (spark, folder) = (session(), tempfile::tempdir().unwrap());
    let path = folder.path().join("table");
    spark.range(0, 3).write().csv(&path).unwrap();
    let ragged = folder.path().join("ragged.csv");
    std::fs::write(&ragged, "1,2\n3\n").unwrap();
    let broken = spark.read().csv(&ragged).unwrap();
    let error = broken.write().mode("overwrite").csv(&path).unwrap_err();
    assert!(error.is_format(), "{error:?}");
    assert_eq!(spark.read().schema("id long").csv(&path).unwrap().count().unwrap(), 3);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else stays behind");
}

#[test]
fn a_table_can_be_written_over_itself() {
    let (spark, folder) = (session(), tempfile::tempdir().unwrap());
    let path = folder.path().join("table");
    spark.range(0, 10).write().parquet(&path).unwrap();
    let df = spark.read().parquet(&path).unwrap();
    df.filter("id > 6").unwrap().write().mode("overwrite").parquet(&path).unwrap();
    assert_eq!(spark.read().parquet(&path).unwrap().count().unwrap(), 3);
}

#[test]
fn a_header_may_be_long_and_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.csv");
    let long = "x".repeat(200_000);
    for (text, n_rows) in [(format!("{long},b\n1,2\n"), 1), (format!("\"{long}\",b"), 0)] {
        std::fs::write(&path, text).unwrap();
        let df = session().read().option("header", true).csv(&path).unwrap();
        assert_eq!(df.columns(), [long.as_str(), "b"]);
        assert_eq!(df.count().unwrap(), n_rows);
    }
}

#[test]
fn packed_and_plain_files_make_one_table() {
    let (spark, folder) = (session(), tempfile::tempdir().unwrap());
    for (format, rows) in [("json", ["{\"a\": 1}\n", "{\"a\": 2}\n"]), ("csv", ["1\n", "2\n"])] {
        let path = folder.path().join(format);
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join(format!("a.{format}")), rows[0]).unwrap();
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, rows[1].as_bytes()).unwrap();
        std::fs::write(path.join(format!("b.{format}.gz")), packed.finish().unwrap()).unwrap();
        let rows = spark.read().format(format).load(&path).unwrap().collect().unwrap();
        let values: Vec<String> = rows.iter().map(|row| row[0].to_string()).collect();
        assert_eq!(values, ["1", "2"], "{format}");
    }
}
