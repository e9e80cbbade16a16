// SPDX-License-Identifier: MIT OR Apache-2.0
//! The subcommands, one file each.

mod cluster_args;
mod data;
mod evaluate;
mod fit;
mod order;
mod predict;
mod roles;
mod settings;
mod sql;
mod summary;
mod table;

use clap::Subcommand;
use firesteel::Result;

use crate::tour;

pub(crate) use cluster_args::ClusterArgs;
pub(crate) use data::USAGE;
use table::TableArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the main job on real data: word count, tables, a pipeline, a network, a report
    Tour(tour::Tour),
    /// Show the layers of a model
    Summary(summary::Summary),
    /// Train a model
    Fit(fit::Fit),
    /// Compute a model's outputs
    Predict(predict::Predict),
    /// Compute a model's loss and metrics
    Evaluate(evaluate::Evaluate),
    /// Run a query on files
    Sql(sql::Sql),
    /// Be the scheduler of a cluster
    Scheduler(roles::Scheduler),
    /// Be an executor of a cluster
    Executor(roles::Executor),
}

impl Command {
    pub(crate) fn run(self) -> Result<()> {
        match self {
            Self::Tour(tour) => tour.run(),
            Self::Summary(summary) => summary.run(),
            Self::Fit(fit) => fit.run(),
            Self::Predict(predict) => predict.run(),
            Self::Evaluate(evaluate) => evaluate.run(),
            Self::Sql(sql) => sql.run(),
            Self::Scheduler(scheduler) => scheduler.run(),
            Self::Executor(executor) => executor.run(),
        }
    }
}
