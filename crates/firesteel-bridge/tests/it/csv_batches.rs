// SPDX-License-Identifier: MIT OR Apache-2.0
//! Csv files, one after the other.

use std::path::{Path, PathBuf};

use firesteel_bridge::{DataFrameExt as _, csv_batches};
use firesteel_core::Result;
use firesteel_data::DataFrame;
use firesteel_nn::{Batch, Fit, Generator, Predict};
use ndarray::Array2;

use crate::common::{network, weights};

/// Files of two, three and four rows; `x1` counts on from file to file.
fn write_files(folder: &Path) -> Vec<PathBuf> {
    let mut row = 0;
    let file = |n_rows: usize| {
        let mut text = "x1,name,x2,y\n".to_owned();
        for _ in 0..n_rows {
            text += &format!("{row},\"a, b\",0.5,{}\n", row * 2);
            row += 1;
        }
        let path = folder.join(format!("{n_rows}.csv"));
        std::fs::write(&path, text).unwrap();
        path
    };
    [2, 3, 4].map(file).into()
}

fn batch(table: &DataFrame) -> Result<Batch> {
    table.features(["x1", "x2"]).label("y").to_batch()
}

fn column(rows: std::ops::Range<usize>, of: impl Fn(f32) -> [f32; 2]) -> Array2<f32> {
    let start = rows.start;
    Array2::from_shape_fn((rows.len(), 2), |(row, at)| of((start + row) as f32)[at])
}

#[test]
fn files_come_in_order_over_and_over() {
    let folder = tempfile::tempdir().unwrap();
    let files = write_files(folder.path());
    let batches: Vec<Batch> = csv_batches(&files, batch).take(7).collect::<Result<_>>().unwrap();
    let sizes: Vec<usize> = batches.iter().map(Batch::len).collect();
    assert_eq!(sizes, [2, 3, 4, 2, 3, 4, 2]);
    assert_eq!(batches[1].x[0], column(2..5, |row| [row, 0.5]).into_dyn());
    assert_eq!(batches[1].y[0], ndarray::arr2(&[[4.0], [6.0], [8.0]]).into_dyn());
    assert_eq!(batches[4].x[0], batches[1].x[0]);
}

#[test]
fn networks_learn_and_predict_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let files = write_files(folder.path());
    let mut from_files = network(1);
    let fit = || Fit::new().epochs(2).steps_per_epoch(6).verbose(0);
    from_files.fit(Generator::new(csv_batches(&files, batch)), fit()).unwrap();
    let mut from_arrays = network(1);
    let arrays = csv_batches(&files, batch).take(12).collect::<Vec<_>>();
    from_arrays.fit(Generator::new(arrays), fit()).unwrap();
    assert_eq!(weights(&from_files), weights(&from_arrays));
    let inputs = csv_batches(&files, |table| table.features(["x1", "x2"]).to_batch());
    let predicted = from_files.predict(Generator::new(inputs), Predict::new().steps(4)).unwrap();
    assert_eq!(predicted.shape(), [11, 1]);
}

#[test]
fn the_first_error_is_the_last_item() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = write_files(folder.path());
    files.insert(1, folder.path().join("gone.csv"));
    let items: Vec<_> = csv_batches(&files, batch).collect();
    assert_eq!(items.len(), 2);
    let error = items[1].as_ref().unwrap_err();
    assert!(error.is_io() && error.to_string().contains("gone.csv"), "{error}");
    let none: Vec<Result<Batch>> = csv_batches([""; 0], batch).collect();
    let error = none[0].as_ref().unwrap_err();
    assert_eq!(error.to_string(), "csv_batches: `paths` must be at least one file, got none");
    std::fs::write(&files[0], "x1,x2,y\n").unwrap();
    let error = csv_batches(&files, batch).next().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "to_batch: `table` must be with rows, got none");
}
