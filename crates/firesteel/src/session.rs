// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Session`: the data engine's session, which here can also be on a cluster.

use std::ops::Deref;
use std::time::Duration;

use firesteel_core::Result;
use firesteel_data as data;

/// Where tables are read and queries run: in this process, or on a cluster with one changed line.
///
/// It is a [`data::Session`] with all its methods, made by a builder that knows the cluster engine.
///
/// # Examples
/// ```
/// use firesteel::prelude::*;
///
/// let spark = Session::builder().app_name("tour").build()?;   // .remote("df://host:50050") for a cluster
/// spark.sql("SELECT 1 + 1 AS two")?.show()?;
/// # Ok::<(), firesteel::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Session(data::Session);

impl Session {
    /// The settings of a session.
    pub fn builder() -> SessionBuilder {
        SessionBuilder(data::Session::builder())
    }
}

impl Deref for Session {
    type Target = data::Session;

    fn deref(&self) -> &data::Session {
        &self.0
    }
}

impl From<Session> for data::Session {
    fn from(session: Session) -> Self {
        session.0
    }
}

/// Collects the settings of a [`Session`].
#[derive(Clone, Debug)]
pub struct SessionBuilder(data::SessionBuilder);

impl SessionBuilder {
    /// A name for logs and for the cluster's page.
    #[must_use]
    pub fn app_name(self, app_name: impl Into<String>) -> Self {
        Self(self.0.app_name(app_name))
    }

    /// A setting of the engine, such as `datafusion.execution.batch_size`.
    #[must_use]
    pub fn config(self, key: impl Into<String>, value: impl Into<data::OptionText>) -> Self {
        Self(self.0.config(key, value))
    }

    /// How many partitions a query is split into; by default the number of processors.
    #[must_use]
    pub fn partitions(self, partitions: usize) -> Self {
        Self(self.0.partitions(partitions))
    }

    /// The bytes of memory that sorting, grouping and joining may take before they spill to disk.
    #[must_use]
    pub fn memory_limit(self, bytes: usize) -> Self {
        Self(self.0.memory_limit(bytes))
    }

    /// Runs on the cluster at `df://host:port` instead of in this process; needs the cargo feature `cluster`.
    #[must_use]
    pub fn remote(self, url: impl Into<String>) -> Self {
        Self(self.0.remote(url))
    }

    /// How long one action on a cluster may take; 10 minutes unless said.
    #[must_use]
    pub fn deadline(self, deadline: Duration) -> Self {
        Self(self.0.deadline(deadline))
    }

    /// Starts the session.
    ///
    /// # Errors
    /// `InvalidArgument` for a setting out of range, `UnknownName` for an unknown one; `Unsupported` for a cluster
    /// without the cargo feature `cluster`, `Remote` when no scheduler answers at the address.
    pub fn build(self) -> Result<Session> {
        #[cfg(feature = "cluster")]
        let session = self.0.build_with(firesteel_cluster::connect)?;
        #[cfg(not(feature = "cluster"))]
        let session = self.0.build()?;
        Ok(Session(session))
    }
}
