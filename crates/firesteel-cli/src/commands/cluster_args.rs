// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where queries run: in this process, or on a cluster.

use std::time::Duration;

use clap::Args;
use firesteel::prelude::*;

/// Where queries run.
#[derive(Debug, Args)]
pub(crate) struct ClusterArgs {
    /// Run on the cluster at df://host:port
    #[arg(long, value_name = "URL")]
    remote: Option<String>,
    /// How many seconds one action on the cluster may take; 600 unless said
    #[arg(long, value_name = "SECONDS", requires = "remote")]
    deadline: Option<u64>,
    /// How many seconds to wait for an executor when the cluster has none; 10 unless said
    #[arg(long, value_name = "SECONDS", requires = "remote")]
    grace: Option<u64>,
    /// How often a query is run again after the loss of an executor; 2 unless said
    #[arg(long, value_name = "TIMES", requires = "remote")]
    reruns: Option<usize>,
}

impl ClusterArgs {
    /// Starts the session.
    ///
    /// # Errors
    /// `InvalidArgument` for a value out of range, `Remote` when no scheduler answers.
    pub(crate) fn session(&self, app_name: &str) -> Result<Session> {
        let mut builder = Session::builder().app_name(app_name);
        if let Some(url) = &self.remote {
            builder = builder.remote(url);
        }
        if let Some(seconds) = self.deadline {
            builder = builder.deadline(Duration::from_secs(seconds));
        }
        if let Some(seconds) = self.grace {
            builder = builder.grace(Duration::from_secs(seconds));
        }
        if let Some(times) = self.reruns {
            builder = builder.reruns(times);
        }
        builder.build()
    }
}
