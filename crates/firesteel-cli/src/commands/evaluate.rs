// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel evaluate`: a model's loss and metrics on data.

use clap::Args;
use firesteel::nn;
use firesteel::prelude::*;

use super::data::DataArgs;
use super::settings::{OptimizerChoice, SettingsArgs};
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Evaluate {
    /// The model's file
    model: String,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    settings: SettingsArgs,
    /// How many samples are computed at once
    #[arg(long, default_value_t = 32)]
    batch_size: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Evaluate {
    pub(crate) fn run(self) -> Result<()> {
        self.data.check("evaluate")?;
        let optimizer = OptimizerChoice::Unused;
        let mut model = self.settings.load(&self.model, optimizer)?;
        self.settings.compile(&mut model, &self.model, optimizer)?;
        let data = self.data.load("evaluate", &model)?;
        let options = nn::Evaluate::new().batch_size(self.batch_size).verbose(0);
        let scores = model.evaluate(data.data(), options)?;
        output::say(if self.json { scores.to_json().to_string() } else { scores.to_string() })
    }
}
