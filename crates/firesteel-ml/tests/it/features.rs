// SPDX-License-Identifier: MIT OR Apache-2.0
//! Features as real Spark makes them.

use std::sync::Arc;

use firesteel_core::{Json, json};
use firesteel_data::datafusion::arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch,
};
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, Schema};
use firesteel_data::vector::{VectorBuilder, Vectors, vector_field};
use firesteel_data::{DataFrame, Session};
use firesteel_ml::Transformer as _;
use firesteel_ml::feature::{
    IndexToString, StandardScaler, StringIndexer, VectorAssembler, VectorIndexer,
};

use crate::common::*;

fn optional(json: &Json) -> Vec<Option<String>> {
    json.as_array().unwrap().iter().map(|x| x.as_str().map(str::to_owned)).collect()
}

fn text_table(session: &Session, json: &Json) -> DataFrame {
    let values = optional(json);
    let values: Vec<Option<&str>> = values.iter().map(Option::as_deref).collect();
    columns(session, vec![("s", texts(&values))])
}

#[test]
fn string_indexer_orders_labels_as_spark() {
    let (session, fixture) = (session(), fixture("spark/ml/string_indexer"));
    let df = text_table(&session, &fixture["rows"]);
    for (order, case) in fixture["orders"].as_object().unwrap() {
        let indexer = StringIndexer::new().input_col("s").output_col("i");
        let indexer = indexer.string_order_type(order.as_str()).handle_invalid("keep");
        let model = indexer.fit(&df).unwrap();
        assert_eq!(model.labels(), strings(&case["labels"]), "{order}");
        let result = model.transform(&df).unwrap();
        assert_near(&numbers_of(&result, "i"), &numbers(&case["index"]), 0.0);
        assert_json(&metadata_of(&result, "i"), &case["metadata"]);
    }
}

#[test]
fn string_indexer_handles_unknown_labels_as_spark() {
    let (session, fixture) = (session(), fixture("spark/ml/string_indexer"));
    let df = text_table(&session, &fixture["rows"]);
    let other = text_table(&session, &json!(["a", "zz", null, "b"]));
    let model = StringIndexer::new().input_col("s").output_col("i").fit(&df).unwrap();
    for mode in ["skip", "keep"] {
        let result = model.clone().handle_invalid(mode).transform(&other).unwrap();
        let got: Vec<Json> = texts_of(&result, "s")
            .into_iter()
            .zip(numbers_of(&result, "i"))
            .map(|(text, index)| json!([text, index]))
            .collect();
        assert_eq!(json!(got), fixture[mode], "{mode}");
    }
    let skipping = model.clone().handle_invalid("skip").transform(&other).unwrap();
    assert_json(&metadata_of(&skipping, "i"), &fixture["skipMetadata"]);
    let error = model.transform(&other).unwrap().collect_batches().unwrap_err();
    assert!(error.to_string().contains("got `zz`; set handle_invalid"), "{error}");
}

#[test]
fn string_indexer_takes_numbers_by_their_text() {
    let (session, fixture) = (session(), fixture("spark/ml/string_indexer"));
    let numbers: Vec<f64> =
        strings(&fixture["doubles"]["values"]).iter().map(|text| text.parse().unwrap()).collect();
    let fit = |column: ArrayRef| {
        let df = columns(&session, vec![("x", column)]);
        StringIndexer::new().input_col("x").output_col("i").fit(&df).unwrap().labels().to_vec()
    };
    assert_eq!(fit(doubles(&numbers)), strings(&fixture["doubles"]["labels"]));
    let longs: Vec<i64> = fixture["longs"]["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|x| x.as_i64().unwrap())
        .collect();
    assert_eq!(fit(Arc::new(Int64Array::from(longs))), strings(&fixture["longs"]["labels"]));
}

#[test]
fn string_indexer_takes_several_columns() {
    let (session, fixture) = (session(), fixture("spark/ml/string_indexer"));
    let a = texts(&[Some("x"), Some("y"), Some("y")]);
    let b = texts(&[Some("u"), Some("u"), Some("w")]);
    let df = columns(&session, vec![("a", a), ("b", b)]);
    let indexer = StringIndexer::new().input_cols(["a", "b"]).output_cols(["ia", "ib"]);
    let model = indexer.fit(&df).unwrap();
    assert_eq!(json!(model.labels_array()), fixture["pair"]["labels"]);
    let result = model.transform(&df).unwrap();
    let got: Vec<Json> = numbers_of(&result, "ia")
        .into_iter()
        .zip(numbers_of(&result, "ib"))
        .map(|(a, b)| json!([a, b]))
        .collect();
    assert_eq!(json!(got), fixture["pair"]["rows"]);
}

#[test]
fn a_fitted_indexer_passes_over_a_missing_column() {
    let session = session();
    let df = text_table(&session, &json!(["a", "b"]));
    let model = StringIndexer::new().input_col("s").output_col("i").fit(&df).unwrap();
    let other = columns(&session, vec![("x", doubles(&[1.0]))]);
    assert_eq!(model.transform(&other).unwrap().columns(), ["x"]);
}

#[test]
fn index_to_string_turns_back() {
    let (session, fixture) = (session(), fixture("spark/ml/string_indexer"));
    let known: Vec<Option<String>> =
        optional(&fixture["rows"]).into_iter().filter(Option::is_some).collect();
    let known: Vec<Option<&str>> = known.iter().map(Option::as_deref).collect();
    let df = columns(&session, vec![("s", texts(&known))]);
    let indexed = StringIndexer::new()
        .input_col("s")
        .output_col("i")
        .fit(&df)
        .unwrap()
        .transform(&df)
        .unwrap();
    let back = IndexToString::new().input_col("i").output_col("t");
    assert_eq!(texts_of(&back.transform(&indexed).unwrap(), "t"), texts_of(&df, "s"));
    let plain = columns(&session, vec![("i", doubles(&[0.0, 1.0, 1.9]))]);
    let labelled = back.clone().labels(["p", "q"]);
    let got: Vec<String> =
        texts_of(&labelled.transform(&plain).unwrap(), "t").into_iter().flatten().collect();
    assert_eq!(got, strings(&fixture["backLabels"]));
    assert!(back.transform(&plain).unwrap_err().to_string().contains("`labels`"));
    let short = back.labels(["p"]).transform(&plain).unwrap();
    assert!(short.collect_batches().unwrap_err().to_string().contains("an index below 1"));
}

#[test]
fn vector_indexer_is_sparks() {
    let (session, fixture) = (session(), fixture("spark/ml/vector_indexer"));
    let rows: Vec<Row> =
        fixture["rows"].as_array().unwrap().iter().map(|r| (0.0, numbers(r))).collect();
    let df = table(&session, &rows);
    for (n, case) in fixture["cases"].as_object().unwrap() {
        let indexer = VectorIndexer::new().input_col("features").output_col("out");
        let model = indexer.max_categories(n.parse().unwrap()).fit(&df).unwrap();
        let result = model.transform(&df).unwrap();
        assert_eq!(vectors_of(&result, "out"), strings(&case["out"]));
        assert_json(&metadata_of(&result, "out"), &case["metadata"]);
        assert_eq!(model.num_features(), 4);
        assert_eq!(model.category_maps().len(), case["maps"].as_object().unwrap().len());
    }
    let indexer = VectorIndexer::new().input_col("features").output_col("out").max_categories(3);
    let other =
        table(&session, &[(0.0, vec![9.0, 5.0, 0.0, 1.5]), (0.0, vec![1.0, 100.0, 4.0, 2.5])]);
    let keep = indexer.clone().handle_invalid("keep").fit(&df).unwrap().transform(&other).unwrap();
    assert_eq!(vectors_of(&keep, "out"), strings(&fixture["keep"]));
    assert_json(&metadata_of(&keep, "out"), &fixture["keepMetadata"]);
    let other =
        table(&session, &[(0.0, vec![9.0, 5.0, 0.0, 1.5]), (0.0, vec![1.0, 6.0, 3.0, 1.5])]);
    let skip = indexer.clone().handle_invalid("skip").fit(&df).unwrap().transform(&other).unwrap();
    assert_eq!(vectors_of(&skip, "out"), strings(&fixture["skip"]));
    let model = indexer.fit(&df).unwrap();
    let error = model.transform(&other).unwrap().collect_batches().unwrap_err();
    assert!(error.to_string().contains("got 9 at place 0"), "{error}");
    let sparse = vectors(
        &session,
        &[
            Vectors::sparse(4, [0, 1], [-1.0, 5.0]).unwrap(),
            Vectors::sparse(4, [2, 3], [3.0, 1.5]).unwrap(),
        ],
    );
    // Spark made this with unknown values kept
    let model = model.handle_invalid("keep");
    assert_eq!(vectors_of(&model.transform(&sparse).unwrap(), "out"), strings(&fixture["sparse"]));
}

fn vectors(session: &Session, rows: &[firesteel_data::vector::Vector]) -> DataFrame {
    let mut builder = VectorBuilder::new();
    rows.iter().for_each(|row| builder.append(row.as_ref()));
    let schema = Arc::new(Schema::new(vec![vector_field("features", true)]));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![builder.finish().unwrap()]).unwrap();
    session.from_partitions(schema, vec![vec![batch]]).unwrap()
}

#[test]
fn vector_assembler_is_sparks() {
    let (session, fixture) = (session(), fixture("spark/ml/assembler"));
    let mut builder = VectorBuilder::new();
    builder.append_dense([0.0, 2.5]);
    builder.append_sparse(2, []);
    builder.append_dense([1.0, -2.0]);
    let fields = vec![
        Field::new("i", DataType::Int64, true),
        Field::new("x", DataType::Float64, true),
        vector_field("v", true),
        Field::new("b", DataType::Boolean, true),
    ];
    let schema = Arc::new(Schema::new(fields));
    let columns_of: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![1, 0, 3])),
        doubles(&[0.0, 0.0, 1.25]),
        builder.finish().unwrap(),
        Arc::new(BooleanArray::from(vec![true, false, true])),
    ];
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns_of).unwrap();
    let df = session.from_partitions(schema, vec![vec![batch]]).unwrap();
    let assembler = VectorAssembler::new().input_cols(["i", "x", "v", "b"]).output_col("out");
    let result = assembler.transform(&df).unwrap();
    assert_eq!(vectors_of(&result, "out"), strings(&fixture["shown"]));
    assert_json(&metadata_of(&result, "out"), &fixture["metadata"]);
    let bad = columns(
        &session,
        vec![
            ("a", Arc::new(Float64Array::from(vec![Some(1.0), None, Some(f64::NAN)]))),
            ("b", doubles(&[2.0, 3.0, 4.0])),
        ],
    );
    let pair = VectorAssembler::new().input_cols(["a", "b"]).output_col("out");
    for (mode, expected) in
        [("skip", vec!["[1.0,2.0]"]), ("keep", vec!["[1.0,2.0]", "[NaN,3.0]", "[NaN,4.0]"])]
    {
        let result = pair.clone().handle_invalid(mode).transform(&bad).unwrap();
        assert_eq!(vectors_of(&result, "out"), expected);
    }
    let error = pair.transform(&bad).unwrap().collect_batches().unwrap_err();
    assert!(
        error.to_string().contains("VectorAssembler: `a` must be neither null nor NaN"),
        "{error}"
    );
    let indexed =
        columns(&session, vec![("s", texts(&[Some("p"), Some("q")])), ("x", doubles(&[1.0, 2.0]))]);
    let indexer = StringIndexer::new().input_col("s").output_col("n").fit(&indexed).unwrap();
    let nominal = VectorAssembler::new().input_cols(["n", "x"]).output_col("out");
    let result = nominal.transform(&indexer.transform(&indexed).unwrap()).unwrap();
    assert_json(&metadata_of(&result, "out"), &fixture["nominalMetadata"]);
    let named = VectorAssembler::new().input_cols(["x", "n"]).output_col("features");
    let numbers =
        columns(&session, vec![("x", doubles(&[0.0, 1.0, 0.0])), ("n", doubles(&[1.0, 2.0, 3.0]))]);
    let named = named.transform(&numbers).unwrap();
    let indexer = VectorIndexer::new().input_col("features").output_col("out").max_categories(2);
    let result = indexer.fit(&named).unwrap().transform(&named).unwrap();
    let expected = json!({"ml_attr": {"num_attrs": 2, "attrs": {
        "binary": [{"vals": ["0.0", "1.0"], "name": "x", "idx": 0}], "numeric": [{"name": "n", "idx": 1}]}}});
    assert_json(&metadata_of(&result, "out"), &expected);
}

#[test]
fn standard_scaler_is_sparks() {
    let (session, fixture) = (session(), fixture("spark/ml/scaler"));
    let df = table(&session, &csv("wine_data.csv"));
    for (name, case) in fixture["cases"].as_object().unwrap() {
        let scaler = StandardScaler::new().input_col("features").output_col("out");
        let scaler = scaler
            .with_mean(case["withMean"].as_bool().unwrap())
            .with_std(case["withStd"].as_bool().unwrap());
        let model = scaler.fit(&df).unwrap();
        assert_near(&model.mean().to_array(), &numbers(&case["mean"]), 1e-13);
        assert_near(&model.std().to_array(), &numbers(&case["std"]), 1e-13);
        let out = arrays_of(&model.transform(&df).unwrap(), "out");
        let expected: Vec<f64> = case["out"].as_array().unwrap().iter().flat_map(numbers).collect();
        assert_near(&out[..5].concat(), &expected, 1e-12);
        assert!(!name.is_empty());
    }
    let sparse = vectors(
        &session,
        &[
            Vectors::sparse(3, [0], [2.0]).unwrap(),
            Vectors::sparse(3, [0, 2], [4.0, 1.0]).unwrap(),
            Vectors::dense([1.0, 0.0, 5.0]),
        ],
    );
    for (name, mean) in [("sparse", false), ("sparse_mean", true)] {
        let model = StandardScaler::new()
            .input_col("features")
            .output_col("out")
            .with_mean(mean)
            .fit(&sparse)
            .unwrap();
        assert_near(&model.std().to_array(), &numbers(&fixture[name]["std"]), 1e-14);
        let out = vectors_of(&model.transform(&sparse).unwrap(), "out");
        assert_eq!(out, strings(&fixture[name]["out"]));
    }
}
