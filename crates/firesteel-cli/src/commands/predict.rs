// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel predict`: a model's outputs for data.

use std::collections::BTreeSet;

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
    /// The outputs' .npy file; repeat it for several outputs, in the model's order, or give one .npz,
    /// which names several as the model does
    #[arg(long, short, value_name = "FILE", required = true)]
    output: Vec<String>,
}

impl Predict {
    pub(crate) fn run(self) -> Result<()> {
        let model = load_model_with(&self.model, &LoadModel::new().compile(false))?;
        let n_outputs = model.output_shapes().map_or(self.output.len(), |shapes| shapes.len());
        self.check_outputs(n_outputs)?;
        let data = self.data.load("predict", &model)?;
        let options = nn::Predict::new().batch_size(self.batch_size).verbose(0);
        let outputs = model.predict_all(data.data(), options)?;
        match self.output.as_slice() {
            [path] => arrays::write(path, &outputs, &member_names(&model)),
            paths => {
                let pairs = paths.iter().zip(outputs.chunks(1));
                pairs.into_iter().try_for_each(|(path, output)| arrays::write(path, output, &[]))
            }
        }
    }

    /// Refuses files that do not fit the model, before anything is computed.
    fn check_outputs(&self, n_outputs: usize) -> Result<()> {
        let misfit = |expected: String, got: String| {
            Err(err::invalid_argument("predict", "--output").expected(expected).got(got))
        };
        let together = self.output.len() == 1 && arrays::is_npz(&self.output[0]);
        if n_outputs != self.output.len() && !together {
            let expected = format!(
                "given {n_outputs} times, once for each output of the model, or one `.npz`"
            );
            return misfit(expected, format!("{} times", self.output.len()));
        }
        self.output.iter().try_for_each(files::check_writable)?;
        for (place, path) in self.output.iter().enumerate() {
            let known = [".npy", ".npz"].iter().any(|end| path.to_lowercase().ends_with(end));
            if !known {
                let expected = "a name that ends in `.npy` or `.npz`".to_owned();
                return misfit(expected, format!("`{path}`"));
            }
            if self.output[..place].contains(path) {
                let expected = "a file of its own for each output".to_owned();
                return misfit(expected, format!("`{path}` twice"));
            }
        }
        Ok(())
    }
}

/// The names of several outputs, where each has one of its own; an only output stays NumPy's `arr_0`.
fn member_names(model: &Model) -> Vec<String> {
    let names = model.output_names().unwrap_or_default();
    let distinct = names.iter().collect::<BTreeSet<_>>().len();
    if distinct > 1 && distinct == names.len() { names } else { Vec::new() }
}
