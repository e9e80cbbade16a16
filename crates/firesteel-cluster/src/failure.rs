// SPDX-License-Identifier: MIT OR Apache-2.0
//! All messages about clusters, in one place.

use std::io;
use std::time::Duration;

use ballista_core::error::BallistaError;
use datafusion::error::DataFusionError;
use firesteel_core::{Error, err};

use crate::loss::Loss;

/// `remote` was given something else than `df://host:port`.
pub(crate) fn bad_url(url: &str) -> Error {
    err::invalid_argument("Session", "remote").expected("`df://host:port`").got(format!("`{url}`"))
}

/// Nobody, or nobody who speaks our language, is at the address.
pub(crate) fn no_scheduler(address: &str, reason: &str) -> Error {
    err::remote(format!("no scheduler answers at {address}: {reason}"))
        .fix("start one with `firesteel scheduler`, or correct the address")
        .with_field("scheduler", address)
}

/// The scheduler at the address could not be asked.
pub(crate) fn no_answer(address: &str, error: io::Error) -> Error {
    if error.kind() != io::ErrorKind::TimedOut {
        return no_scheduler(address, &error.to_string()).caused_by(error);
    }
    err::remote(format!("the scheduler at {address} is silent: {error}"))
        .fix("look whether its machine is overloaded, or whether another program has the port; start it again")
        .with_field("scheduler", address)
        .caused_by(error)
}

/// An address at which a role cannot listen; `port_option` chooses the port.
pub(crate) fn no_listener(place: &str, port_option: &str, error: io::Error) -> Error {
    let fix = match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("end what listens there, or choose another `{port_option}`; 0 takes a free one")
        }
        io::ErrorKind::PermissionDenied => format!("choose a `{port_option}` from 1024 on"),
        _ => "set `bind_host` to an address of this machine".to_owned(),
    };
    err::io(place, error).fix(fix)
}

/// The scheduler has nobody to give work to.
pub(crate) fn no_executor(address: &str, waited: Duration) -> Error {
    let seconds = waited.as_secs_f64();
    err::remote(format!("the scheduler at {address} has no executor, after waiting {seconds:.0} s"))
        .fix(format!("start one with `firesteel executor --scheduler {address}`"))
        .with_field("scheduler", address)
}

/// The action took longer than it may.
pub(crate) fn deadline(address: &str, deadline: Duration) -> Error {
    let seconds = deadline.as_secs_f64();
    err::remote(format!("the cluster at {address} did not finish within {seconds:.0} s"))
        .fix("set a longer `deadline` on the session, or add executors; the job was cancelled")
        .with_field("scheduler", address)
}

/// Runs met losses more often than the query may be run again.
pub(crate) fn lost(loss: &Loss, runs: usize) -> Error {
    match loss {
        Loss::Executor(executor) => err::remote(format!(
            "executor {executor} was lost while the query ran, on {runs} attempts in a row"
        ))
        .fix("look at the executors' logs, then run the query again")
        .with_field("executor", executor),
        Loss::Rows(words) => err::remote(format!(
            "rows that an executor kept were lost while the query ran, on {runs} attempts in a row: {words}"
        ))
        .fix("look whether something clears the executors' `work_dir`, then run the query again"),
    }
}

/// A query that changes files cannot simply be run again.
pub(crate) fn lost_while_writing(loss: &Loss) -> Error {
    let error = match loss {
        Loss::Executor(executor) => {
            err::remote(format!("executor {executor} was lost while the query wrote files"))
                .with_field("executor", executor)
        }
        Loss::Rows(words) => err::remote(format!(
            "rows that an executor kept were lost while the query wrote files: {words}"
        )),
    };
    error.fix("remove what was written, then run the query again")
}

/// Rows were handed out already, and the rest is gone.
pub(crate) fn lost_while_fetching(address: &str, error: DataFusionError) -> Error {
    err::remote(format!("the rest of a result was lost on its way from the cluster at {address}"))
        .fix("run the query again")
        .caused_by(error)
}

/// Rows were handed out already, and the rest comes too slowly.
pub(crate) fn late_while_fetching(address: &str, deadline: Duration) -> Error {
    let seconds = deadline.as_secs_f64();
    err::remote(format!(
        "the rest of a result did not come from the cluster at {address} within {seconds:.0} s"
    ))
    .fix("set a longer `deadline` on the session, or ask for fewer rows")
    .with_field("scheduler", address)
}

/// Somebody else cancelled the job.
pub(crate) fn cancelled(address: &str) -> Error {
    err::remote(format!("the scheduler at {address} cancelled the job"))
        .fix("run the query again; an executor dropped out for a moment, or an operator cancelled it")
        .with_field("scheduler", address)
}

/// The job ran and failed.
pub(crate) fn of_job(address: &str, error: DataFusionError) -> Error {
    let text = user_text(&error.to_string());
    err::remote(format!("the query failed on the cluster at {address}: {text}"))
        .fix("correct what is said to be wrong, then run it again; the executors' logs say more")
        .with_field("scheduler", address)
        .caused_by(error)
}

/// A role that could not start, or ended by itself.
pub(crate) fn of_role(role: &str, address: &str, error: BallistaError) -> Error {
    err::remote(format!("{role} at {address}: {error}"))
        .fix("remove what is said to be in the way, then start it again")
        .caused_by(error)
}

/// An executor that ended without being asked.
pub(crate) fn given_up(scheduler: &str) -> Error {
    let what =
        "the executor ended by itself: a port was taken, or the scheduler is gone or gave it up";
    err::remote(format!("{what} (scheduler {scheduler})")).fix("start it again")
}

/// What the user's function or the engine said, without the wrappers that grew around it on its way.
fn user_text(text: &str) -> String {
    let behind = |wrapper: &str| Some(text.rfind(wrapper)? + wrapper.len());
    if let Some(start) = behind("Execution(\"") {
        return unquoted(&text[start..]);
    }
    let start = behind("External(").or_else(|| behind("runtime execution error: ")).unwrap_or(0);
    text[start..].trim_end_matches([')', '.', ' ', '\n']).replace('\n', " ")
}

/// What stands before the closing quote, without its escapes.
fn unquoted(text: &str) -> String {
    let mut signs = text.chars();
    let mut inner = String::new();
    while let Some(sign) = signs.next() {
        match sign {
            '"' => break,
            '\\' => match signs.next() {
                Some('n') => inner.push(' '),
                escaped => inner.extend(escaped),
            },
            _ => inner.push(sign),
        }
    }
    inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_own_words_come_out() {
        let text = "Execution error: Job x failed: Job failed due to stage 0 failed: Task failed due to runtime \
                    execution error: DataFusionError(Shared(External(DataFusionError(Execution(\"row 7 is \\\"bad\\\"\")))))";
        assert_eq!(user_text(text), "row 7 is \"bad\"");
        assert_eq!(user_text("Job x failed: no memory"), "Job x failed: no memory");
    }

    #[test]
    fn messages_say_how_to_go_on() {
        let error = no_executor("h:1", Duration::from_secs(10));
        assert_eq!(
            error.to_string(),
            "the scheduler at h:1 has no executor, after waiting 10 s; \
             start one with `firesteel executor --scheduler h:1`"
        );
        assert_eq!(error.field("scheduler"), Some("h:1"));
        assert!(error.is_remote());
    }
}
