// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Runtime`: the session's own threads, and the bridge from synchronous callers to async work.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::sync::mpsc;

use firesteel_core::{Result, err};
use futures::FutureExt as _;
use tokio::runtime::{Builder, Handle};

/// Plans nest deeply, and each level of a debug build takes kilobytes of stack.
const STACK_BYTES: usize = 8 << 20;

/// A multi-threaded async runtime on threads of its own.
///
/// Callers stay synchronous: [`wait`](Runtime::wait) hands the work over and blocks on a plain channel, so
/// that it works on any thread, also on one that belongs to another async runtime.
pub struct Runtime(Option<tokio::runtime::Runtime>);

impl Runtime {
    /// A runtime with so many worker threads.
    ///
    /// # Errors
    /// `Io` when the operating system refuses the threads.
    pub fn new(workers: usize) -> Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(workers.max(1))
            .thread_name("firesteel")
            .thread_stack_size(STACK_BYTES)
            .enable_all()
            .build()
            .map_err(|error| err::io("session threads", error))?;
        Ok(Self(Some(runtime)))
    }

    /// Runs async work to its end while the calling thread waits.
    ///
    /// # Errors
    /// What the work returns; `Internal` when it panics.
    pub fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let guarded = std::panic::AssertUnwindSafe(work).catch_unwind();
        self.handle()?.spawn(async move {
            let outcome = guarded.await.unwrap_or_else(|panic| Err(panicked(panic.as_ref())));
            // the receiver waits below and is gone only when the caller's thread is
            let _ = sender.send(outcome);
        });
        let lost = |_| err::internal("the session's threads ended before the work was done");
        receiver.recv().map_err(lost)?
    }

    /// The handle by which async code spawns more work on these threads.
    ///
    /// # Errors
    /// `Internal` after the runtime has been shut down.
    pub fn handle(&self) -> Result<&Handle> {
        let runtime = self.0.as_ref().ok_or_else(|| err::internal("the runtime is shut down"))?;
        Ok(runtime.handle())
    }
}

/// Leaves without waiting, because waiting is not allowed where an async runtime drops us.
impl Drop for Runtime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Runtime")
    }
}

/// The error for work that panicked, with the panic's own words.
pub(crate) fn panicked(panic: &(dyn Any + Send)) -> firesteel_core::Error {
    let words = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
    err::internal(format!("panic: {}", words.unwrap_or_else(|| "without a message".to_owned())))
}
