// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Predict`: the outputs of a model for data.

use firesteel_core::{Options, Result, Seed, err};
use ndarray::{ArrayD, Axis};

use super::batch::{Batch, Plan, no_batch, steps};
use super::data::Data;
use crate::Model;
use crate::callbacks::Logs;
use crate::layer::CallCx;
use crate::progress::{Progress, Verbose};

/// How to predict.
#[derive(Clone, Debug, Options)]
pub struct Predict {
    /// How many samples are computed at once.
    #[option(default = None, min = 1)]
    batch_size: Option<usize>,
    /// After how many batches to stop.
    #[option(default = None, min = 1)]
    steps: Option<usize>,
    /// What is shown: 0 nothing, 1 a bar, 2 one line; a bar on a terminal and a line elsewhere unless said.
    #[option(default = Verbose::Auto)]
    verbose: Verbose,
}

impl Model {
    /// The output for each sample; of a model with several outputs the first, see
    /// [`predict_all`](Model::predict_all).
    ///
    /// # Errors
    /// `Shape` when the data do not fit, `NotBuilt` when the model has no layers.
    pub fn predict<'a>(&self, data: impl Into<Data<'a>>, options: Predict) -> Result<ArrayD<f32>> {
        Ok(self.predict_all(data, options)?.swap_remove(0))
    }

    /// All outputs for each sample, in the model's order.
    ///
    /// # Errors
    /// As [`predict`](Model::predict).
    #[expect(clippy::needless_pass_by_value, reason = "options are built in the call")]
    pub fn predict_all<'a>(
        &self,
        data: impl Into<Data<'a>>,
        options: Predict,
    ) -> Result<Vec<ArrayD<f32>>> {
        options.validate()?;
        let mut source = data.into().into_source()?;
        let batch_size = options.batch_size.unwrap_or(32);
        source.start(Plan { batch_size, shuffle: false, seed: Seed::new(0) })?;
        let mut progress = Progress::new(options.verbose);
        progress.begin(steps(source.as_ref(), batch_size, options.steps));
        let mut parts: Vec<Vec<ArrayD<f32>>> = Vec::new();
        while options.steps.is_none_or(|limit| parts.len() < limit) {
            let Some(batch) = source.next_batch()? else { break };
            parts.push(self.predict_on_batch(&batch)?);
            progress.step(Logs::new);
        }
        let outputs = join(&parts)?;
        progress.end("", &Logs::new());
        Ok(outputs)
    }

    /// All outputs for one batch.
    ///
    /// # Errors
    /// As [`predict`](Model::predict).
    pub fn predict_on_batch(&self, batch: &Batch) -> Result<Vec<ArrayD<f32>>> {
        self.build_for_batch(batch)?;
        let cx = CallCx::inference();
        let outputs = self.run_batch(batch, &cx)?;
        // what stateful layers carry to the next batch
        cx.apply_states()?;
        outputs.iter().map(|output| output.value.to_array()).collect()
    }

    /// Creates the weights, from the shape of the data where the model does not know it.
    pub(crate) fn build_for_batch(&self, batch: &Batch) -> Result<()> {
        match batch.x.first() {
            Some(x) => {
                let axes: Vec<Option<usize>> = x.shape().iter().map(|&n| Some(n)).collect();
                let shape = firesteel_core::Shape::new(axes).unbatched().batched();
                self.build_for(&shape)
            }
            None => self.ensure_weights(),
        }
    }
}

/// The batches of each output, one after the other.
fn join(parts: &[Vec<ArrayD<f32>>]) -> Result<Vec<ArrayD<f32>>> {
    let Some(outputs) = parts.first().map(Vec::len) else {
        return Err(no_batch("predict"));
    };
    let joined = |output: usize| {
        let views: Vec<_> = parts.iter().map(|part| part[output].view()).collect();
        ndarray::concatenate(Axis(0), &views)
            .map_err(|error| err::internal(format!("batches of one output differ: {error}")))
    };
    (0..outputs).map(joined).collect()
}
