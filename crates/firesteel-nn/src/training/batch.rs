// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Batch` and `BatchSource`: what training consumes, and where it comes from.

use firesteel_core::{Error, Result, Seed, err};
use ndarray::ArrayD;

/// Some samples: inputs, targets and weights, all with the same first axis.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The inputs of the model, in its order.
    pub x: Vec<ArrayD<f32>>,
    /// The targets, in the order of the outputs; empty for prediction.
    pub y: Vec<ArrayD<f32>>,
    /// How much each sample counts; `None` for one.
    pub sample_weight: Option<Vec<f32>>,
}

impl Batch {
    /// The number of samples.
    pub fn len(&self) -> usize {
        self.x.first().map_or(0, |x| x.shape().first().copied().unwrap_or(0))
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<D: ndarray::Dimension, E: ndarray::Dimension>
    From<(ndarray::Array<f32, D>, ndarray::Array<f32, E>)> for Batch
{
    fn from((x, y): (ndarray::Array<f32, D>, ndarray::Array<f32, E>)) -> Self {
        Self { x: vec![x.into_dyn()], y: vec![y.into_dyn()], sample_weight: None }
    }
}

impl<D: ndarray::Dimension> From<ndarray::Array<f32, D>> for Batch {
    fn from(x: ndarray::Array<f32, D>) -> Self {
        Self { x: vec![x.into_dyn()], ..Self::default() }
    }
}

/// How an epoch is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many samples a batch has; the last may have fewer.
    pub batch_size: usize,
    /// Whether the samples come in another order every epoch.
    pub shuffle: bool,
    /// Where the order comes from; another one every epoch.
    pub seed: Seed,
}

/// A source of batches, epoch after epoch.
pub trait BatchSource: Send {
    /// Begins an epoch.
    ///
    /// # Errors
    /// Whatever the source meets.
    fn start(&mut self, plan: Plan) -> Result<()>;

    /// The next batch; `None` at the end of the epoch.
    ///
    /// # Errors
    /// Whatever the source meets.
    fn next_batch(&mut self) -> Result<Option<Batch>>;

    /// The number of samples in an epoch, where it is known.
    fn samples(&self) -> Option<usize> {
        None
    }

    /// Whether [`start`](BatchSource::start) begins again at the first sample. A generator cannot.
    fn restarts(&self) -> bool {
        true
    }
}

/// How many batches a source gives of at most `limit`, where that is known.
pub(super) fn steps(
    source: &dyn BatchSource,
    batch_size: usize,
    limit: Option<usize>,
) -> Option<usize> {
    let by_samples = source.samples().map(|n| n.div_ceil(batch_size));
    match (limit, by_samples) {
        (Some(limit), Some(n)) => Some(limit.min(n)),
        (limit, n) => limit.or(n),
    }
}

/// The error of a call whose data have no rows.
pub(super) fn no_batch(call: &str) -> Error {
    err::invalid_argument(call, "data")
        .expected("at least one batch")
        .got("none")
        .fix("look at the file or the filter that the samples come from; a generator must not be used up")
}
