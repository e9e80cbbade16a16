// SPDX-License-Identifier: MIT OR Apache-2.0
//! The library's failures as errors of ours, its panics over a damaged file included.

use std::panic::{AssertUnwindSafe, catch_unwind};

use firesteel_core::{Result, err};

/// Runs a call of the library and names the file and the part of it that could not be read.
///
/// # Errors
/// `Format` whatever goes wrong.
pub(super) fn guard<T>(
    place: &str,
    what: &str,
    call: impl FnOnce() -> Result<T, hdf5_pure::Error>,
) -> Result<T> {
    let failed = || err::format(place, format!("`{what}` cannot be read, the file is damaged"));
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => Err(failed().got(&error).caused_by(error)),
        Err(_) => Err(failed()),
    }
}
