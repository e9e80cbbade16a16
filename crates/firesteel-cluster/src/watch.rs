// SPDX-License-Identifier: MIT OR Apache-2.0
//! Watching executors while a job runs.

use std::time::Duration;

use firesteel_core::Result;
use futures::future::{Either, select, select_all};
use tokio::time::sleep;

use crate::executors::{Executors, Member};
use crate::liveness;
use crate::remote_scheduler::RemoteScheduler;

/// How often the scheduler is asked for its executors.
const PERIOD: Duration = Duration::from_millis(300);

/// Failed questions in a row after which the scheduler counts as lost.
const TRIES: usize = 3;

/// Waits until one of `executors` is lost: nobody listens there, or the scheduler has dropped it.
///
/// # Errors
/// `Remote` when the scheduler itself does not answer any more.
pub(crate) async fn first_lost(
    scheduler: &RemoteScheduler,
    executors: &Executors,
) -> Result<Member> {
    let gone = executors.iter().map(|(_, member)| Box::pin(gone(member)));
    let unlisted = Box::pin(unlisted(scheduler, executors));
    match select(select_all(gone), unlisted).await {
        Either::Left(((member, ..), _)) => Ok(member),
        Either::Right((outcome, _)) => outcome,
    }
}

/// One of `executors` that is lost now, if any.
///
/// # Errors
/// `Remote` when the scheduler does not answer.
pub(crate) async fn lost_now(
    scheduler: &RemoteScheduler,
    executors: &Executors,
) -> Result<Option<Member>> {
    if let Some(member) = executors.missing_in(&scheduler.executors().await?) {
        return Ok(Some(member.clone()));
    }
    for (_, member) in executors.iter() {
        if !liveness::listens(&member.address).await {
            return Ok(Some(member.clone()));
        }
    }
    Ok(None)
}

async fn gone(member: &Member) -> Member {
    liveness::until_gone(&member.address).await;
    member.clone()
}

async fn unlisted(scheduler: &RemoteScheduler, executors: &Executors) -> Result<Member> {
    let mut failures = 0;
    loop {
        sleep(PERIOD).await;
        match scheduler.executors().await {
            Ok(now) => {
                failures = 0;
                if let Some(member) = executors.missing_in(&now) {
                    return Ok(member.clone());
                }
            }
            Err(error) => {
                failures += 1;
                if failures == TRIES {
                    return Err(error);
                }
            }
        }
    }
}
