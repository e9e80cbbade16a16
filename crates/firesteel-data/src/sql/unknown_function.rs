// SPDX-License-Identifier: MIT OR Apache-2.0
//! The error for a function that nobody has registered, with its place in the text and the nearest names.

use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use firesteel_core::{Error, err};

use super::calls;
use crate::failure;

/// The error of a text that could not be planned.
pub(super) fn of_planning(state: &SessionState, error: DataFusionError) -> Error {
    match unknown(state, &error) {
        Some(unknown) => unknown.caused_by(error),
        None => failure::of_planning(error),
    }
}

fn unknown(state: &SessionState, error: &DataFusionError) -> Option<Error> {
    let diagnostic = error.diagnostic()?;
    let name = diagnostic.message.strip_prefix("Invalid function '")?.strip_suffix('\'')?;
    let known = names(state);
    let error = err::unknown_name("function", name, known.iter().map(String::as_str));
    Some(match &diagnostic.span {
        Some(span) => {
            error.at(format!("SQL, line {}, column {}", span.start.line, span.start.column))
        }
        None => error,
    })
}

/// Every name by which SQL knows a function, sorted.
fn names(state: &SessionState) -> Vec<String> {
    let scalar = state.scalar_functions().keys();
    let names = scalar.chain(state.aggregate_functions().keys());
    let names = names.chain(state.window_functions().keys()).map(String::as_str);
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.extend(calls::names().map(str::to_owned));
    names.sort_unstable();
    names.dedup();
    names
}
