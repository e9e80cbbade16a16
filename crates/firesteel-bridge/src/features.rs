// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Features`: which columns a network sees.

use firesteel_core::{Result, Seed, Shape, err};
use firesteel_data::DataFrame;
use firesteel_nn::{Batch, BatchSource as _, Data, Plan};

use crate::shuffle;
use crate::source::TableSource;

/// How many bytes the rows in the shuffle buffer take at most unless said otherwise.
const SHUFFLE_BYTES: usize = 256 << 20;

/// Choosing the columns that a network sees.
pub trait DataFrameExt {
    /// The columns that become the input, side by side: numbers, booleans and vectors.
    fn features(&self, columns: impl IntoIterator<Item = impl Into<String>>) -> Features;
}

impl DataFrameExt for DataFrame {
    fn features(&self, columns: impl IntoIterator<Item = impl Into<String>>) -> Features {
        Features {
            table: self.clone(),
            features: columns.into_iter().map(Into::into).collect(),
            labels: Vec::new(),
            weight: None,
            shape: None,
            shuffle_rows: None,
        }
    }
}

/// The columns of a table that a network sees: data for `predict`, and with a label for `fit` and `evaluate`.
///
/// The query runs anew for every epoch, and its rows are streamed: memory holds the shuffle buffer (65,536 rows or
/// 256 MiB, whichever is less, unless [`shuffle_buffer`](Features::shuffle_buffer) says otherwise), a few batches, and
/// what the query itself needs. Its partitions are read one after the other, so that the order of rows does not depend
/// on which thread is faster. Where the query distributes rows by key, as joins, groups and windows do, it keeps the
/// rows of partitions whose turn has not come, all of them if need be; a session with a `memory_limit` puts them on
/// disk.
///
/// # Examples
/// ```
/// use firesteel_bridge::DataFrameExt;
/// use firesteel_data::Session;
/// use firesteel_nn::layers::{Dense, Input};
/// use firesteel_nn::{Compile, Fit, Sequential, layers};
///
/// let spark = Session::builder().build()?;
/// let df = spark.range(0, 100).select_expr(["id / 100 AS x", "2 * id / 100 AS y"])?;
/// let mut model = Sequential::from(layers![Input::new([1]), Dense::new(1)]);
/// model.compile(Compile::new().optimizer("sgd").loss("mse"))?;
/// model.fit(df.features(["x"]).label("y"), Fit::new().epochs(2).verbose(0))?;
/// # Ok::<(), firesteel_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Features {
    pub(crate) table: DataFrame,
    pub(crate) features: Vec<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) weight: Option<String>,
    pub(crate) shape: Option<Shape>,
    shuffle_rows: Option<usize>,
}

/// Features with a label: data for `fit` and `evaluate`.
pub type LabeledFeatures = Features;

impl Features {
    /// The column that becomes the target: a number, a class number or a vector.
    #[must_use]
    pub fn label(self, column: impl Into<String>) -> LabeledFeatures {
        self.labels([column])
    }

    /// Several columns side by side as the target, such as one for each class.
    #[must_use]
    pub fn labels(
        mut self,
        columns: impl IntoIterator<Item = impl Into<String>>,
    ) -> LabeledFeatures {
        self.labels = columns.into_iter().map(Into::into).collect();
        self
    }

    /// The column that says how much each row counts: a number in every row.
    #[must_use]
    pub fn sample_weight(mut self, column: impl Into<String>) -> Self {
        self.weight = Some(column.into());
        self
    }

    /// The shape that the features of a row take, such as `[8, 8, 1]` for 64 pixels.
    #[must_use]
    pub fn shape(mut self, shape: impl Into<Shape>) -> Self {
        self.shape = Some(shape.into());
        self
    }

    /// All rows as one batch, in their order.
    ///
    /// # Errors
    /// `Schema` for columns that hold no numbers or have nulls, `InvalidArgument` for a table without rows; whatever
    /// the query meets.
    pub fn to_batch(&self) -> Result<Batch> {
        let mut source = TableSource::new(self.clone());
        source.start(Plan { batch_size: usize::MAX, shuffle: false, seed: Seed::new(0) })?;
        let no_rows =
            || err::invalid_argument("to_batch", "table").expected("with rows").got("none");
        source.next_batch()?.ok_or_else(no_rows)
    }

    /// How many rows wait in the shuffle buffer, whatever memory they take.
    #[must_use]
    pub fn shuffle_buffer(mut self, rows: usize) -> Self {
        self.shuffle_rows = Some(rows);
        self
    }

    /// How many rows of so many numbers wait in the shuffle buffer.
    pub(crate) fn shuffle_rows(&self, width: usize) -> usize {
        self.shuffle_rows.unwrap_or_else(|| shuffle::usual_rows(width, SHUFFLE_BYTES))
    }
}

impl From<Features> for Data<'_> {
    fn from(features: Features) -> Self {
        Self::from_source(TableSource::new(features))
    }
}
