// SPDX-License-Identifier: MIT OR Apache-2.0
//! Watching executors while a job runs.

use std::time::Duration;

use firesteel_core::Result;
use futures::future::{Either, join, join_all, select, select_all};
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

/// One of `executors` that is lost now, if any; all parties are asked at the same time.
///
/// # Errors
/// `Remote` when the scheduler does not answer.
pub(crate) async fn lost_now(
    scheduler: &RemoteScheduler,
    executors: &Executors,
) -> Result<Option<Member>> {
    let silent = executors.iter().map(|(_, member)| silent(member));
    let (now, silent) = join(scheduler.executors(), join_all(silent)).await;
    let unlisted = executors.missing_in(&now?).cloned();
    Ok(unlisted.or_else(|| silent.into_iter().flatten().next()))
}

async fn silent(member: &Member) -> Option<Member> {
    (!liveness::listens(&member.address).await).then(|| member.clone())
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio::task::JoinSet;

    use super::*;

    fn members(ports: &[u16]) -> Value {
        let member = |port: &u16| {
            let id = port.to_string();
            json!({"id": id, "host": "127.0.0.1", "port": port, "specification": {"vcores": 1}})
        };
        ports.iter().map(member).collect()
    }

    async fn listener() -> (TcpListener, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        (listener, port)
    }

    /// A scheduler that knows executors at these ports; it ends with the set.
    async fn scheduler(ports: &[u16]) -> (RemoteScheduler, JoinSet<()>) {
        let (listener, port) = listener().await;
        let answer = format!("HTTP/1.0 200 OK\r\n\r\n{}", members(ports));
        let mut running = JoinSet::new();
        running.spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                assert!(stream.read(&mut [0; 1024]).await.unwrap() > 0);
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        let scheduler = RemoteScheduler::from_url(&format!("df://127.0.0.1:{port}")).unwrap();
        (scheduler, running)
    }

    /// The port of the one of `started` that is lost, according to a scheduler that knows `listed`.
    async fn lost(started: &[u16], listed: &[u16]) -> Option<String> {
        let (scheduler, _running) = scheduler(listed).await;
        let executors = Executors::from_json(&members(started)).unwrap();
        let member = lost_now(&scheduler, &executors).await.unwrap()?;
        member.address.strip_prefix("127.0.0.1:").map(str::to_owned)
    }

    #[tokio::test]
    async fn who_is_unlisted_or_does_not_listen_is_lost() {
        let ((_a, a), (_b, b), (dead, c)) = (listener().await, listener().await, listener().await);
        drop(dead);
        assert_eq!(lost(&[a, b], &[a, b]).await, None);
        assert_eq!(lost(&[a, b], &[a]).await, Some(b.to_string()));
        assert_eq!(lost(&[a, c], &[a, c]).await, Some(c.to_string()));
        assert_eq!(lost(&[a], &[a, c]).await, None);
    }
}
