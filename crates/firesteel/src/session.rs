// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Session`: the data engine's session, which here can also be on a cluster.

use std::ops::Deref;
use std::time::Duration;

use firesteel_core::{Json, JsonMap, Result, err, json};
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
        SessionBuilder { data: data::Session::builder(), cluster: JsonMap::new() }
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
pub struct SessionBuilder {
    data: data::SessionBuilder,
    /// Options of the cluster engine, by name; here because they exist without its cargo feature too.
    cluster: JsonMap<String, Json>,
}

impl SessionBuilder {
    /// The name under which a cluster lists the jobs of this session.
    #[must_use]
    pub fn app_name(mut self, app_name: impl Into<String>) -> Self {
        self.data = self.data.app_name(app_name);
        self
    }

    /// A setting of the engine, such as `datafusion.execution.batch_size`.
    #[must_use]
    pub fn config(mut self, key: impl Into<String>, value: impl Into<data::OptionText>) -> Self {
        self.data = self.data.config(key, value);
        self
    }

    /// How many partitions a query is split into; by default the number of processors.
    #[must_use]
    pub fn partitions(mut self, partitions: usize) -> Self {
        self.data = self.data.partitions(partitions);
        self
    }

    /// The bytes of memory that sorting, grouping and joining may take in this process before they spill to disk;
    /// not for a cluster.
    #[must_use]
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.data = self.data.memory_limit(bytes);
        self
    }

    /// Runs on the cluster at `df://host:port` instead of in this process; needs the cargo feature `cluster`.
    #[must_use]
    pub fn remote(mut self, url: impl Into<String>) -> Self {
        self.data = self.data.remote(url);
        self
    }

    /// How long one action on a cluster may take; 10 minutes unless said. It needs
    /// [`remote`](SessionBuilder::remote), as the next two do.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.data = self.data.deadline(deadline);
        self
    }

    /// How long an action on a cluster waits for an executor when there is none; 10 seconds unless said.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.cluster.insert("grace".to_owned(), json!(grace.as_secs_f64()));
        self
    }

    /// How often a query on a cluster is run again after the loss of an executor; twice unless said.
    #[must_use]
    pub fn reruns(mut self, reruns: usize) -> Self {
        self.cluster.insert("reruns".to_owned(), json!(reruns));
        self
    }

    /// Starts the session.
    ///
    /// # Errors
    /// `InvalidArgument` for a setting out of range or without effect, `UnknownName` for an unknown one; `Unsupported`
    /// for a cluster without the cargo feature `cluster`, `Remote` when no scheduler answers at the address.
    pub fn build(self) -> Result<Session> {
        if let Some(name) = self.cluster.keys().next()
            && !self.data.is_remote()
        {
            return Err(err::invalid_argument("Session", name.as_str())
                .expected("left out without `remote`, where it has no effect")
                .fix("leave it out, or give `remote` the address of a cluster"));
        }
        #[cfg(feature = "cluster")]
        let session = {
            let options = firesteel_cluster::ClusterOptions::from_config(&self.cluster)?;
            let connect = |remote: &_, runtime: &_| {
                firesteel_cluster::connect_with(remote, runtime, &options)
            };
            self.data.build_with(connect)?
        };
        #[cfg(not(feature = "cluster"))]
        let session = self.data.build()?;
        Ok(Session(session))
    }
}
