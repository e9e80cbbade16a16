// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Fit`: training.

use firesteel_core::{IndexMap, Result, err};
use ndarray::{Axis, CowArray, IxDyn, Slice};

use super::array_source::ArraySource;
use super::batch::{Batch, BatchSource, Plan, no_batch, steps};
use super::data::{ArrayData, Data, Kind};
use super::evaluate::{Evaluate, track_metrics};
use super::history::History;
use super::tracker::Tracker;
use crate::Model;
use crate::callbacks::{Callback, CallbackCx, Callbacks, Logs, Run};
use crate::progress::{Progress, Verbose};

/// How to train.
///
/// # Examples
/// ```
/// use firesteel_nn::Fit;
/// use firesteel_nn::callbacks::EarlyStopping;
///
/// let fit = Fit::new().epochs(10).batch_size(32).validation_split(0.1).callback(EarlyStopping::new());
/// # let _ = fit;
/// ```
#[derive(Debug)]
pub struct Fit<'a> {
    epochs: usize,
    initial_epoch: usize,
    batch_size: Option<usize>,
    shuffle: bool,
    steps_per_epoch: Option<usize>,
    validation_split: f64,
    validation_data: Option<Data<'a>>,
    validation_batch_size: Option<usize>,
    validation_steps: Option<usize>,
    validation_freq: usize,
    class_weight: Option<IndexMap<usize, f64>>,
    callbacks: Vec<Box<dyn Callback>>,
    verbose: Verbose,
}

impl Default for Fit<'_> {
    fn default() -> Self {
        Self {
            epochs: 1,
            initial_epoch: 0,
            batch_size: None,
            shuffle: true,
            steps_per_epoch: None,
            validation_split: 0.0,
            validation_data: None,
            validation_batch_size: None,
            validation_steps: None,
            validation_freq: 1,
            class_weight: None,
            callbacks: Vec::new(),
            verbose: Verbose::Auto,
        }
    }
}

impl<'a> Fit<'a> {
    /// The settings of Keras: one epoch, batches of 32 samples, shuffled.
    pub fn new() -> Self {
        Self::default()
    }

    /// How often all samples are seen.
    #[must_use]
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.epochs = epochs;
        self
    }

    /// The number of the first epoch, to go on with an earlier training.
    #[must_use]
    pub fn initial_epoch(mut self, initial_epoch: usize) -> Self {
        self.initial_epoch = initial_epoch;
        self
    }

    /// How many samples a step takes; 32 unless given.
    #[must_use]
    pub fn batch_size(mut self, batch_size: usize) -> Self {
        self.batch_size = Some(batch_size);
        self
    }

    /// Whether the samples come in another order every epoch.
    #[must_use]
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.shuffle = shuffle;
        self
    }

    /// After how many batches an epoch ends.
    #[must_use]
    pub fn steps_per_epoch(mut self, steps_per_epoch: usize) -> Self {
        self.steps_per_epoch = Some(steps_per_epoch);
        self
    }

    /// The share of the samples, taken from the end before shuffling, that is evaluated instead of trained on.
    #[must_use]
    pub fn validation_split(mut self, validation_split: f64) -> Self {
        self.validation_split = validation_split;
        self
    }

    /// Data that are evaluated after each epoch.
    #[must_use]
    pub fn validation_data(mut self, validation_data: impl Into<Data<'a>>) -> Self {
        self.validation_data = Some(validation_data.into());
        self
    }

    /// How many samples an evaluation step takes; the training's batch size unless given.
    #[must_use]
    pub fn validation_batch_size(mut self, validation_batch_size: usize) -> Self {
        self.validation_batch_size = Some(validation_batch_size);
        self
    }

    /// After how many batches an evaluation ends.
    #[must_use]
    pub fn validation_steps(mut self, validation_steps: usize) -> Self {
        self.validation_steps = Some(validation_steps);
        self
    }

    /// After how many epochs the validation data are evaluated again.
    #[must_use]
    pub fn validation_freq(mut self, validation_freq: usize) -> Self {
        self.validation_freq = validation_freq;
        self
    }

    /// How much the samples of each class count; classes that are not named count one.
    #[must_use]
    pub fn class_weight(mut self, weights: impl IntoIterator<Item = (usize, f64)>) -> Self {
        self.class_weight = Some(weights.into_iter().collect());
        self
    }

    /// Something that looks on and may interfere; repeat it for more.
    #[must_use]
    pub fn callback(mut self, callback: impl Callback + 'static) -> Self {
        self.callbacks.push(Box::new(callback));
        self
    }

    /// Several callbacks.
    #[must_use]
    pub fn callbacks(mut self, callbacks: impl IntoIterator<Item = Box<dyn Callback>>) -> Self {
        self.callbacks.extend(callbacks);
        self
    }

    /// What is shown: a bar on a terminal and a line an epoch elsewhere, unless told otherwise.
    #[must_use]
    pub fn verbose(mut self, verbose: impl Into<Verbose>) -> Self {
        self.verbose = verbose.into();
        self
    }

    fn validate(&self) -> Result<()> {
        let at_least_one = [
            ("epochs", Some(self.epochs)),
            ("batch_size", self.batch_size),
            ("steps_per_epoch", self.steps_per_epoch),
            ("validation_batch_size", self.validation_batch_size),
            ("validation_steps", self.validation_steps),
            ("validation_freq", Some(self.validation_freq)),
        ];
        for (name, value) in at_least_one {
            if value == Some(0) {
                return Err(err::invalid_argument("fit", name).expected("at least 1").got(0));
            }
        }
        if !(0.0..1.0).contains(&self.validation_split) {
            return Err(err::invalid_argument("fit", "validation_split")
                .expected("at least 0 and below 1")
                .got(self.validation_split));
        }
        Ok(())
    }
}

impl Model {
    /// Trains the model.
    ///
    /// # Errors
    /// `NotBuilt` before `compile`; `Shape` when the data do not fit; `InvalidArgument` for a bad setting,
    /// for data without samples or with NaN targets. The weights of the steps before stay.
    pub fn fit<'a>(&mut self, data: impl Into<Data<'a>>, mut fit: Fit<'a>) -> Result<History> {
        fit.validate()?;
        self.compiled()?;
        let given = fit.validation_data.take();
        let (mut source, mut validation) = sources(data.into(), given, fit.validation_split)?;
        let mut callbacks = Callbacks::new(fit.callbacks, Progress::new(fit.verbose));
        let mut training = Training {
            plan: Plan {
                batch_size: fit.batch_size.unwrap_or(32),
                shuffle: fit.shuffle,
                seed: self.seed().child("shuffle"),
            },
            steps_per_epoch: fit.steps_per_epoch,
            class_weight: fit.class_weight,
            started: false,
        };
        let evaluate = Evaluate::new().verbose(Verbose::Silent);
        let size = fit.validation_batch_size.or(fit.batch_size).unwrap_or(32);
        let evaluate = evaluate.batch_size(size);
        let evaluate = match fit.validation_steps {
            Some(steps) => evaluate.steps(steps),
            None => evaluate,
        };
        let mut history = History::default();
        let mut cx = CallbackCx::new(
            self,
            Run {
                epochs: fit.epochs,
                steps: training.steps(source.as_ref()),
                validation_freq: validation.as_ref().map(|_| fit.validation_freq),
            },
        );
        callbacks.train_begin(&mut cx)?;
        for epoch in fit.initial_epoch..fit.epochs {
            callbacks.epoch_begin(&mut cx, epoch)?;
            let (mut logs, exhausted) =
                training.epoch(&mut cx, source.as_mut(), &mut callbacks, epoch)?;
            if logs.is_empty() {
                break;
            }
            if let Some(validation) = &mut validation
                && (epoch + 1).is_multiple_of(fit.validation_freq)
            {
                let scores = cx.model().evaluate_source(validation.as_mut(), &evaluate)?;
                logs.extend(scores.iter().map(|(name, value)| (format!("val_{name}"), value)));
            }
            callbacks.epoch_end(&mut cx, epoch, &mut logs)?;
            history.push(epoch, &logs);
            if cx.is_stopped() || exhausted {
                break;
            }
        }
        callbacks.train_end(&mut cx)?;
        Ok(history)
    }
}

/// What does not change from epoch to epoch.
struct Training {
    plan: Plan,
    steps_per_epoch: Option<usize>,
    class_weight: Option<IndexMap<usize, f64>>,
    /// Whether a source that cannot restart was started.
    started: bool,
}

impl Training {
    /// The number of steps in an epoch, where it is known.
    fn steps(&self, source: &dyn BatchSource) -> Option<usize> {
        steps(source, self.plan.batch_size, self.steps_per_epoch)
    }

    /// Trains one epoch: what it reports, and whether the source has nothing more to give.
    fn epoch(
        &mut self,
        cx: &mut CallbackCx<'_>,
        source: &mut dyn BatchSource,
        callbacks: &mut Callbacks,
        epoch: usize,
    ) -> Result<(Logs, bool)> {
        if source.restarts() || !self.started {
            let seed = self.plan.seed.step(epoch as u64);
            source.start(Plan { seed, ..self.plan })?;
            self.started = true;
        }
        let mut tracker: Option<Tracker> = None;
        let mut plans = Vec::new();
        let mut step = 0;
        let mut exhausted = false;
        while self.steps_per_epoch.is_none_or(|limit| step < limit) && !cx.is_stopped() {
            let Some(batch) = source.next_batch()? else {
                exhausted = !source.restarts();
                break;
            };
            if tracker.is_none() {
                cx.model().build_for_batch(&batch)?;
                plans = cx.model().output_plans()?;
                tracker = Some(Tracker::new(&plans));
            }
            let Some(tracker) = &mut tracker else { break };
            let batch = self.weigh(batch)?;
            callbacks.batch_begin(cx, step)?;
            let result = cx.model_mut().train_step(&batch, &plans)?;
            let (total, losses) = result.numbers()?;
            tracker.add_losses(batch.len(), total, &losses);
            track_metrics(tracker, &batch, &result)?;
            callbacks.batch_end(cx, step, &|| tracker.results())?;
            step += 1;
        }
        let Some(tracker) = tracker else {
            return match epoch {
                0 => Err(no_batch("fit")),
                _ => Ok((Logs::new(), true)),
            };
        };
        Ok((tracker.results(), exhausted))
    }

    /// Turns the weights of classes into weights of samples.
    fn weigh(&self, mut batch: Batch) -> Result<Batch> {
        let Some(class_weight) = &self.class_weight else { return Ok(batch) };
        let [y] = batch.y.as_slice() else {
            return Err(err::invalid_argument("fit", "class_weight")
                .expected("used with one output")
                .got(format!("{} targets", batch.y.len())));
        };
        let weight_of = |class: usize| class_weight.get(&class).copied().unwrap_or(1.0) as f32;
        let one_hot = y.ndim() > 1 && y.shape().last().is_some_and(|&classes| classes > 1);
        let of_classes: Vec<f32> = if one_hot {
            let lanes = y.lanes(Axis(y.ndim() - 1));
            lanes.into_iter().map(|row| weight_of(argmax(row.iter().copied()))).collect()
        } else {
            y.iter().map(|&label| weight_of(label.round().max(0.0) as usize)).collect()
        };
        batch.sample_weight = Some(match batch.sample_weight.take() {
            Some(given) => {
                let per_weight = (of_classes.len() / given.len().max(1)).max(1);
                let spread = given.iter().flat_map(|w| std::iter::repeat_n(w, per_weight));
                spread.zip(of_classes).map(|(a, b)| a * b).collect()
            }
            None => of_classes,
        });
        Ok(batch)
    }
}

fn argmax(values: impl Iterator<Item = f32>) -> usize {
    let best = values.enumerate().fold((0, f32::NEG_INFINITY), |best, (i, value)| {
        if value > best.1 { (i, value) } else { best }
    });
    best.0
}

type Sources<'a> = (Box<dyn BatchSource + 'a>, Option<Box<dyn BatchSource + 'a>>);

/// The data to train on and those to evaluate: what was given, or else a share of the samples.
fn sources<'a>(data: Data<'a>, given: Option<Data<'a>>, share: f64) -> Result<Sources<'a>> {
    if given.is_some() || share == 0.0 {
        return Ok((data.into_source()?, given.map(Data::into_source).transpose()?));
    }
    let Kind::Arrays(arrays) = data.0 else {
        return Err(err::invalid_argument("fit", "validation_split")
            .expected("0 when the data come from a generator or a table")
            .got(share)
            .fix("use `validation_data`"));
    };
    let samples = arrays.samples()?;
    let split = (samples as f64 * (1.0 - share)).floor() as usize;
    if split == 0 || split == samples {
        return Err(err::invalid_argument("fit", "validation_split")
            .expected("a share that leaves samples on both sides")
            .got(format!("{share} of {samples} samples")));
    }
    let (train, validation) = arrays.split(split);
    Ok((Box::new(ArraySource::new(train)?), Some(Box::new(ArraySource::new(validation)?))))
}

impl<'a> ArrayData<'a> {
    /// The samples before and from `index` on.
    fn split(self, index: usize) -> (Self, Self) {
        let cut = |array: &CowArray<'a, f32, IxDyn>, slice: Slice| {
            CowArray::from(array.slice_axis(Axis(0), slice).to_owned())
        };
        let part = |slice: Slice| Self {
            x: self.x.iter().map(|array| cut(array, slice)).collect(),
            y: self.y.iter().map(|array| cut(array, slice)).collect(),
            sample_weight: self.sample_weight.as_ref().map(|array| cut(array, slice)),
        };
        (part(Slice::from(..index)), part(Slice::from(index..)))
    }
}
