// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SessionBuilder`: the settings from which a `Session` starts.

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use datafusion::prelude::SessionConfig;
use firesteel_core::{IndexMap, Result, err};

use crate::{EmbeddedEngine, Engine, OptionText, RemoteOptions, Runtime, Session, failure};

const DEADLINE: Duration = Duration::from_secs(600);
/// A year.
const LONGEST_DEADLINE: Duration = Duration::from_secs(366 * 24 * 3600);

/// Collects the settings of a [`Session`]; made by [`Session::builder`].
#[derive(Clone, Debug)]
pub struct SessionBuilder {
    app_name: String,
    partitions: Option<usize>,
    memory_limit: Option<usize>,
    remote: Option<String>,
    deadline: Option<Duration>,
    config: IndexMap<String, String>,
}

impl SessionBuilder {
    pub(crate) fn new() -> Self {
        Self {
            app_name: "firesteel".to_owned(),
            partitions: None,
            memory_limit: None,
            remote: None,
            deadline: None,
            config: IndexMap::new(),
        }
    }

    /// A name for logs and for the cluster's page.
    #[must_use]
    pub fn app_name(mut self, app_name: impl Into<String>) -> Self {
        self.app_name = app_name.into();
        self
    }

    /// A setting of the engine, such as `datafusion.execution.batch_size`.
    #[must_use]
    pub fn config(mut self, key: impl Into<String>, value: impl Into<OptionText>) -> Self {
        self.config.insert(key.into(), value.into().0);
        self
    }

    /// How many partitions a query is split into; by default the number of processors.
    #[must_use]
    pub fn partitions(mut self, partitions: usize) -> Self {
        self.partitions = Some(partitions);
        self
    }

    /// The bytes of memory that sorting, grouping and joining may take in this process before they spill to disk.
    #[must_use]
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.memory_limit = Some(bytes);
        self
    }

    /// Runs on the cluster at `df://host:port` instead of in this process.
    #[must_use]
    pub fn remote(mut self, url: impl Into<String>) -> Self {
        self.remote = Some(url.into());
        self
    }

    /// How long one action on a cluster may take; 10 minutes unless said. It needs
    /// [`remote`](SessionBuilder::remote).
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Whether the session will be on a cluster.
    pub fn is_remote(&self) -> bool {
        self.remote.is_some()
    }

    /// Starts the session in this process.
    ///
    /// # Errors
    /// `InvalidArgument` for a setting out of range or without effect, `UnknownName` for an unknown one;
    /// `Unsupported` when a cluster was asked for, which needs the cargo feature `cluster`.
    pub fn build(self) -> Result<Session> {
        self.build_with(|options, _| {
            let what =
                format!("`remote(\"{}\")`: built without the cargo feature `cluster`", options.url);
            Err(err::unsupported(what).fix("enable it, or leave `remote` out"))
        })
    }

    /// Starts the session; `connect` makes the engine where [`remote`](SessionBuilder::remote) was called.
    ///
    /// # Errors
    /// As [`build`](SessionBuilder::build), and whatever `connect` meets.
    pub fn build_with(
        self,
        connect: impl FnOnce(&RemoteOptions, &Runtime) -> Result<Arc<dyn Engine>>,
    ) -> Result<Session> {
        self.validate()?;
        let partitions = self.partitions.unwrap_or_else(processors);
        let runtime = Runtime::new(partitions.min(processors()))?;
        let config = self.session_config(partitions)?;
        let engine: Arc<dyn Engine> = match self.remote {
            None => Arc::new(EmbeddedEngine::new(config, self.memory_limit)?),
            Some(url) => {
                let Self { deadline, partitions, app_name, .. } = self;
                let deadline = deadline.unwrap_or(DEADLINE);
                let options = RemoteOptions { url, deadline, partitions, app_name, config };
                connect(&options, &runtime)?
            }
        };
        Ok(Session::from_engine(engine, runtime))
    }

    fn validate(&self) -> Result<()> {
        let at_least_one = |name, value: Option<usize>| match value {
            Some(0) => Err(err::invalid_argument("Session", name).expected("at least 1").got(0)),
            _ => Ok(()),
        };
        at_least_one("partitions", self.partitions)?;
        at_least_one("memory_limit", self.memory_limit)?;
        if let Some(deadline) = self.deadline
            && (deadline.is_zero() || deadline > LONGEST_DEADLINE)
        {
            return Err(err::invalid_argument("Session", "deadline")
                .expected(format!("above 0, at most {LONGEST_DEADLINE:?}"))
                .got(format!("{deadline:?}")));
        }
        self.validate_place()
    }

    /// Settings that would have no effect where the session runs.
    fn validate_place(&self) -> Result<()> {
        if self.memory_limit.is_some() && self.is_remote() {
            return Err(err::invalid_argument("Session", "memory_limit")
                .expected("left out on a cluster, where it has no effect")
                .fix("limit the memory of the executors' processes, or leave `remote` out"));
        }
        if self.deadline.is_some() && !self.is_remote() {
            return Err(err::invalid_argument("Session", "deadline")
                .expected("left out without `remote`, where it has no effect")
                .fix("leave it out, or give `remote` the address of a cluster"));
        }
        Ok(())
    }

    fn session_config(&self, partitions: usize) -> Result<SessionConfig> {
        let mut config = spark_like(partitions);
        for (key, value) in &self.config {
            config
                .options_mut()
                .set(key, value)
                .map_err(|error| failure::of_setting(key, error))?;
        }
        Ok(config)
    }
}

/// The settings under which DataFusion plans as Spark does, and the same on both engines.
fn spark_like(partitions: usize) -> SessionConfig {
    let mut config = SessionConfig::new().with_target_partitions(partitions);
    let options = config.options_mut();
    options.catalog.information_schema = true;
    options.execution.enable_ansi_mode = true;
    options.execution.parquet.schema_force_view_types = false;
    options.sql_parser.map_string_types_to_utf8view = false;
    "nulls_min".clone_into(&mut options.sql_parser.default_null_ordering);
    // it takes a struct that is renamed to its own name, as every source does, for two
    options.optimizer.enable_leaf_expression_pushdown = false;
    // rows stay in the partition they are read into, so that what is drawn by partition is always the same
    options.optimizer.enable_round_robin_repartition = false;
    options.execution.enable_file_stream_work_stealing = false;
    config
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}
