// SPDX-License-Identifier: MIT OR Apache-2.0
//! What Spark itself gave, from `fixtures/spark/rdd/rdd.py`.

use std::path::PathBuf;

use firesteel_core::Json;
use firesteel_data::{Row, Session};
use serde_json::json;

use super::{on_both, sorted};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn poem() -> PathBuf {
    root().join("data/tyger.txt")
}

fn fixture() -> Json {
    let text = std::fs::read_to_string(root().join("fixtures/spark/rdd/rdd.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn pairs() -> Vec<(String, i64)> {
    let pairs = [("b", 2), ("a", 1), ("c", 3), ("a", 10), ("b", 20), ("a", 100)];
    pairs.map(|(key, value)| (key.to_owned(), value)).to_vec()
}

#[test]
fn word_count() {
    let expected = fixture();
    on_both(4, |spark| {
        let counts = spark
            .text_file(poem())
            .unwrap()
            .flat_map(|line: String| {
                line.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>()
            })
            .map(|word| (word, 1_u64))
            .reduce_by_key(|a, b| a + b);
        assert_eq!(json!(sorted(counts.collect().unwrap())), expected["word_count"]);
        assert_eq!(
            counts.count().unwrap() as usize,
            expected["word_count"].as_array().unwrap().len()
        );
    });
}

#[test]
fn lines_lie_in_the_same_partitions() {
    let expected = fixture();
    let folder = tempfile::tempdir().unwrap();
    let mixed = folder.path().join("mixed.txt");
    std::fs::write(&mixed, "one\ntwo\r\nthree\rfour\n\n\r\nfünf\r\rsix").unwrap();
    let marked = folder.path().join("marked.txt");
    std::fs::write(&marked, "\u{feff}a\nb").unwrap();
    on_both(4, |spark| {
        for (name, path) in [("poem", poem()), ("mixed", mixed.clone())] {
            for (minimum, lines) in expected[name].as_object().unwrap() {
                let rdd = spark.text_file_with(&path, minimum.parse().unwrap()).unwrap();
                assert_eq!(json!(rdd.glom().collect().unwrap()), *lines, "{name} in {minimum}");
                assert_eq!(rdd.num_partitions(), lines.as_array().unwrap().len());
            }
        }
        let rdd = spark.text_file(poem()).unwrap();
        assert_eq!(json!(rdd.num_partitions()), expected["poem_default_partitions"]);
        let rdd = spark.text_file_with(&marked, 1).unwrap();
        assert_eq!(json!(rdd.glom().collect().unwrap()), expected["marked"]);
    });
}

#[test]
fn values_lie_in_the_same_partitions() {
    let expected = fixture();
    on_both(4, |spark| {
        for (case, slices) in expected["slices"].as_object().unwrap() {
            let (n, partitions) = case.split_once('/').unwrap();
            let (n, partitions) = (n.parse::<i64>().unwrap(), partitions.parse().unwrap());
            let rdd = spark.parallelize_with(0..n, partitions).unwrap();
            assert_eq!(json!(rdd.glom().collect().unwrap()), *slices, "{case}");
            assert_eq!(rdd.num_partitions(), partitions);
        }
    });
}

#[test]
fn transformations() {
    let expected = fixture();
    on_both(4, |spark| {
        let numbers = spark.parallelize_with(0..10_i64, 3).unwrap();
        let thirds = numbers.filter(|x| x % 3 == 0);
        assert_eq!(json!(thirds.glom().collect().unwrap()), expected["filter"]);
        let many = numbers.flat_map(|x| 0..x % 3);
        assert_eq!(json!(many.glom().collect().unwrap()), expected["flat_map"]);
        let union = spark
            .parallelize_with([1, 2], 2)
            .unwrap()
            .union(&spark.parallelize_with([2, 3], 1).unwrap());
        assert_eq!(json!(union.glom().collect().unwrap()), expected["union"]);
        assert_eq!(union.num_partitions(), 3);
        let distinct = spark.parallelize_with([1, 1, 2, 3, 2], 3).unwrap().distinct();
        assert_eq!(json!(sorted(distinct.collect().unwrap())), expected["distinct"]);
        let keyed = spark.parallelize_with([1, 2, 3], 2).unwrap().key_by(|x| x * x);
        assert_eq!(json!(keyed.collect().unwrap()), expected["key_by"]);
    });
}

#[test]
fn transformations_of_pairs() {
    let expected = fixture();
    on_both(4, |spark: &Session| {
        let pairs = spark.parallelize_with(pairs(), 3).unwrap();
        assert_eq!(json!(pairs.keys().collect().unwrap()), expected["keys"]);
        assert_eq!(json!(pairs.values().collect().unwrap()), expected["values"]);
        let doubled = pairs.map_values(|x| x * 2);
        assert_eq!(json!(doubled.collect().unwrap()), expected["map_values"]);
        let mut groups = sorted(pairs.group_by_key().collect().unwrap());
        if spark.engine().is_remote() {
            // a task does not know the number of its partition
            groups.iter_mut().for_each(|(_, values)| values.sort_unstable());
        }
        assert_eq!(json!(groups), expected["group_by_key"]);
        let sums = pairs.reduce_by_key(|a, b| a + b);
        assert_eq!(json!(sums.sort_by_key(false).collect().unwrap()), expected["sort_by_key"]);
        let falling = sums.sort_by_key(true).collect().unwrap();
        assert_eq!(json!(falling), expected["sort_by_key_descending"]);
    });
}

#[test]
fn actions() {
    let expected = fixture();
    on_both(4, |spark| {
        let numbers = spark.parallelize_with(0..10_i64, 4).unwrap();
        assert_eq!(json!(numbers.filter(|x| x % 2 == 1).take(3).unwrap()), expected["take"]);
        assert_eq!(json!(numbers.filter(|x| *x > 6).first().unwrap()), expected["first"]);
        assert_eq!(json!(numbers.count().unwrap()), expected["count"]);
        assert_eq!(json!(numbers.sum().unwrap()), expected["sum"]);
        let joined = numbers.map(|x| x.to_string()).reduce(|a, b| a + &b).unwrap();
        assert_eq!(json!(joined), expected["reduce"]);
        for (partitions, folded) in expected["fold"].as_object().unwrap() {
            let numbers = spark.parallelize_with(0..10_i64, partitions.parse().unwrap()).unwrap();
            // the partitions of a remote engine cannot be told apart, but empty ones count all the same
            assert_eq!(json!(numbers.fold(1, |a, b| a + b).unwrap()), *folded, "{partitions}");
        }
        let three = spark.parallelize_with([3, 1, 2], 2).unwrap();
        assert_eq!(json!(three.min().unwrap()), expected["min"]);
        assert_eq!(json!(three.max().unwrap()), expected["max"]);
        let five = spark.parallelize_with([10, 4, 2, 12, 3], 3).unwrap();
        assert_eq!(json!(five.top(3).unwrap()), expected["top"]);
        let nine = spark.parallelize_with([10, 1, 2, 9, 3, 4, 5, 6, 7], 2).unwrap();
        assert_eq!(json!(nine.take_ordered(6).unwrap()), expected["take_ordered"]);
        let letters = ["a", "b", "a"].map(str::to_owned);
        let counts = spark.parallelize_with(letters, 2).unwrap().count_by_value().unwrap();
        assert_eq!(json!(sorted(counts.into_iter().collect())), expected["count_by_value"]);
    });
}

#[test]
fn text_files_are_written_alike() {
    let expected = fixture();
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("saved");
    let spark = super::embedded(2);
    let lines = spark.parallelize_with(0..10, 3).unwrap().map(|x| format!("line {x}"));
    lines.save_as_text_file(&saved).unwrap();
    let mut files = serde_json::Map::new();
    for entry in std::fs::read_dir(&saved).unwrap() {
        let entry = entry.unwrap();
        let text = std::fs::read_to_string(entry.path()).unwrap();
        files.insert(entry.file_name().into_string().unwrap(), json!(text));
    }
    files.sort_keys();
    assert_eq!(Json::Object(files), expected["saved"]);
    let back = spark.text_file_with(&saved, 1).unwrap();
    assert_eq!(back.collect().unwrap(), lines.collect().unwrap());
    let error = lines.save_as_text_file(&saved).unwrap_err();
    assert!(error.is_io() && error.to_string().contains("saved"), "{error}");
}

#[test]
fn tables_have_the_same_columns() {
    let expected = fixture();
    on_both(4, |spark| {
        let df = spark.parallelize_with(pairs(), 3).unwrap().to_df().unwrap();
        assert_eq!(json!(df.columns()), expected["columns"]["pairs"]);
        let back = df.rdd::<(String, i64)>().unwrap();
        assert_eq!(sorted(back.collect().unwrap()), sorted(pairs()));
        assert!(df.rdd::<(String, String)>().unwrap_err().is_schema());
        assert!(df.rdd::<String>().unwrap_err().is_schema());
    });
}

/// The struct of the lecture.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(crate = firesteel_data)]
struct City {
    location: String,
    state: Option<String>,
    rating: f64,
}

#[test]
fn records_are_tables_and_tables_records() {
    let data = vec![
        ("San Jose".to_owned(), Some("CA".to_owned()), 4.5),
        ("Nowhere".to_owned(), None, f64::NAN),
    ];
    on_both(2, |spark| {
        let rows = spark.parallelize(data.clone()).map(|(location, state, rating)| City {
            location,
            state,
            rating,
        });
        let df = spark.create_data_frame(rows.clone()).unwrap();
        assert_eq!(df.columns(), ["location", "state", "rating"]);
        let cities = df.rdd::<City>().unwrap().collect().unwrap();
        assert_eq!(
            cities[0],
            City { location: "San Jose".to_owned(), state: Some("CA".to_owned()), rating: 4.5 }
        );
        assert!(cities[1].state.is_none() && cities[1].rating.is_nan());
        let same = spark.create_data_frame(rows.collect().unwrap()).unwrap();
        assert_eq!(same.schema(), df.schema());
        assert_eq!(same.rdd::<City>().unwrap().count().unwrap(), 2);
        let states =
            df.rdd::<City>().unwrap().map(|city| (city.state, 1)).reduce_by_key(|a, b| a + b);
        assert_eq!(sorted(states.collect().unwrap()), [(None, 1), (Some("CA".to_owned()), 1)]);
    });
}
