// SPDX-License-Identifier: MIT OR Apache-2.0
//! The settings that tasks read from the environment; the only place that does.

use std::ffi::OsString;

/// The value of an environment variable, if it is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the tasks' own config module")]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
