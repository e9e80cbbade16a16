// SPDX-License-Identifier: MIT OR Apache-2.0
//! `make`: a table of features in groups, with two classes on the sides of a plane; the same every time.
//!
//! The groups are equally far from each other and overlap a little. So all starts of k-means end at the same cost,
//! and none ends before its last round: the systems can be compared though each draws its own start.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use firesteel::base::{Rng, Seed};
use firesteel::data::datafusion::arrow::array::{
    ArrayRef, Float32Array, Float64Array, RecordBatch,
};
use firesteel::{Result, err};
use firesteel_benches::{write_once, write_parquet};

pub(crate) const N_FEATURES: usize = 20;
pub(crate) const N_GROUPS: usize = 10;
/// How far each group lies from the origin, along an axis of its own.
const FAR: f64 = 3.5;
/// The deviation of the rows from the middle of their group.
pub(crate) const SPREAD: f64 = 1.5;
const ROW_GROUP: usize = 250_000;
const BATCH: usize = 50_000;

/// The column of classes, 0 and 1.
pub(crate) const LABEL: &str = "label";

/// The columns of features.
pub(crate) fn feature_names() -> [String; N_FEATURES] {
    std::array::from_fn(|index| format!("x{index}"))
}

/// The file with the table, which is made if it is not there.
///
/// # Errors
/// `Io` when the folder cannot be written.
pub(crate) fn make(folder: &Path, n_rows: usize) -> Result<PathBuf> {
    std::fs::create_dir_all(folder).map_err(|error| err::io(folder, error))?;
    let path = folder.join("ml.parquet");
    write_once(&path, |path, file| write(path, file, n_rows))?;
    Ok(path)
}

fn write(path: &Path, file: File, n_rows: usize) -> Result<()> {
    let mut rng = Seed::new(4).rng();
    let plane: [f64; N_FEATURES] = std::array::from_fn(|_| rng.normal());
    let starts = (0..n_rows).step_by(BATCH);
    let batches = starts.map(|start| batch(&mut rng, &plane, BATCH.min(n_rows - start)));
    write_parquet(path, file, ROW_GROUP, batches)
}

fn batch(rng: &mut Rng, plane: &[f64; N_FEATURES], n_rows: usize) -> Result<RecordBatch> {
    let mut columns: [Vec<f32>; N_FEATURES] = std::array::from_fn(|_| Vec::with_capacity(n_rows));
    let mut labels = Vec::with_capacity(n_rows);
    for _ in 0..n_rows {
        let group = rng.below(N_GROUPS);
        let mut side = rng.normal();
        for (index, column) in columns.iter_mut().enumerate() {
            let middle = if index == group { FAR } else { 0.0 };
            let x = (middle + SPREAD * rng.normal()) as f32;
            side += plane[index] * f64::from(x);
            column.push(x);
        }
        labels.push(f64::from(u8::from(side > 0.0)));
    }
    let features =
        columns.into_iter().map(|column| -> ArrayRef { Arc::new(Float32Array::from(column)) });
    let labels: ArrayRef = Arc::new(Float64Array::from(labels));
    let columns = feature_names().into_iter().zip(features).chain([(LABEL.to_owned(), labels)]);
    RecordBatch::try_from_iter(columns).map_err(|error| err::engine("batch", error))
}
