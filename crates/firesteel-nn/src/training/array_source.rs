// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ArraySource`: batches cut from arrays.

use firesteel_core::{Result, err};
use ndarray::{ArrayD, Axis, CowArray, IxDyn, Slice};

use super::batch::{Batch, BatchSource, Plan};
use super::data::ArrayData;

/// Batches cut from arrays, in a new order every epoch when asked to.
pub(crate) struct ArraySource<'a> {
    data: ArrayData<'a>,
    samples: usize,
    batch_size: usize,
    /// The order of the epoch; empty for the order of the arrays.
    order: Vec<usize>,
    position: usize,
}

impl<'a> ArraySource<'a> {
    /// # Errors
    /// `Shape` when the arrays differ in their number of samples, `InvalidArgument` when there is none.
    pub(crate) fn new(data: ArrayData<'a>) -> Result<Self> {
        let samples = data.samples()?;
        Ok(Self { data, samples, batch_size: 1, order: Vec::new(), position: 0 })
    }

    /// The samples of a batch.
    fn cut(&self, array: &CowArray<'_, f32, IxDyn>, from: usize, to: usize) -> Result<ArrayD<f32>> {
        let Some(values) = array.as_slice() else { return Ok(self.cut_strided(array, from, to)) };
        let width: usize = array.shape().iter().skip(1).product();
        let mut cut = Vec::with_capacity((to - from) * width);
        if self.order.is_empty() {
            cut.extend_from_slice(&values[from * width..to * width]);
        }
        for &sample in self.order.get(from..to).unwrap_or_default() {
            cut.extend_from_slice(&values[sample * width..][..width]);
        }
        let mut axes = array.shape().to_vec();
        axes[0] = to - from;
        ArrayD::from_shape_vec(axes, cut)
            .map_err(|error| err::internal(format!("a batch of another size: {error}")))
    }

    /// The same of an array whose samples do not follow each other in memory.
    fn cut_strided(&self, array: &CowArray<'_, f32, IxDyn>, from: usize, to: usize) -> ArrayD<f32> {
        if self.order.is_empty() {
            return array.slice_axis(Axis(0), Slice::from(from..to)).to_owned();
        }
        array.select(Axis(0), &self.order[from..to])
    }
}

impl BatchSource for ArraySource<'_> {
    fn start(&mut self, plan: Plan) -> Result<()> {
        self.batch_size = plan.batch_size.max(1);
        self.position = 0;
        self.order = match plan.shuffle {
            true => plan.seed.rng().permutation(self.samples),
            false => Vec::new(),
        };
        Ok(())
    }

    fn next_batch(&mut self) -> Result<Option<Batch>> {
        let from = self.position;
        let to = (from + self.batch_size).min(self.samples);
        if from >= to {
            return Ok(None);
        }
        self.position = to;
        let cut = |arrays: &[CowArray<'_, f32, IxDyn>]| {
            arrays.iter().map(|array| self.cut(array, from, to)).collect::<Result<Vec<_>>>()
        };
        let weights = self.data.sample_weight.as_ref();
        let sample_weight = weights.map(|weights| self.cut(weights, from, to)).transpose()?;
        let sample_weight = sample_weight.map(|weights| weights.into_raw_vec_and_offset().0);
        Ok(Some(Batch { x: cut(&self.data.x)?, y: cut(&self.data.y)?, sample_weight }))
    }

    fn samples(&self) -> Option<usize> {
        Some(self.samples)
    }
}
