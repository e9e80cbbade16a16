// SPDX-License-Identifier: MIT OR Apache-2.0
//! `DataFrame`: a table that is planned, not yet computed.

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::LogicalPlan;
use firesteel_core::Result;
use futures::TryStreamExt as _;
use std::sync::Arc;

use crate::{Session, failure};

/// A table that is planned, not yet computed; each call returns a new one.
#[derive(Clone, Debug)]
pub struct DataFrame {
    session: Session,
    plan: LogicalPlan,
}

impl DataFrame {
    /// The table that a plan of the engine describes.
    pub fn from_plan(session: &Session, plan: LogicalPlan) -> Self {
        Self { session: session.clone(), plan }
    }

    /// The session it belongs to.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The plan, as the engine sees it.
    pub fn plan(&self) -> &LogicalPlan {
        &self.plan
    }

    /// The names and types of the columns.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(self.plan.schema().inner())
    }

    /// The names of the columns.
    pub fn columns(&self) -> Vec<String> {
        let schema: &Schema = self.plan.schema().as_arrow();
        schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// Starts the query; the rows come batch by batch, never all at once.
    ///
    /// # Errors
    /// Whatever planning or the start of the run meets; later errors come through the stream.
    pub fn stream(&self) -> Result<SendableRecordBatchStream> {
        let (engine, plan) = (Arc::clone(self.session.engine()), self.plan.clone());
        self.session.wait(async move { engine.stream(plan).await })
    }

    /// Runs the query and returns all rows as record batches.
    ///
    /// # Errors
    /// Whatever the query meets.
    pub fn collect_batches(&self) -> Result<Vec<RecordBatch>> {
        let (engine, plan) = (Arc::clone(self.session.engine()), self.plan.clone());
        self.session.wait(async move {
            engine.stream(plan).await?.try_collect().await.map_err(failure::of_run)
        })
    }
}
