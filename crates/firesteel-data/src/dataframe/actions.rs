// SPDX-License-Identifier: MIT OR Apache-2.0
//! What makes a query run: `collect`, `count`, `first` and their like.

use std::sync::Arc;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::execution::SendableRecordBatchStream;
use firesteel_core::{Result, err};
use futures::TryStreamExt as _;

use super::DataFrame;
use crate::functions::count;
use crate::side_by_side::side_by_side;
use crate::{Batches, Row, sources};

impl DataFrame {
    /// Starts the query; the rows come batch by batch, never all at once. For async callers.
    ///
    /// # Errors
    /// Whatever planning or the start of the run meets; later errors come through the stream.
    pub fn stream(&self) -> Result<SendableRecordBatchStream> {
        let (engine, plan) = (Arc::clone(self.session.engine()), self.plan.clone());
        self.session.wait(async move { engine.stream(plan).await })
    }

    /// Starts the query; the rows come batch by batch, while the query goes on in the background.
    ///
    /// # Errors
    /// Whatever planning or the start of the run meets; later errors come through the iterator.
    pub fn to_batches(&self) -> Result<Batches> {
        Batches::start(&self.session, self.plan.clone())
    }

    /// Starts the query; the rows come partition by partition, each batch by batch. Reading the partitions in
    /// turn gives an order that does not depend on which thread was faster; below a join, group or window, the rows of
    /// partitions that wait for their turn are kept meanwhile.
    ///
    /// # Errors
    /// Whatever planning or the start of the run meets; later errors come through the iterators.
    pub fn to_partitions(&self) -> Result<Vec<Batches>> {
        Batches::start_partitions(&self.session, &self.plan)
    }

    /// Runs the query and returns all rows as record batches.
    ///
    /// # Errors
    /// Whatever the query meets.
    pub fn collect_batches(&self) -> Result<Vec<RecordBatch>> {
        Ok(self.collect_partitions()?.into_iter().flatten().collect())
    }

    /// Runs the query and returns the record batches of each partition. As all of them are kept anyway, no partition
    /// waits for another.
    ///
    /// # Errors
    /// Whatever the query meets.
    pub fn collect_partitions(&self) -> Result<Vec<Vec<RecordBatch>>> {
        let (engine, plan) = (Arc::clone(self.session.engine()), self.plan.clone());
        self.session.wait(async move {
            let streams = engine.partitions(plan.clone()).await?;
            let tasks =
                streams.into_iter().map(|stream| {
                    let plan = plan.clone();
                    async move {
                        stream.try_collect().await.map_err(|error| sources::explain(&plan, error))
                    }
                });
            side_by_side(tasks).await
        })
    }

    /// Runs the query and returns all rows.
    ///
    /// # Errors
    /// Whatever the query meets.
    pub fn collect(&self) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for batch in self.collect_batches()? {
            rows.extend(Row::of_batch(&batch)?);
        }
        Ok(rows)
    }

    /// How many rows the table has.
    ///
    /// # Errors
    /// Whatever the query meets.
    pub fn count(&self) -> Result<u64> {
        let counted = self.agg([count("*").alias("count")])?.collect()?;
        let row = counted.first().ok_or_else(|| err::internal("a count without a row"))?;
        Ok(row.get_i64("count")?.unsigned_abs())
    }

    /// The first `n` rows.
    ///
    /// # Errors
    /// Whatever the query meets.
    pub fn take(&self, n: usize) -> Result<Vec<Row>> {
        self.limit(n)?.collect()
    }

    /// The first `n` rows; another name for [`take`](DataFrame::take).
    ///
    /// # Errors
    /// Whatever the query meets.
    pub fn head(&self, n: usize) -> Result<Vec<Row>> {
        self.take(n)
    }

    /// The first row; `None` when there is none.
    ///
    /// # Errors
    /// Whatever the query meets.
    pub fn first(&self) -> Result<Option<Row>> {
        Ok(self.take(1)?.into_iter().next())
    }

    /// Whether the table has no row.
    ///
    /// # Errors
    /// Whatever the query meets.
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.first()?.is_none())
    }
}
