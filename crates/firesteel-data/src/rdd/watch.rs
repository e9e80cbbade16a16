// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Watch`: which operation failed while a chain of iterators ran.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use firesteel_core::{Error, ErrorKind, Result};

const NOBODY: usize = usize::MAX;

/// What went wrong in one task. Iterators cannot return errors, so they leave them here and end.
#[derive(Debug)]
pub(crate) struct Faults {
    error: Mutex<Option<Error>>,
    panicked: AtomicUsize,
}

impl Faults {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { error: Mutex::new(None), panicked: AtomicUsize::new(NOBODY) })
    }

    /// The watch of the operation with this number.
    pub(crate) fn watch(self: &Arc<Self>, operation: usize) -> Watch {
        Watch { faults: Arc::clone(self), operation }
    }

    /// Runs a part of the task; panics and errors left behind come out as errors, named by `names`.
    pub(crate) fn run<R>(
        &self,
        names: impl FnOnce(usize) -> String,
        work: impl FnOnce() -> Result<R>,
    ) -> Result<R> {
        let outcome = catch_unwind(AssertUnwindSafe(work));
        if let Some(error) = self.error.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(error);
        }
        outcome.unwrap_or_else(|panic| {
            let words = words(panic.as_ref());
            let what = format!("the function panicked: {words}");
            let error = Error::new(ErrorKind::InvalidArgument, what);
            match self.panicked.load(Ordering::Relaxed) {
                NOBODY => Err(error),
                operation => Err(error.at(names(operation))),
            }
        })
    }
}

fn words(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
    words.unwrap_or_else(|| "without a message".to_owned())
}

/// Stands beside one operation of a running task.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    faults: Arc<Faults>,
    operation: usize,
}

impl Watch {
    /// Calls a user's function; if it panics, the operation's number is kept. Costs nothing where it does not.
    #[inline]
    pub(crate) fn call<R>(&self, function: impl FnOnce() -> R) -> R {
        let alarm = Alarm(self);
        let result = function();
        mem::forget(alarm);
        result
    }

    /// Leaves an error behind; the iterator ends after this.
    pub(crate) fn fail(&self, error: Error) {
        let mut slot = self.faults.error.lock().unwrap_or_else(PoisonError::into_inner);
        slot.get_or_insert(error);
    }
}

/// Is dropped only when a panic passes by.
struct Alarm<'a>(&'a Watch);

impl Drop for Alarm<'_> {
    #[cold]
    fn drop(&mut self) {
        let Watch { faults, operation } = self.0;
        // the innermost operation is the one that panicked, and it comes by first
        let _ = faults.panicked.compare_exchange(
            NOBODY,
            *operation,
            Ordering::Relaxed,
            Ordering::Relaxed,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use firesteel_core::err;

    #[test]
    fn a_panic_is_named_after_the_innermost_operation() {
        let faults = Faults::new();
        let (outer, inner) = (faults.watch(1), faults.watch(0));
        let error = faults
            .run(
                |operation| format!("operation {operation}"),
                || -> Result<()> { outer.call(|| inner.call(|| panic!("no {}", "way"))) },
            )
            .unwrap_err();
        assert_eq!(error.to_string(), "operation 0: the function panicked: no way");
    }

    #[test]
    fn an_error_left_behind_comes_out() {
        let faults = Faults::new();
        let watch = faults.watch(3);
        assert_eq!(faults.run(|_| String::new(), || Ok(watch.call(|| 7))).unwrap(), 7);
        let left = faults.run(
            |_| String::new(),
            || {
                watch.fail(err::unsupported("first"));
                watch.fail(err::unsupported("second"));
                Ok(())
            },
        );
        assert_eq!(left.unwrap_err().to_string(), "first");
        assert!(faults.run(|_| String::new(), || Ok(())).is_ok());
    }
}
