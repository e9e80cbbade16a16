// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Process`: a role on threads of its own.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use firesteel_core::{Result, err};
use firesteel_data::Runtime;

/// A role on threads of its own; dropping it ends the role.
#[derive(Debug)]
pub(super) struct Process {
    runtime: Runtime,
    ended: Receiver<Result<()>>,
}

impl Process {
    /// Starts a role and waits until it reports that it is ready.
    ///
    /// # Errors
    /// Whatever the role meets before it is ready.
    pub(super) fn start<T, W>(role: impl FnOnce(SyncSender<T>) -> W) -> Result<(Self, T)>
    where
        T: Send + 'static,
        W: Future<Output = Result<()>> + Send + 'static,
    {
        let runtime =
            Runtime::new(std::thread::available_parallelism().map_or(2, usize::from).max(2))?;
        let (send_ready, ready) = sync_channel(1);
        let (send_ended, ended) = sync_channel(1);
        let work = role(send_ready);
        runtime.handle()?.spawn(async move {
            // the receiver is gone only when nobody waits any more
            let _ = send_ended.send(work.await);
        });
        let process = Self { runtime, ended };
        let early = || err::internal("a role ended without a word");
        match ready.recv() {
            Ok(ready) => Ok((process, ready)),
            Err(_) => process.wait().and_then(|()| Err(early())),
        }
    }

    /// Waits for the end of the role.
    ///
    /// # Errors
    /// Whatever ended it.
    pub(super) fn wait(self) -> Result<()> {
        let Self { runtime, ended } = self;
        let outcome = ended.recv().map_err(|_| err::internal("the role's threads ended before it"));
        drop(runtime);
        outcome?
    }
}

/// Waits until the process is asked to end: Ctrl-C, or the signal of a supervisor.
pub(super) async fn asked_to_end() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminated) = signal(SignalKind::terminate()) else {
            return drop(interrupted.await);
        };
        tokio::select! {
            _ = interrupted => {}
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}
