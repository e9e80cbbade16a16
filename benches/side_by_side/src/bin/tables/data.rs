// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Files`: a table to group and sort, one to join it with, and a text to count words in; the same every time.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use firesteel::base::{Error, Result, Rng, Seed, err};
use firesteel::data::datafusion::arrow::array::{
    ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray,
};
use firesteel_benches::{write_once, write_parquet};

/// Values of the columns `id1` and `id4`; `id6` has one value for so many rows.
const N_GROUPS: usize = 100;
const ROW_GROUP: usize = 1_000_000;
const BATCH: usize = 100_000;
const VOCABULARY: usize = 200_000;
/// How fast words become rare: the word in place `k` has the weight `1 / k^EXPONENT`.
const EXPONENT: f64 = 1.05;
const WORDS_A_LINE: usize = 12;

/// The files that the queries read.
#[derive(Debug)]
pub(crate) struct Files {
    folder: PathBuf,
}

impl Files {
    /// Makes the files that are not there yet.
    ///
    /// # Errors
    /// `Io` when the folder cannot be written.
    pub(crate) fn make(folder: &Path, n_rows: usize, n_words: usize) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|error| err::io(folder, error))?;
        let files = Self { folder: folder.to_owned() };
        let n_ids = (n_rows / N_GROUPS).max(1);
        write_once(&files.table(), |path, file| write_table(path, file, n_rows, n_ids))?;
        write_once(&files.dimension(), |path, file| write_dimension(path, file, n_ids))?;
        write_once(&files.words(), |path, file| write_words(path, file, n_words))?;
        Ok(files)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// `id1` (text), `id4`, `id6`, `v1`, `v3`.
    pub(crate) fn table(&self) -> PathBuf {
        self.folder.join("g1.parquet")
    }

    /// A row for each `id6`, with a number `w`.
    pub(crate) fn dimension(&self) -> PathBuf {
        self.folder.join("dim.parquet")
    }

    /// Lines of words.
    pub(crate) fn words(&self) -> PathBuf {
        self.folder.join("words.txt")
    }
}

fn write_table(path: &Path, file: File, n_rows: usize, n_ids: usize) -> Result<()> {
    let mut rng = Seed::new(2).rng();
    let mut below = |bound: usize| rng.below(bound);
    let starts = (0..n_rows).step_by(BATCH);
    let batches = starts.map(|start| {
        let n = BATCH.min(n_rows - start);
        let id1 = (0..n).map(|_| format!("id{:03}", below(N_GROUPS) + 1));
        let id1 = StringArray::from_iter_values(id1);
        let mut whole =
            |bound| Int32Array::from_iter_values((0..n).map(|_| below(bound) as i32 + 1));
        let (id4, id6, v1) = (whole(N_GROUPS), whole(n_ids), whole(5));
        // six digits behind the point
        let v3 = (0..n).map(|_| below(100_000_000) as f64 / 1e6);
        let v3 = Float64Array::from_iter_values(v3);
        batch([
            ("id1", Arc::new(id1)),
            ("id4", Arc::new(id4)),
            ("id6", Arc::new(id6)),
            ("v1", Arc::new(v1)),
            ("v3", Arc::new(v3)),
        ])
    });
    write_parquet(path, file, ROW_GROUP, batches)
}

fn write_dimension(path: &Path, file: File, n_ids: usize) -> Result<()> {
    let mut rng = Seed::new(3).rng();
    let id6 = Int32Array::from_iter_values((0..n_ids).map(|id| id as i32 + 1));
    let w = Float64Array::from_iter_values((0..n_ids).map(|_| rng.uniform()));
    let rows = batch([("id6", Arc::new(id6)), ("w", Arc::new(w))]);
    write_parquet(path, file, ROW_GROUP, std::iter::once(rows))
}

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> Result<RecordBatch> {
    let nullable = columns.into_iter().map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(nullable).map_err(|error| err::engine("batch", error))
}

fn write_words(path: &Path, file: File, n_words: usize) -> Result<()> {
    let failed = |error: std::io::Error| -> Error { err::io(path, error) };
    let mut rng = Seed::new(1).rng();
    let words: Vec<String> = (0..VOCABULARY).map(|place| word(&mut rng, place)).collect();
    let ends = cumulative_weights();
    let total = ends.last().copied().unwrap_or_default();
    let mut out = BufWriter::new(file);
    for index in 1..=n_words {
        let drawn = rng.uniform() * total;
        let place = ends.partition_point(|&end| end <= drawn).min(VOCABULARY - 1);
        let ends_line = index.is_multiple_of(WORDS_A_LINE) || index == n_words;
        out.write_all(words[place].as_bytes()).map_err(failed)?;
        out.write_all(if ends_line { b"\n" } else { b" " }).map_err(failed)?;
    }
    out.flush().map_err(failed)
}

/// Three to nine letters, the first of every seventh word in upper case.
fn word(rng: &mut Rng, place: usize) -> String {
    let letters = 3 + rng.below(7);
    let mut word: String = (0..letters).map(|_| char::from(b'a' + rng.below(26) as u8)).collect();
    if place.is_multiple_of(7) {
        word[..1].make_ascii_uppercase();
    }
    word
}

fn cumulative_weights() -> Vec<f64> {
    let weights = (1..=VOCABULARY).map(|place| (place as f64).powf(-EXPONENT));
    let mut sum = 0.0;
    let ends = weights.map(|weight| {
        sum += weight;
        sum
    });
    ends.collect()
}
