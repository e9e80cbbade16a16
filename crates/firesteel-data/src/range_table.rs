// SPDX-License-Identifier: MIT OR Apache-2.0
//! `RangeTable`: evenly spaced numbers in column `id`, made batch by batch as they are asked for.
//!
//! On a cluster, a [`ShippedRange`](crate::shipped_range::ShippedRange) stands in its place.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::functions_table::generate_series::{GenSeriesArgs, GenerateSeriesTable};
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::memory::LazyMemoryExec;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use datafusion::physical_plan::union::UnionExec;
use firesteel_core::err;

/// The name that the generator of batches shows in plans.
const SERIES: &str = "range";

/// `start`, `start + step`, .. to below `end`, in partitions of equal size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RangeTable {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) step: i64,
    pub(crate) partitions: usize,
}

impl RangeTable {
    /// The numbers from `start` to below `end`.
    ///
    /// # Errors
    /// `InvalidArgument` for a step of 0 or no partition.
    pub(crate) fn try_new(
        start: i64,
        end: i64,
        step: i64,
        partitions: usize,
    ) -> firesteel_core::Result<Self> {
        if step == 0 {
            return Err(err::invalid_argument("range", "step").expected("other than 0").got(0));
        }
        if partitions == 0 {
            return Err(err::invalid_argument("range", "partitions").expected("at least 1").got(0));
        }
        Ok(Self { start, end, step, partitions })
    }

    /// How many numbers there are; up to 2^64.
    fn count(self) -> i128 {
        let (start, end, step) =
            (i128::from(self.start), i128::from(self.end), i128::from(self.step));
        let distance = if step > 0 { end - start } else { start - end };
        if distance <= 0 { 0 } else { (distance - 1) / step.abs() + 1 }
    }

    /// Which of the numbers a partition has.
    pub(crate) fn positions(self, partition: usize) -> Range<i128> {
        let bound = |index: usize| index as i128 * self.count() / self.partitions as i128;
        bound(partition)..bound(partition + 1)
    }

    /// The number at a position.
    pub(crate) fn at(self, position: i128) -> i64 {
        (i128::from(self.start) + position * i128::from(self.step)) as i64
    }

    /// The numbers of a partition, as a series that ends with its last one.
    fn series(self, partition: usize) -> GenSeriesArgs {
        let positions = self.positions(partition);
        if positions.is_empty() {
            return GenSeriesArgs::ContainsNull { name: SERIES };
        }
        GenSeriesArgs::Int64Args {
            start: self.at(positions.start),
            end: self.at(positions.end - 1),
            step: self.step,
            include_end: true,
            name: SERIES,
        }
    }
}

#[async_trait]
impl TableProvider for RangeTable {
    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, false)]))
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let batch_size = state.config().batch_size();
        let partition = |index| -> Result<Arc<dyn ExecutionPlan>> {
            let series = GenerateSeriesTable::new(self.schema(), self.series(index));
            let generator = series.as_generator(batch_size)?;
            Ok(Arc::new(LazyMemoryExec::try_new(self.schema(), vec![generator])?))
        };
        let mut partitions = (0..self.partitions).map(partition).collect::<Result<Vec<_>>>()?;
        let all = match partitions.len() {
            1 => partitions.remove(0),
            _ => UnionExec::try_new(partitions)?,
        };
        // `count(*)` asks for no column
        match projection {
            Some(columns) if columns.is_empty() => {
                Ok(Arc::new(ProjectionExec::try_new(Vec::<ProjectionExpr>::new(), all)?))
            }
            _ => Ok(all),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(start: i64, end: i64, step: i64, partitions: usize) -> Vec<Option<(i64, i64)>> {
        let table = RangeTable { start, end, step, partitions };
        let ends = |partition| match table.series(partition) {
            GenSeriesArgs::Int64Args { start, end, .. } => Some((start, end)),
            _ => None,
        };
        (0..partitions).map(ends).collect()
    }

    #[test]
    fn partitions_share_the_numbers() {
        assert_eq!(ends(0, 10, 1, 3), [Some((0, 2)), Some((3, 5)), Some((6, 9))]);
        assert_eq!(ends(5, 0, -2, 2), [Some((5, 5)), Some((3, 1))]);
        assert_eq!(ends(0, 1, 1, 2), [None, Some((0, 0))]);
        assert_eq!(ends(3, 3, 1, 1), [None]);
        assert_eq!(ends(i64::MIN, i64::MAX, 1, 1), [Some((i64::MIN, i64::MAX - 1))]);
    }
}
