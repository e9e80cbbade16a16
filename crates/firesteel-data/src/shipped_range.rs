// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ShippedRange`: evenly spaced numbers, planned so that each task of a cluster makes its own.
//!
//! A scheduler divides a plan by the partitions of its leaves, and knows only leaves that hold their partitions:
//! of any other leaf every task reads all. So the leaf here is a table in memory with the ends of short runs of
//! numbers, a row a batch; the operators above make lists of them and unfold those.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::memory::{DataSourceExec, MemorySourceConfig};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::UnnestOptions;
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::functions_nested::range::gen_series_udf;
use datafusion::logical_expr::Expr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use datafusion::physical_plan::unnest::{ListUnnest, UnnestExec};

use crate::range_table::RangeTable;

/// Numbers of a run, unless there would be too many runs.
const RUN: i128 = 1 << 13;
/// Runs of a partition at most.
const RUNS: i128 = 1 << 10;

/// A [`RangeTable`] on a scheduler.
#[derive(Debug)]
pub(crate) struct ShippedRange(pub(crate) RangeTable);

impl ShippedRange {
    /// The ends of a partition's runs, each in a batch of its own.
    fn runs(&self, partition: usize, schema: &SchemaRef) -> Result<Vec<RecordBatch>> {
        let positions = self.0.positions(partition);
        let length = ((positions.end - positions.start) / RUNS + 1).max(RUN);
        let mut batches = Vec::new();
        let mut first = positions.start;
        while first < positions.end {
            let last = (first + length).min(positions.end) - 1;
            let row = [self.0.at(first), self.0.at(last), self.0.step];
            let columns = row.map(|number| Arc::new(Int64Array::from(vec![number])) as _).to_vec();
            batches.push(RecordBatch::try_new(Arc::clone(schema), columns)?);
            first = last + 1;
        }
        Ok(batches)
    }
}

#[async_trait]
impl TableProvider for ShippedRange {
    fn schema(&self) -> SchemaRef {
        self.0.schema()
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
        let names = ["start", "end", "step"];
        let fields = names.map(|name| Field::new(name, DataType::Int64, false));
        let schema = Arc::new(Schema::new(fields.to_vec()));
        let partitions = (0..self.0.partitions).map(|index| self.runs(index, &schema));
        let partitions = partitions.collect::<Result<Vec<_>>>()?;
        let source = MemorySourceConfig::try_new(&partitions, Arc::clone(&schema), None)?;
        let columns = names.iter().enumerate();
        let columns = columns.map(|(index, name)| Arc::new(Column::new(name, index)) as _);
        let options = Arc::new(state.config_options().clone());
        let series: Arc<dyn PhysicalExpr> = Arc::new(ScalarFunctionExpr::try_new(
            gen_series_udf(),
            columns.collect(),
            &schema,
            options,
        )?);
        let lists = vec![ProjectionExpr { expr: series, alias: "id".to_owned() }];
        let lists = ProjectionExec::try_new(lists, DataSourceExec::from_data_source(source))?;
        let unfolded: Arc<dyn ExecutionPlan> = Arc::new(UnnestExec::new(
            Arc::new(lists),
            vec![ListUnnest { index_in_input_schema: 0, depth: 1 }],
            Vec::new(),
            self.schema(),
            UnnestOptions::default(),
        )?);
        // `count(*)` asks for no column
        match projection {
            Some(columns) if columns.is_empty() => {
                Ok(Arc::new(ProjectionExec::try_new(Vec::<ProjectionExpr>::new(), unfolded)?))
            }
            _ => Ok(unfolded),
        }
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::AsArray;
    use datafusion::arrow::datatypes::Int64Type;
    use datafusion::physical_plan::ExecutionPlanProperties;
    use datafusion::prelude::SessionContext;

    use super::*;

    async fn numbers(range: RangeTable) -> Vec<Vec<i64>> {
        let context = SessionContext::new();
        let plan = ShippedRange(range).scan(&context.state(), None, &[], None).await.unwrap();
        assert_eq!(plan.output_partitioning().partition_count(), range.partitions);
        let mut partitions = Vec::new();
        for index in 0..range.partitions {
            let rows = plan.execute(index, context.task_ctx()).unwrap();
            let batches = datafusion::physical_plan::common::collect(rows).await.unwrap();
            let values = batches
                .iter()
                .flat_map(|b| b.column(0).as_primitive::<Int64Type>().values().to_vec());
            partitions.push(values.collect());
        }
        partitions
    }

    #[tokio::test]
    async fn each_partition_has_its_numbers() {
        let range = |start, end, step, partitions| RangeTable { start, end, step, partitions };
        assert_eq!(numbers(range(0, 5, 1, 2)).await, [vec![0, 1], vec![2, 3, 4]]);
        assert_eq!(numbers(range(5, 0, -2, 2)).await, [vec![5], vec![3, 1]]);
        assert_eq!(numbers(range(0, 1, 1, 2)).await, [vec![], vec![0]]);
        let ends = numbers(range(i64::MAX - 2, i64::MAX, 1, 1)).await;
        assert_eq!(ends, [vec![i64::MAX - 2, i64::MAX - 1]]);
        let long = numbers(range(0, 100_000, 1, 3)).await.concat();
        assert!(long.iter().copied().eq(0..100_000));
    }
}
