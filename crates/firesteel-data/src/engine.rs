// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Engine`: what runs the plans of a session.

use std::fmt::Debug;

use async_trait::async_trait;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use firesteel_core::Result;

/// What runs plans: the embedded engine of this crate, or a cluster.
///
/// Planning is the same for all: SQL and DataFrame calls build logical plans in [`context`](Engine::context). Only
/// the run differs.
#[async_trait]
pub trait Engine: Send + Sync + Debug {
    /// Where tables, views and functions are registered and SQL is planned.
    fn context(&self) -> &SessionContext;

    /// How many partitions are worth making.
    fn parallelism(&self) -> usize;

    /// How the engine is called in messages: `embedded`, `df://host:50050`.
    fn name(&self) -> &str;

    /// Whether plans leave this process.
    fn is_remote(&self) -> bool;

    /// Runs a plan and streams its rows: all partitions, in their order.
    ///
    /// # Errors
    /// Whatever planning or the start of the run meets; later errors come through the stream.
    async fn stream(&self, plan: LogicalPlan) -> Result<SendableRecordBatchStream>;

    /// Runs a plan and streams its partitions side by side; an engine that has no partitions to show gives one.
    ///
    /// # Errors
    /// As [`stream`](Engine::stream).
    async fn partitions(&self, plan: LogicalPlan) -> Result<Vec<SendableRecordBatchStream>> {
        Ok(vec![self.stream(plan).await?])
    }
}
