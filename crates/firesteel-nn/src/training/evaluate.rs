// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Evaluate`: loss and metrics of a model on data.

use firesteel_core::{Options, Result, Seed};

use super::batch::{BatchSource, Plan, no_batch, steps};
use super::data::Data;
use super::scores::Scores;
use super::tracker::Tracker;
use crate::Model;
use crate::layer::{CallCx, Mask};
use crate::progress::{Progress, Verbose};

/// How to evaluate.
#[derive(Clone, Debug, Options)]
pub struct Evaluate {
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
    /// The loss and the metrics on data.
    ///
    /// # Errors
    /// `NotBuilt` before `compile`, `Shape` when the data do not fit, `InvalidArgument` when there are none.
    #[expect(clippy::needless_pass_by_value, reason = "options are built in the call")]
    pub fn evaluate<'a>(&self, data: impl Into<Data<'a>>, options: Evaluate) -> Result<Scores> {
        options.validate()?;
        let mut source = data.into().into_source()?;
        self.evaluate_source(source.as_mut(), &options)
    }

    pub(crate) fn evaluate_source(
        &self,
        source: &mut dyn BatchSource,
        options: &Evaluate,
    ) -> Result<Scores> {
        let batch_size = options.batch_size.unwrap_or(32);
        source.start(Plan { batch_size, shuffle: false, seed: Seed::new(0) })?;
        let mut progress = Progress::new(options.verbose);
        progress.begin(steps(source, batch_size, options.steps));
        let mut tracker = None;
        let mut step = 0;
        while options.steps.is_none_or(|limit| step < limit) {
            let Some(batch) = source.next_batch()? else { break };
            self.build_for_batch(&batch)?;
            let plans = self.output_plans()?;
            let tracker = tracker.get_or_insert_with(|| Tracker::new(&plans));
            let cx = CallCx::inference();
            let result = self.test_step(&batch, &plans, &cx)?;
            // what stateful layers carry to the next batch
            cx.apply_states()?;
            let (total, losses) = result.numbers()?;
            tracker.add_losses(batch.len(), total, &losses);
            track_metrics(tracker, &batch, &result)?;
            progress.step(|| tracker.results());
            step += 1;
        }
        let results = tracker.ok_or_else(|| no_batch("evaluate"))?.results();
        progress.end("", &results);
        Ok(Scores(results))
    }
}

/// Copies predictions to the host, if any metric wants them.
pub(super) fn track_metrics(
    tracker: &mut Tracker,
    batch: &super::batch::Batch,
    result: &super::step::StepResult,
) -> Result<()> {
    if !tracker.has_metrics() {
        return Ok(());
    }
    let predictions = result
        .outputs
        .iter()
        .map(firesteel_tensor::Tensor::to_array)
        .collect::<Result<Vec<_>>>()?;
    let marks = |mask: &Mask| mask.as_ref().map(firesteel_tensor::Tensor::to_vec).transpose();
    let masks = result.masks.iter().map(marks).collect::<Result<Vec<_>>>()?;
    tracker.add_predictions(&batch.y, &predictions, &masks, batch.sample_weight.as_deref())
}
