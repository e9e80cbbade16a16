// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tasks that run side by side and end together.

use std::future::Future;

use firesteel_core::{Result, err};
use tokio::task::JoinSet;

use crate::runtime::panicked;

/// What the tasks give, in their order; when one fails, the others are ended.
pub(crate) async fn side_by_side<T: Send + 'static>(
    tasks: impl IntoIterator<Item: Future<Output = Result<T>> + Send + 'static>,
) -> Result<Vec<T>> {
    let mut running = JoinSet::new();
    for (index, task) in tasks.into_iter().enumerate() {
        running.spawn(async move { Ok((index, task.await?)) });
    }
    let mut done: Vec<(usize, T)> = Vec::with_capacity(running.len());
    while let Some(outcome) = running.join_next().await {
        let outcome = outcome.map_err(|error| match error.try_into_panic() {
            Ok(panic) => panicked(panic.as_ref()),
            Err(_) => err::internal("a task was ended before it was done"),
        });
        done.push(outcome??);
    }
    done.sort_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, given)| given).collect())
}
