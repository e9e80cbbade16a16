// SPDX-License-Identifier: MIT OR Apache-2.0
//! `csv_batches`: csv files streamed one after the other, each a batch.

use std::fmt;
use std::path::{Path, PathBuf};

use firesteel_core::{Error, Result, err};
use firesteel_data::{DataFrame, Session};
use firesteel_nn::Batch;

/// The batches of csv files: each file becomes a table, and `make_batch` makes a batch of the table.
///
/// Files have a header, and their columns the types of their values. They come in the given order, one in memory at a
/// time, and after the last one the first again, without end: `Fit::steps_per_epoch` and `Predict::steps` say how many
/// batches are taken, or `take` of the iterator.
///
/// # Errors
/// The iterator gives the error of a file that cannot be read, `InvalidArgument` when there are no files, and whatever
/// `make_batch` returns; it ends with the first error.
///
/// # Examples
/// ```
/// use firesteel_bridge::{DataFrameExt, csv_batches};
///
/// let folder = tempfile::tempdir().unwrap();
/// let files = ["a.csv", "b.csv"].map(|name| folder.path().join(name));
/// for file in &files {
///     std::fs::write(file, "x1,x2,y\n0.5,1,2\n0.25,3,4\n").unwrap();
/// }
/// let mut batches = csv_batches(files, |table| table.features(["x1", "x2"]).label("y").to_batch());
/// let batch = batches.next().unwrap()?;
/// assert_eq!((batch.x[0].shape(), batch.y[0].shape()), (&[2, 2][..], &[2, 1][..]));
/// # Ok::<(), firesteel_core::Error>(())
/// ```
pub fn csv_batches<F>(
    paths: impl IntoIterator<Item = impl AsRef<Path>>,
    make_batch: F,
) -> CsvBatches<F>
where
    F: FnMut(&DataFrame) -> Result<Batch>,
{
    let paths = paths.into_iter().map(|path| path.as_ref().to_owned()).collect();
    CsvBatches { paths, next: 0, session: None, failed: false, make_batch }
}

/// The iterator that [`csv_batches`] makes.
pub struct CsvBatches<F> {
    paths: Vec<PathBuf>,
    next: usize,
    /// Started with the first file.
    session: Option<Session>,
    failed: bool,
    make_batch: F,
}

impl<F: FnMut(&DataFrame) -> Result<Batch>> CsvBatches<F> {
    fn read(&mut self) -> Result<Batch> {
        let path = self.paths.get(self.next).ok_or_else(no_files)?;
        let session = match &self.session {
            Some(session) => session,
            None => self.session.insert(Session::builder().app_name("csv_batches").build()?),
        };
        let reader = session.read().option("header", true).option("inferSchema", true);
        let table = reader.csv(path.as_path())?;
        self.next = (self.next + 1) % self.paths.len();
        (self.make_batch)(&table)
    }
}

impl<F: FnMut(&DataFrame) -> Result<Batch>> Iterator for CsvBatches<F> {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let batch = self.read();
        self.failed = batch.is_err();
        Some(batch)
    }
}

impl<F> fmt::Debug for CsvBatches<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsvBatches").field("paths", &self.paths).finish_non_exhaustive()
    }
}

fn no_files() -> Error {
    err::invalid_argument("csv_batches", "paths").expected("at least one file").got("none")
}
