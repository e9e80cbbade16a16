// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel predict`: a model's outputs for data.

use clap::Args;
use firesteel::prelude::*;
use firesteel::{err, files, nn};

use super::data::InputArgs;
use crate::arrays;

#[derive(Debug, Args)]
pub(crate) struct Predict {
    /// The model's file
    model: String,
    #[command(flatten)]
    data: InputArgs,
    /// How many samples are computed at once
    #[arg(long, default_value_t = 32)]
    batch_size: usize,
    /// The outputs' .npy file; repeat it for several outputs, in the model's order
    #[arg(long, short, value_name = "FILE", required = true)]
    output: Vec<String>,
}

impl Predict {
    pub(crate) fn run(self) -> Result<()> {
        let model = load_model_with(&self.model, &LoadModel::new().compile(false))?;
        let n_outputs = model.output_shapes().map_or(self.output.len(), |shapes| shapes.len());
        if n_outputs != self.output.len() {
            return Err(err::invalid_argument("predict", "--output")
                .expected(format!("given {n_outputs} times, once for each output of the model"))
                .got(format!("{} times", self.output.len())));
        }
        self.output.iter().try_for_each(files::check_writable)?;
        let data = self.data.load()?;
        let options = nn::Predict::new().batch_size(self.batch_size).verbose(0);
        let outputs = model.predict_all(data.data(), options)?;
        self.output.iter().zip(&outputs).try_for_each(|(path, array)| arrays::write(path, array))
    }
}
