// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where the data of a command come from: NumPy files, or the columns of a table.

use clap::Args;
use firesteel::bridge::Features;
use firesteel::prelude::*;
use firesteel::{err, nn};
use ndarray::ArrayD;

use super::TableArgs;
use super::order::in_order;
use crate::arrays;

/// The field of an error whose cause is that the command line lacks something.
pub(crate) const USAGE: &str = "usage";

/// Inputs.
#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// Inputs: an .npy file, or an .npz with arrays named like the model's inputs; repeat it for several inputs, in the
    /// model's order
    #[arg(long, value_name = "FILE", required_unless_present = "table")]
    #[arg(conflicts_with = "option")]
    x: Vec<String>,
    /// A table instead: a csv, json or parquet file
    #[arg(long, value_name = "FILE", conflicts_with = "x", requires = "features")]
    table: Option<String>,
    /// The columns that are the input
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', requires = "table")]
    #[arg(conflicts_with = "x")]
    features: Vec<String>,
    #[command(flatten)]
    tables: TableArgs,
}

/// Inputs and targets.
#[derive(Debug, Args)]
pub(crate) struct DataArgs {
    #[command(flatten)]
    inputs: InputArgs,
    /// Targets: an .npy file, or an .npz with arrays named like the model's outputs; repeat it for several outputs, in
    /// the model's order
    #[arg(long, value_name = "FILE", conflicts_with = "table")]
    y: Vec<String>,
    /// The column that is the target
    #[arg(long, value_name = "COLUMN", requires = "table", conflicts_with_all = ["x", "y"])]
    label: Option<String>,
}

/// The data as they were read.
pub(crate) enum Loaded {
    Arrays { x: Vec<ArrayD<f32>>, y: Vec<ArrayD<f32>> },
    Table(Box<Features>),
}

impl InputArgs {
    /// Reads the files.
    ///
    /// # Errors
    /// `Io` and `Format` for files that cannot be read, `InvalidArgument` for arrays whose names do not fit.
    pub(crate) fn load(&self, command: &str, model: &Model) -> Result<Loaded> {
        if let Some(path) = &self.table {
            let spark = Session::builder().build()?;
            let features = self.tables.read(&spark, path)?.features(self.features.clone());
            return Ok(Loaded::Table(Box::new(features)));
        }
        let names = model.input_names().unwrap_or_default();
        let x = in_order(command, "--x", arrays::read_all(&self.x)?, &names)?;
        Ok(Loaded::Arrays { x, y: Vec::new() })
    }
}

impl DataArgs {
    /// Refuses a command line without targets, before anything is read.
    ///
    /// # Errors
    /// `InvalidArgument`, with the field of a command line that is not complete.
    pub(crate) fn check(&self, command: &str) -> Result<()> {
        match (&self.inputs.table, &self.label) {
            (Some(_), None) => Err(missing(command, "--label")),
            (None, _) if self.y.is_empty() => Err(missing(command, "--y")),
            _ => Ok(()),
        }
    }

    /// Reads the files.
    ///
    /// # Errors
    /// As [`InputArgs::load`].
    pub(crate) fn load(&self, command: &str, model: &Model) -> Result<Loaded> {
        match (self.inputs.load(command, model)?, &self.label) {
            (Loaded::Table(features), Some(label)) => {
                Ok(Loaded::Table(Box::new(features.label(label))))
            }
            (Loaded::Arrays { x, .. }, _) => {
                let names = model.output_names().unwrap_or_default();
                let y = in_order(command, "--y", arrays::read_all(&self.y)?, &names)?;
                Ok(Loaded::Arrays { x, y })
            }
            (unlabelled, None) => Ok(unlabelled),
        }
    }
}

impl Loaded {
    /// The data as a model takes them.
    pub(crate) fn data(&self) -> nn::Data<'_> {
        match self {
            Self::Arrays { x, y } if y.is_empty() => nn::Data::from(x),
            Self::Arrays { x, y } => nn::Data::from((x, y)),
            Self::Table(features) => nn::Data::from(Features::clone(features)),
        }
    }
}

fn missing(command: &str, option: &str) -> Error {
    err::invalid_argument(command, option)
        .expected("given")
        .got("nothing")
        .with_field(USAGE, option)
}
