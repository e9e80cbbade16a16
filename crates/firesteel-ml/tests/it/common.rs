// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sessions, tables and fixtures.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use firesteel_core::{Json, err};
use firesteel_data::datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, RecordBatch, StringArray,
};
use firesteel_data::datafusion::arrow::compute::cast;
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, Float64Type, Schema};
use firesteel_data::vector::{VectorBuilder, VectorColumn, ml_attr, vector_field};
use firesteel_data::{DataFrame, Session};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn session() -> Session {
    Session::builder().partitions(1).build().unwrap()
}

/// A fixture under `fixtures/`, without its ending.
pub(crate) fn fixture(name: &str) -> Json {
    let path = root().join("fixtures").join(format!("{name}.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Numbers of a JSON list, `null` as NaN.
pub(crate) fn numbers(json: &Json) -> Vec<f64> {
    json.as_array().unwrap().iter().map(|x| x.as_f64().unwrap_or(f64::NAN)).collect()
}

pub(crate) fn strings(json: &Json) -> Vec<String> {
    json.as_array().unwrap().iter().map(|x| x.as_str().unwrap().to_owned()).collect()
}

/// A row of features with its label.
pub(crate) type Row = (f64, Vec<f64>);

/// `[label, [features]]` pairs.
pub(crate) fn rows(json: &Json) -> Vec<Row> {
    json.as_array()
        .unwrap()
        .iter()
        .map(|row| (row[0].as_f64().unwrap(), numbers(&row[1])))
        .collect()
}

/// The rows of a csv file under `data/`: features, then the class; the first line describes the file.
pub(crate) fn csv(name: &str) -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("data").join(name)).unwrap();
    let parse = |line: &str| {
        let mut values: Vec<f64> = line.split(',').map(|x| x.parse().unwrap()).collect();
        (values.pop().unwrap(), values)
    };
    text.lines().skip(1).map(parse).collect()
}

/// The numbers that the fixture scripts draw with.
pub(crate) fn lcg(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let draw = |_| {
        state = (state * 1_103_515_245 + 12345) % 2_147_483_648;
        state as f64 / 2_147_483_648.0
    };
    (0..n).map(draw).collect()
}

/// A table `label, features`, with more columns of numbers, in partitions of the given sizes.
pub(crate) fn table_in(
    session: &Session,
    rows: &[Row],
    more: &[(&str, &[f64])],
    sizes: &[usize],
) -> DataFrame {
    let mut fields =
        vec![Field::new("label", DataType::Float64, true), vector_field("features", true)];
    fields.extend(more.iter().map(|(name, _)| Field::new(*name, DataType::Float64, true)));
    let schema = Arc::new(Schema::new(fields));
    let mut start = 0;
    let parts = sizes.iter().map(|size| {
        let range = start..start + size;
        start += size;
        let mut vectors = VectorBuilder::new();
        rows[range.clone()]
            .iter()
            .for_each(|(_, features)| vectors.append_dense(features.iter().copied()));
        let labels: Float64Array =
            rows[range.clone()].iter().map(|(label, _)| Some(*label)).collect();
        let mut columns: Vec<ArrayRef> = vec![Arc::new(labels), vectors.finish().unwrap()];
        for (_, values) in more {
            columns.push(Arc::new(Float64Array::from(values[range.clone()].to_vec())));
        }
        vec![RecordBatch::try_new(Arc::clone(&schema), columns).unwrap()]
    });
    session.from_partitions(Arc::clone(&schema), parts.collect()).unwrap()
}

pub(crate) fn table(session: &Session, rows: &[Row]) -> DataFrame {
    table_in(session, rows, &[], &[rows.len()])
}

/// A table of single columns.
pub(crate) fn columns(session: &Session, columns: Vec<(&str, ArrayRef)>) -> DataFrame {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, column)| Field::new(*name, column.data_type().clone(), true))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
    session.from_partitions(schema, vec![vec![batch]]).unwrap()
}

pub(crate) fn doubles(values: &[f64]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

pub(crate) fn texts(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

pub(crate) fn libsvm(session: &Session, name: &str) -> DataFrame {
    session.read().format("libsvm").load(root().join("data").join(name).to_str().unwrap()).unwrap()
}

/// The batches of a table in the order of its partitions.
pub(crate) fn batches_of(df: &DataFrame) -> Vec<RecordBatch> {
    df.collect_batches().unwrap()
}

fn column(df: &DataFrame, name: &str) -> Vec<ArrayRef> {
    let batches = batches_of(df);
    batches.iter().map(|batch| Arc::clone(batch.column_by_name(name).unwrap())).collect()
}

/// A column of numbers, null as NaN.
pub(crate) fn numbers_of(df: &DataFrame, name: &str) -> Vec<f64> {
    let arrays = column(df, name);
    let read = |array: &ArrayRef| -> Vec<f64> {
        let array = cast(array, &DataType::Float64).unwrap();
        array.as_primitive::<Float64Type>().iter().map(|x| x.unwrap_or(f64::NAN)).collect()
    };
    arrays.iter().flat_map(read).collect()
}

/// A column of texts, null as nothing.
pub(crate) fn texts_of(df: &DataFrame, name: &str) -> Vec<Option<String>> {
    let read = |array: &ArrayRef| -> Vec<Option<String>> {
        let array = cast(array, &DataType::Utf8).unwrap();
        array.as_string::<i32>().iter().map(|x| x.map(str::to_owned)).collect()
    };
    column(df, name).iter().flat_map(read).collect()
}

/// A column of vectors, written as Spark writes them.
pub(crate) fn vectors_of(df: &DataFrame, name: &str) -> Vec<String> {
    let read = |array: &ArrayRef| -> Vec<String> {
        let vectors = VectorColumn::new(array).unwrap();
        vectors.iter().map(|v| v.map_or_else(|| "null".to_owned(), |v| v.to_string())).collect()
    };
    column(df, name).iter().flat_map(read).collect()
}

/// A column of vectors, all values.
pub(crate) fn arrays_of(df: &DataFrame, name: &str) -> Vec<Vec<f64>> {
    let read = |array: &ArrayRef| -> Vec<Vec<f64>> {
        let vectors = VectorColumn::new(array).unwrap();
        vectors.iter().map(|v| v.unwrap().to_array()).collect()
    };
    column(df, name).iter().flat_map(read).collect()
}

/// The machine-learning metadata of a column, in the form of the fixtures.
pub(crate) fn metadata_of(df: &DataFrame, name: &str) -> Json {
    let schema = df.schema();
    let attr = ml_attr(schema.field_with_name(name).unwrap()).unwrap_or(Json::Null);
    firesteel_core::json!({"ml_attr": attr})
}

/// JSON without regard to the order of keys.
#[track_caller]
pub(crate) fn assert_json(got: &Json, expected: &Json) {
    assert_eq!(sorted(got), sorted(expected));
}

fn sorted(json: &Json) -> Json {
    match json {
        Json::Object(map) => {
            let mut entries: Vec<(String, Json)> =
                map.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Json::Object(entries.into_iter().collect())
        }
        Json::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

#[track_caller]
pub(crate) fn assert_near(got: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len(), "{got:?}\n{expected:?}");
    for (i, (a, b)) in got.iter().zip(expected).enumerate() {
        let near = (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1.0)
            || (a.is_nan() && b.is_nan());
        assert!(near, "at {i}: {a} instead of {b}");
    }
}

/// A folder that goes with the test.
pub(crate) fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().map_err(|source| err::io("scratch", source)).unwrap()
}
