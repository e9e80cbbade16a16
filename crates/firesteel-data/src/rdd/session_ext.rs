// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where RDDs come from: values at hand, text files, tables.

use std::path::Path;

use datafusion::arrow::array::RecordBatch;
use datafusion::execution::context::QueryPlanner as _;
use datafusion::physical_plan::ExecutionPlanProperties as _;
use firesteel_core::{Result, err};

use super::element::Element;
use super::links::ReadLinesLink;
use super::query_planner::FiresteelQueryPlanner;
use super::rdd::{Rdd, decode};
use super::relation::relation;
use super::stage::Input;
use super::step::Call;
use super::table::{from_batch, schema_of, to_batches};
use super::text::{Split, find_files, split_files};
use crate::{DataFrame, Session, failure};

/// Elements of `parallelize` that travel as one row.
const CHUNK: usize = 1 << 16;

impl Session {
    /// An RDD of values at hand, in as many partitions as the session has.
    #[track_caller]
    pub fn parallelize<T: Element>(&self, values: impl IntoIterator<Item = T>) -> Rdd<T> {
        let values: Vec<T> = values.into_iter().collect();
        parallelize(self, Call::here("parallelize"), values, self.parallelism().max(1))
    }

    /// An RDD of values at hand in so many partitions; partition `i` of `p` holds the `n` values from
    /// `floor(i n / p)` on.
    ///
    /// # Errors
    /// `InvalidArgument` when `n_partitions` is 0.
    #[track_caller]
    pub fn parallelize_with<T: Element>(
        &self,
        values: impl IntoIterator<Item = T>,
        n_partitions: usize,
    ) -> Result<Rdd<T>> {
        at_least_one("parallelize_with", "n_partitions", n_partitions)?;
        let values: Vec<T> = values.into_iter().collect();
        Ok(parallelize(self, Call::here("parallelize_with"), values, n_partitions))
    }

    /// The lines of text files: of a file, of the files in a folder, of a pattern such as `logs/*.txt`, or of
    /// several of these with commas between; `.gz` files are unpacked.
    ///
    /// Lines end with `\n`, `\r\n` or `\r`. Files are read when an action runs, in pieces of at most 32 MiB, in at
    /// least two partitions where the session has two.
    ///
    /// # Errors
    /// `Io` when the path means no file. An action fails with `Format` and the place when a file is not UTF-8.
    #[track_caller]
    pub fn text_file(&self, path: impl AsRef<Path>) -> Result<Rdd<String>> {
        text_file(self, Call::here("text_file"), path.as_ref(), self.parallelism().min(2))
    }

    /// [`text_file`](Session::text_file) in at least about `min_partitions` partitions.
    ///
    /// # Errors
    /// As [`text_file`](Session::text_file); `InvalidArgument` when `min_partitions` is 0.
    #[track_caller]
    pub fn text_file_with(
        &self,
        path: impl AsRef<Path>,
        min_partitions: usize,
    ) -> Result<Rdd<String>> {
        at_least_one("text_file_with", "min_partitions", min_partitions)?;
        text_file(self, Call::here("text_file_with"), path.as_ref(), min_partitions)
    }
}

impl DataFrame {
    /// The rows as an RDD; columns are matched by position, and must have the types of `T`'s.
    ///
    /// # Errors
    /// `Schema` when the columns are others than those of `T`.
    pub fn rdd<T: Element>(&self) -> Result<Rdd<T>> {
        from_batch::<T>(&RecordBatch::new_empty(self.schema()))?;
        let rdd =
            |n| Rdd::<T>::new(self.session(), n, Input::Plan(self.plan().clone()), decode::<T>());
        Ok(rdd(planned_partitions(self.session(), &rdd(1))?))
    }
}

/// How many partitions the engine makes of a table; planning tells, without running anything.
fn planned_partitions<T: Element>(session: &Session, rdd: &Rdd<T>) -> Result<usize> {
    let (state, plan) = (session.context().state(), rdd.rows(None).plan()?);
    session.wait(async move {
        let planned = async {
            let plan = state.optimize(&plan)?;
            FiresteelQueryPlanner.create_physical_plan(&plan, &state).await
        };
        let planned = planned.await.map_err(failure::of_planning)?;
        Ok(planned.output_partitioning().partition_count())
    })
}

fn parallelize<T: Element>(session: &Session, call: Call, values: Vec<T>, n: usize) -> Rdd<T> {
    let input = chunks(values, n)
        .and_then(|partitions| relation("parallelize", schema_of::<Vec<T>>(), partitions));
    let input = input.map_or_else(|error| Input::Broken(error.to_string()), Input::Plan);
    let chunks = Rdd::<Vec<T>>::new(session, n, input, decode::<Vec<T>>());
    chunks.flat_map_as(call, |chunk| chunk)
}

/// The values in partitions of rows that each hold a list. Few rows, so that no planner sees reason to split them.
fn chunks<T: Element>(values: Vec<T>, n: usize) -> Result<Vec<Vec<RecordBatch>>> {
    let n_values = values.len();
    let mut values = values.into_iter();
    let partition = |index: usize| {
        let mut left = (index + 1) * n_values / n - index * n_values / n;
        let mut batches = Vec::new();
        while left > 0 {
            let chunk: Vec<T> = values.by_ref().take(left.min(CHUNK)).collect();
            left -= chunk.len();
            batches.extend(to_batches([chunk])?);
        }
        Ok(batches)
    };
    (0..n).map(partition).collect()
}

fn text_file(
    session: &Session,
    call: Call,
    path: &Path,
    min_partitions: usize,
) -> Result<Rdd<String>> {
    let splits = split_files(find_files(path)?, min_partitions);
    let n_partitions = splits.len().max(1);
    let rows = splits.into_iter().map(|split| to_batches([split])).collect::<Result<_>>()?;
    let input = Input::Plan(relation("text_file", schema_of::<Split>(), rows)?);
    let splits = Rdd::<Split>::new(session, n_partitions, input, decode::<Split>());
    Ok(splits.link::<String, (), ReadLinesLink>(call, ()))
}

fn at_least_one(call: &str, name: &str, value: usize) -> Result<()> {
    match value {
        0 => Err(err::invalid_argument(call, name).expected("at least 1").got(0)),
        _ => Ok(()),
    }
}
