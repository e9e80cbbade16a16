// SPDX-License-Identifier: MIT OR Apache-2.0
//! The few settings that come from the environment; the only place that reads it.

/// The value of an environment variable, if it is set, not empty, and valid Unicode.
#[expect(clippy::disallowed_methods, reason = "this is the config module")]
pub fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
