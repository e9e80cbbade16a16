// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Loss`: what a run missed through no fault of its query, so that it is run again.

use ballista_core::error::BallistaError;
use datafusion::error::DataFusionError;

/// What a run missed through no fault of its query.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// An executor, known by its address.
    Executor(String),
    /// Rows that an executor kept for the next stage or for us, with the words of whoever asked for them.
    Rows(String),
}

impl Loss {
    /// The rows that could not be fetched, if that is what a job's error says.
    pub(crate) fn told_by(error: &DataFusionError) -> Option<Self> {
        match error.find_root() {
            DataFusionError::External(root) => by_us(root.downcast_ref::<BallistaError>()?),
            _ => between_stages(&error.to_string()),
        }
    }
}

/// The result itself was not there any more.
fn by_us(error: &BallistaError) -> Option<Loss> {
    match error {
        BallistaError::FetchFailed(.., words) => Some(Loss::Rows(words.clone())),
        _ => None,
    }
}

/// A stage did not find what the one before it had left. The scheduler has only a sentence for it.
fn between_stages(text: &str) -> Option<Loss> {
    let (_, cause) = text.split_once("Job failed due to stage ")?;
    let (stage, cause) = cause.split_once(" failed: ")?;
    // what a task itself had to say begins with other words, so that a user's text cannot pass for this
    let times = cause.strip_prefix("Stage ")?.strip_prefix(stage)?.strip_prefix(" has failed ")?;
    let (_, words) = times.split_once(" times, most recent failure reason: ")?;
    Some(Loss::Rows(words.trim().trim_matches('"').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_job(cause: &str) -> Option<Loss> {
        let text = format!("Job x failed: Job failed due to stage 2 failed: {cause}\n");
        Loss::told_by(&DataFusionError::Execution(text))
    }

    #[test]
    fn rows_between_stages() {
        let cause = "Stage 2 has failed 1 times, most recent failure reason: \"no such file\"";
        assert_eq!(of_job(cause), Some(Loss::Rows("no such file".to_owned())));
    }

    #[test]
    fn rows_of_the_result() {
        let fetch = BallistaError::FetchFailed("a".to_owned(), 2, 0, "no such file".to_owned());
        let error = fetch.into_datafusion().context("reading the result");
        assert_eq!(Loss::told_by(&error), Some(Loss::Rows("no such file".to_owned())));
    }

    #[test]
    fn what_a_function_says_is_no_loss() {
        let words = "Stage 2 has failed 1 times, most recent failure reason: \"mine\"";
        assert_eq!(of_job(&format!("Task failed due to runtime execution error: {words}")), None);
        assert_eq!(Loss::told_by(&DataFusionError::Execution(words.to_owned())), None);
        let other = BallistaError::General(words.to_owned());
        assert_eq!(Loss::told_by(&other.into_datafusion()), None);
    }
}
