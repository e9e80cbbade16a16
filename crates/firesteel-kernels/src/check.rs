// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one complaint of the kernels: a slice whose length does not follow from the shapes.

/// Stops where `got` numbers came instead of `expected`.
///
/// # Panics
/// Then; see the crate's documentation.
#[track_caller]
pub(crate) fn len(what: &str, got: usize, expected: usize) {
    assert!(got == expected, "{what}: expected {expected} numbers, got {got}");
}
