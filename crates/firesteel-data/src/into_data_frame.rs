// SPDX-License-Identifier: MIT OR Apache-2.0
//! `IntoDataFrame`: what `create_data_frame` takes.

use datafusion::arrow::record_batch::RecordBatch;
use firesteel_core::{Result, err};

use crate::{DataFrame, Session};

/// Rows in memory, or an RDD, that can be a table.
pub trait IntoDataFrame {
    /// The table of these rows.
    ///
    /// # Errors
    /// `Schema` when the rows do not make a table.
    fn into_data_frame(self, session: &Session) -> Result<DataFrame>;
}

impl IntoDataFrame for RecordBatch {
    fn into_data_frame(self, session: &Session) -> Result<DataFrame> {
        session.from_partitions(self.schema(), vec![vec![self]])
    }
}

/// Batches of one schema; many are spread over the partitions in their order.
impl IntoDataFrame for Vec<RecordBatch> {
    fn into_data_frame(self, session: &Session) -> Result<DataFrame> {
        let Some(first) = self.first() else {
            return Err(
                err::schema("a table of no batch has no columns").fix("give one empty batch")
            );
        };
        let schema = first.schema();
        let each = self.len().div_ceil(session.parallelism());
        let partitions = self.chunks(each).map(<[RecordBatch]>::to_vec).collect();
        session.from_partitions(schema, partitions)
    }
}
