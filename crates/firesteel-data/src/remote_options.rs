// SPDX-License-Identifier: MIT OR Apache-2.0
//! `RemoteOptions`: where a cluster is and how long to wait for it.

use std::time::Duration;

use datafusion::prelude::SessionConfig;

/// What a [`SessionBuilder`](crate::SessionBuilder) was told about a cluster; the cluster engine connects with it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RemoteOptions {
    /// The scheduler, as `df://host:port`.
    pub url: String,
    /// How long one action may take before it is cancelled with an error.
    pub deadline: Duration,
    /// The partitions asked for, where the user asked.
    pub partitions: Option<usize>,
    /// The name of the application.
    pub app_name: String,
    /// The engine settings, with the user's own on top.
    pub config: SessionConfig,
}
