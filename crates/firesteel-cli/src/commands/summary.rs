// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel summary`: the layers of a model.

use clap::Args;
use firesteel::prelude::*;

use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Summary {
    /// The model's file
    model: String,
    /// The length of a line
    #[arg(long, default_value_t = 80, value_parser = clap::value_parser!(u16).range(40..=400))]
    width: u16,
}

impl Summary {
    pub(crate) fn run(self) -> Result<()> {
        // the compile settings may hold what is not known, and the layers can be shown without them
        let layers_only = || load_model_with(&self.model, &LoadModel::new().compile(false));
        let model = load_model(&self.model).or_else(|_| layers_only())?;
        output::print(&model.summary_with(self.width.into())?)
    }
}
