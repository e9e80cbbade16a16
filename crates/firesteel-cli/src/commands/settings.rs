// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a model is trained and measured by: the file's compile settings, where no option takes their place.

use clap::Args;
use firesteel::err;
use firesteel::prelude::*;

use crate::output;

/// Settings beside the optimizer, instead of the file's.
#[derive(Debug, Args)]
pub(crate) struct SettingsArgs {
    /// Take this loss instead of the file's; for several outputs one, or one for each with commas or by repeating it,
    /// in the model's order
    #[arg(long, value_delimiter = ',')]
    loss: Vec<String>,
    /// Report these metrics instead of the file's
    #[arg(long, value_delimiter = ',')]
    metrics: Vec<String>,
}

/// Which optimizer a command uses.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OptimizerChoice<'a> {
    /// The one of the file.
    File,
    /// The one that an option names.
    Named(&'a str),
    /// None: nothing is trained.
    Unused,
}

impl SettingsArgs {
    /// Reads a model; settings that cannot be read are left out where the options give all that is needed.
    ///
    /// # Errors
    /// As [`load_model`]; for settings that cannot be read, with the options that take their place.
    pub(crate) fn load(&self, path: &str, optimizer: OptimizerChoice<'_>) -> Result<Model> {
        let error = match load_model(path) {
            Ok(model) => return Ok(model),
            Err(error) => error,
        };
        let Some(why) = error.field("compile_settings") else { return Err(error) };
        if self.loss.is_empty() || matches!(optimizer, OptimizerChoice::File) {
            let what = format!("the compile settings cannot be restored: {why}");
            return Err(Error::new(error.kind(), what).at(path).fix(format!(
                "give {}, and perhaps `--metrics`, to take their place",
                needed(optimizer)
            )));
        }
        output::note(&format!("{path}: its compile settings are left out: {why}"));
        load_model_with(path, &LoadModel::new().compile(false))
    }

    /// Compiles the model of a file anew where an option takes the place of a setting.
    ///
    /// # Errors
    /// `NotBuilt` when neither file nor options have a loss; as [`Model::compile`].
    pub(crate) fn compile(
        &self,
        model: &mut Model,
        path: &str,
        optimizer: OptimizerChoice<'_>,
    ) -> Result<()> {
        if !model.is_compiled() && self.loss.is_empty() {
            return Err(err::not_built("the file holds no compile settings")
                .at(path)
                .fix(where_to_get_them(optimizer)));
        }
        let named = matches!(optimizer, OptimizerChoice::Named(_));
        if !named && self.loss.is_empty() && self.metrics.is_empty() {
            return Ok(());
        }
        let mut compile = model.compile_settings().unwrap_or_default();
        if let OptimizerChoice::Named(name) = optimizer {
            compile = compile.optimizer(name);
        }
        compile = match self.loss.as_slice() {
            [] => compile,
            [loss] => compile.loss(loss.as_str()),
            losses => compile.losses(losses.iter().map(String::as_str)),
        };
        if !self.metrics.is_empty() {
            compile = compile.metrics(self.metrics.iter().map(String::as_str));
        }
        model.compile(compile)
    }
}

/// The options without which a file's settings cannot be left out.
fn needed(optimizer: OptimizerChoice<'_>) -> &'static str {
    match optimizer {
        OptimizerChoice::Unused => "`--loss`",
        OptimizerChoice::File | OptimizerChoice::Named(_) => "`--optimizer` and `--loss`",
    }
}

fn where_to_get_them(optimizer: OptimizerChoice<'_>) -> &'static str {
    match optimizer {
        OptimizerChoice::Unused => {
            "give `--loss`, and perhaps `--metrics`, or train it with `firesteel fit --loss ..`"
        }
        OptimizerChoice::File => "give `--loss`, and perhaps `--optimizer` and `--metrics`",
        OptimizerChoice::Named(_) => "give `--loss`, and perhaps `--metrics`",
    }
}
