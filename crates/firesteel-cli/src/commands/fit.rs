// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel fit`: trains a model.

use clap::Args;
use firesteel::prelude::*;
use firesteel::{err, files, nn};

use super::data::DataArgs;
use super::settings::{OptimizerChoice, SettingsArgs};
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Fit {
    /// The model's file
    model: String,
    #[command(flatten)]
    data: DataArgs,
    /// How often all samples are seen
    #[arg(long, default_value_t = 1)]
    epochs: usize,
    /// How many samples a step takes
    #[arg(long, default_value_t = 32)]
    batch_size: usize,
    /// Keep the order of the samples
    #[arg(long)]
    no_shuffle: bool,
    /// The share of the samples, from the end, that is evaluated instead of trained on
    #[arg(long, default_value_t = 0.0)]
    validation_split: f64,
    /// Train with this optimizer instead of the file's
    #[arg(long)]
    optimizer: Option<String>,
    /// The step size
    #[arg(long)]
    learning_rate: Option<f64>,
    #[command(flatten)]
    settings: SettingsArgs,
    /// Where shuffling and dropout come from
    #[arg(long)]
    seed: Option<u64>,
    /// The device to compute on
    #[arg(long, default_value = "cpu")]
    device: String,
    /// Show nothing
    #[arg(long, short)]
    quiet: bool,
    /// The trained model's file
    #[arg(long, short, value_name = "FILE")]
    output: Option<String>,
    /// A file for what each epoch reported, as `{"loss": [..], ..}`
    #[arg(long, value_name = "FILE")]
    history: Option<String>,
}

impl Fit {
    pub(crate) fn run(self) -> Result<()> {
        self.data.check("fit")?;
        self.check_outputs()?;
        let mut model = self.settings.load(&self.model, self.optimizer())?;
        if let Some(seed) = self.seed {
            model.set_seed(seed);
        }
        model.set_device(firesteel::tensor::Device::named(&self.device)?)?;
        self.settings.compile(&mut model, &self.model, self.optimizer())?;
        self.learning_rate.map_or(Ok(()), |rate| model.set_learning_rate(rate))?;
        let data = self.data.load("fit", &model)?;
        let verbose = if self.quiet { Verbose::Silent } else { Verbose::Auto };
        let fit = nn::Fit::new()
            .epochs(self.epochs)
            .batch_size(self.batch_size)
            .shuffle(!self.no_shuffle)
            .validation_split(self.validation_split)
            .verbose(verbose);
        let history = model.fit(data.data(), fit)?;
        warn_of_divergence(&history);
        match &self.output {
            Some(path) => model.save(path)?,
            None if self.quiet => {}
            None => output::note("the model is not kept; give `--output MODEL.keras` to keep it"),
        }
        if let Some(path) = &self.history {
            files::write_bytes(path, format!("{}\n", history.to_json()).as_bytes())?;
        }
        Ok(())
    }

    /// Refuses files that could not be written after the training, when it would be lost.
    fn check_outputs(&self) -> Result<()> {
        if let Some(path) = self.output.as_ref().filter(|path| !is_model_file(path)) {
            return Err(err::invalid_argument("fit", "--output")
                .expected("a name that ends in `.keras` or `.h5`")
                .got(format!("`{path}`")));
        }
        if self.output.is_some() && self.output == self.history {
            return Err(err::invalid_argument("fit", "--history")
                .expected("another file than `--output`")
                .got(format!("`{}`", self.history.as_deref().unwrap_or_default())));
        }
        self.output.iter().chain(&self.history).try_for_each(files::check_writable)
    }

    /// The optimizer that an option names, or else the file's.
    fn optimizer(&self) -> OptimizerChoice<'_> {
        self.optimizer.as_deref().map_or(OptimizerChoice::File, OptimizerChoice::Named)
    }
}

/// Says that a training went astray, also where nothing else is shown.
fn warn_of_divergence(history: &History) {
    let losses = &history["loss"];
    let astray = losses.last().is_some_and(|loss| !loss.is_finite());
    let first = losses.iter().position(|loss| !loss.is_finite());
    if let (true, Some(epoch)) = (astray, first) {
        output::note(&format!(
            "the loss is no finite number since epoch {}; try a smaller `--learning-rate`, and look for NaN and very \
             large values in the data",
            epoch + 1
        ));
    }
}

/// Whether a model can be saved to a file of this name.
fn is_model_file(path: &str) -> bool {
    let path = path.to_lowercase();
    let known = [".keras", ".h5", ".hdf5"].iter().any(|ending| path.ends_with(ending));
    known && !path.ends_with(".weights.h5")
}
