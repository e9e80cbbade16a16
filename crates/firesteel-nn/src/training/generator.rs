// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Generator`: any iterator of batches, endless or not.

use firesteel_core::Result;

use super::batch::{Batch, BatchSource, Plan};
use super::data::Data;

/// Any iterator of batches, endless or not.
///
/// Batch size and order are the iterator's. With `steps_per_epoch` one iterator runs on from epoch to epoch;
/// without, an epoch ends when it is exhausted, and so does training.
///
/// # Examples
/// ```
/// use firesteel_nn::{Batch, Generator};
/// use ndarray::Array2;
///
/// let batches = (0..3).map(|_| Ok(Batch::from((Array2::zeros((8, 4)), Array2::zeros((8, 1))))));
/// let data = Generator::new(batches);
/// # let _ = data;
/// ```
pub struct Generator<'a>(Box<dyn Iterator<Item = Result<Batch>> + Send + 'a>);

impl<'a> Generator<'a> {
    /// Data from an iterator.
    pub fn new<I>(batches: I) -> Self
    where
        I: IntoIterator<Item = Result<Batch>>,
        I::IntoIter: Send + 'a,
    {
        Self(Box::new(batches.into_iter()))
    }
}

impl std::fmt::Debug for Generator<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Generator")
    }
}

impl BatchSource for Generator<'_> {
    fn start(&mut self, _plan: Plan) -> Result<()> {
        Ok(())
    }

    fn next_batch(&mut self) -> Result<Option<Batch>> {
        self.0.next().transpose()
    }

    fn restarts(&self) -> bool {
        false
    }
}

impl<'a> From<Generator<'a>> for Data<'a> {
    fn from(generator: Generator<'a>) -> Self {
        Self::from_source(generator)
    }
}
