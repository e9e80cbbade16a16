// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs stages on the session's engine.

use std::sync::Arc;

use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::LogicalPlan;
use firesteel_core::{Error, Result, err};
use futures::TryStreamExt as _;
use tokio::task::{JoinError, JoinSet};

use super::element::Element;
use super::stage::Stage;
use super::table::from_batch;
use crate::{Session, failure};

/// The elements of all partitions, in the partitions' order.
pub(super) fn elements<T: Element>(session: &Session, stage: &Stage) -> Result<Vec<T>> {
    let partitions = each_partition(session, stage, |_, stream| elements_of::<T>(stream))?;
    Ok(partitions.into_iter().flatten().collect())
}

async fn elements_of<T: Element>(mut stream: SendableRecordBatchStream) -> Result<Vec<T>> {
    let mut elements = Vec::new();
    while let Some(batch) = stream.try_next().await.map_err(failure::of_run)? {
        elements.extend(from_batch::<T>(&batch)?);
    }
    Ok(elements)
}

/// The first elements in the order of partitions; a partition is run only if those before it have too few.
pub(super) fn first_elements<T: Element>(
    session: &Session,
    stage: &Stage,
    most: usize,
) -> Result<Vec<T>> {
    let (engine, plan) = (Arc::clone(session.engine()), plan(session, stage)?);
    session.wait(async move {
        let mut elements = Vec::new();
        for mut stream in engine.partitions(plan).await? {
            while elements.len() < most {
                let batch = stream.try_next().await.map_err(failure::of_run)?;
                let Some(batch) = batch else { break };
                elements.extend(from_batch::<T>(&batch)?.take(most - elements.len()));
            }
        }
        Ok(elements)
    })
}

/// What `work` makes of each partition, in the partitions' order; they run side by side.
pub(super) fn each_partition<R, W>(
    session: &Session,
    stage: &Stage,
    work: impl Fn(usize, SendableRecordBatchStream) -> W + Send + 'static,
) -> Result<Vec<R>>
where
    R: Send + 'static,
    W: Future<Output = Result<R>> + Send + 'static,
{
    let (engine, plan) = (Arc::clone(session.engine()), plan(session, stage)?);
    session.wait(async move {
        // tasks that still run when one has failed are ended with the set
        let mut tasks = JoinSet::new();
        for (index, stream) in engine.partitions(plan).await?.into_iter().enumerate() {
            let task = work(index, stream);
            tasks.spawn(async move { Ok((index, task.await?)) });
        }
        let mut results: Vec<(usize, R)> = Vec::with_capacity(tasks.len());
        while let Some(task) = tasks.join_next().await {
            results.push(task.map_err(lost_task)??);
        }
        results.sort_by_key(|(index, _)| *index);
        Ok(results.into_iter().map(|(_, result)| result).collect())
    })
}

fn plan(session: &Session, stage: &Stage) -> Result<LogicalPlan> {
    if session.engine().is_remote() {
        stage.check_shippable()?;
    }
    stage.plan()
}

fn lost_task(error: JoinError) -> Error {
    err::internal("a task ended without a result").caused_by(error)
}
