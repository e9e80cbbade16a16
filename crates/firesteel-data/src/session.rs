// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Session`: the entry to everything on data.

use std::future::Future;
use std::sync::Arc;

use datafusion::prelude::SessionContext;
use firesteel_core::Result;

use crate::{Engine, Runtime, SessionBuilder};

/// The entry to tables, SQL and RDDs; Spark's `SparkSession` and `SparkContext` in one.
///
/// A clone is the same session. Every call is synchronous and may be made from any thread.
#[derive(Clone, Debug)]
pub struct Session {
    engine: Arc<dyn Engine>,
    runtime: Arc<Runtime>,
}

impl Session {
    /// The settings from which a session starts.
    pub fn builder() -> SessionBuilder {
        SessionBuilder::new()
    }

    /// A session on an engine that exists already.
    pub fn from_engine(engine: Arc<dyn Engine>, runtime: Runtime) -> Self {
        Self { engine, runtime: Arc::new(runtime) }
    }

    /// What runs the plans of this session.
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// The planning context of the engine: tables, views, functions.
    pub fn context(&self) -> &SessionContext {
        self.engine.context()
    }

    /// How many partitions are worth making.
    pub fn parallelism(&self) -> usize {
        self.engine.parallelism()
    }

    /// The threads of the session.
    pub fn runtime(&self) -> &Arc<Runtime> {
        &self.runtime
    }

    /// Runs async work on the session's threads while the calling thread waits.
    ///
    /// # Errors
    /// What the work returns; `Internal` when it panics.
    pub fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        self.runtime.wait(work)
    }
}
