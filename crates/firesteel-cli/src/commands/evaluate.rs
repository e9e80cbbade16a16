// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel evaluate`: a model's loss and metrics on data.

use clap::Args;
use firesteel::prelude::*;
use firesteel::{err, nn};

use super::data::DataArgs;
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Evaluate {
    /// The model's file
    model: String,
    #[command(flatten)]
    data: DataArgs,
    /// How many samples are computed at once
    #[arg(long, default_value_t = 32)]
    batch_size: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Evaluate {
    pub(crate) fn run(self) -> Result<()> {
        let model = load_model(&self.model)?;
        if !model.is_compiled() {
            return Err(err::not_built("the file holds no compile settings")
                .at(&self.model)
                .fix("train it with `firesteel fit --loss ..`, or compile it before it is saved"));
        }
        let data = self.data.load("evaluate", &model)?;
        let options = nn::Evaluate::new().batch_size(self.batch_size).verbose(0);
        let scores = model.evaluate(data.data(), options)?;
        output::say(if self.json { scores.to_json().to_string() } else { scores.to_string() })
    }
}
