// SPDX-License-Identifier: MIT OR Apache-2.0
//! `TableSource`: batches for training, streamed from a query.

use std::fmt;

use firesteel_core::{Result, err};
use firesteel_data::Batches;
use firesteel_data::datafusion::arrow::record_batch::RecordBatch;
use firesteel_nn::{Batch, BatchSource, Plan};
use ndarray::{ArrayD, IxDyn};

use crate::Features;
use crate::columns::{Matrix, matrix};
use crate::shuffle::ShuffleBuffer;

/// Batches for training, streamed from a query that runs anew for every epoch.
pub(crate) struct TableSource {
    features: Features,
    epoch: Option<Epoch>,
}

/// A query that is being read.
struct Epoch {
    plan: Plan,
    /// Partitions still to be read, the next one last. One is read to its end before the next, so that the order of
    /// rows does not depend on threads, nor that of a file's rows on how many partitions it is cut into.
    partitions: Vec<Batches>,
    /// Made with the first batch, when the widths are known.
    buffer: Option<ShuffleBuffer>,
    widths: Widths,
}

/// How many values each part of a row has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Widths {
    features: usize,
    labels: usize,
    weight: usize,
}

impl Widths {
    fn total(self) -> usize {
        self.features + self.labels + self.weight
    }
}

impl TableSource {
    pub(crate) fn new(features: Features) -> Self {
        Self { features, epoch: None }
    }

    /// All columns in the order of a row: features, labels, weight.
    fn columns(&self) -> Vec<String> {
        let Features { features, labels, weight, .. } = &self.features;
        features.iter().chain(labels).chain(weight).cloned().collect()
    }

    /// The rows of a batch of the query, part beside part.
    fn rows(&self, batch: &RecordBatch) -> Result<(Matrix, Widths)> {
        let names = self.columns();
        let all = matrix(batch.columns(), &names)?;
        let (features, rest) = all.widths.split_at(self.features.features.len());
        let (labels, weight) = rest.split_at(self.features.labels.len());
        if let (Some(name), [width]) = (&self.features.weight, weight)
            && *width != 1
        {
            return Err(err::schema(format!("column `{name}` cannot be a `sample_weight`"))
                .expected("one number in every row")
                .got(format!("vectors of {width} values")));
        }
        let sum = |widths: &[usize]| widths.iter().sum();
        let widths = Widths { features: sum(features), labels: sum(labels), weight: sum(weight) };
        Ok((all, widths))
    }

    /// Reads on until the buffer can give out a row, or the query ends: whether there is a row.
    fn fill(&mut self) -> Result<bool> {
        loop {
            let Some(epoch) = &mut self.epoch else { return Ok(false) };
            if epoch.buffer.as_ref().is_some_and(ShuffleBuffer::is_ready) {
                return Ok(true);
            }
            let Some(partition) = epoch.partitions.last_mut() else {
                return Ok(epoch.buffer.as_ref().is_some_and(|buffer| buffer.len() > 0));
            };
            let Some(batch) = partition.next() else {
                epoch.partitions.pop();
                continue;
            };
            self.take_in(&batch?)?;
        }
    }

    fn take_in(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let (rows, widths) = self.rows(batch)?;
        let shuffle_rows = self.features.shuffle_rows(widths.total());
        let Some(epoch) = &mut self.epoch else { return Ok(()) };
        let buffer = match &mut epoch.buffer {
            Some(_) if epoch.widths != widths => {
                return Err(err::schema("vectors differ in size from one batch to the next")
                    .expected(epoch.widths.total())
                    .got(widths.total()));
            }
            Some(buffer) => buffer,
            empty => {
                epoch.widths = widths;
                let rng = epoch.plan.shuffle.then(|| epoch.plan.seed.rng());
                empty.insert(ShuffleBuffer::new(rng, shuffle_rows, widths.total()))
            }
        };
        (0..rows.rows).for_each(|row| buffer.push(&rows.values[row * rows.width..][..rows.width]));
        Ok(())
    }

    /// Cuts rows into inputs, targets and weights.
    fn cut(&self, rows: &[f32], widths: Widths) -> Result<Batch> {
        let n = rows.len() / widths.total();
        let part = |start: usize, width: usize| -> Vec<f32> {
            rows.chunks(widths.total())
                .flat_map(|row| &row[start..start + width])
                .copied()
                .collect()
        };
        let mut x_axes = vec![n];
        match &self.features.shape {
            None => x_axes.push(widths.features),
            Some(shape) if shape.size() == Some(widths.features) => {
                x_axes.extend(shape.known().unwrap_or_default());
            }
            Some(shape) => {
                return Err(err::shape("features", "the columns do not fill the shape")
                    .expected(shape)
                    .got(format!("{} values a row", widths.features)));
            }
        }
        let x = array(part(0, widths.features), &x_axes)?;
        let y = match widths.labels {
            0 => Vec::new(),
            width => vec![array(part(widths.features, width), &[n, width])?],
        };
        let sample_weight = (widths.weight > 0).then(|| part(widths.features + widths.labels, 1));
        Ok(Batch { x: vec![x], y, sample_weight })
    }
}

fn array(values: Vec<f32>, axes: &[usize]) -> Result<ArrayD<f32>> {
    ArrayD::from_shape_vec(IxDyn(axes), values)
        .map_err(|error| err::internal(format!("rows and shape differ: {error}")))
}

impl BatchSource for TableSource {
    fn start(&mut self, plan: Plan) -> Result<()> {
        let table = self.features.table.select(self.columns())?;
        let mut partitions = table.to_partitions()?;
        partitions.reverse();
        let widths = Widths::default();
        self.epoch = Some(Epoch { plan, partitions, buffer: None, widths });
        Ok(())
    }

    fn next_batch(&mut self) -> Result<Option<Batch>> {
        let Some(size) = self.epoch.as_ref().map(|epoch| epoch.plan.batch_size.max(1)) else {
            return Err(err::internal("a batch was asked for before the epoch began"));
        };
        let mut rows = Vec::new();
        let mut count = 0;
        while count < size && self.fill()? {
            if let Some(buffer) = self.epoch.as_mut().and_then(|epoch| epoch.buffer.as_mut()) {
                buffer.pop(&mut rows);
                count += 1;
            }
        }
        let widths = self.epoch.as_ref().map(|epoch| epoch.widths).unwrap_or_default();
        if count == 0 { Ok(None) } else { self.cut(&rows, widths).map(Some) }
    }
}

impl fmt::Debug for TableSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TableSource({:?})", self.features.features)
    }
}
