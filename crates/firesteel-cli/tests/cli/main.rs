// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command as a user meets it: the real program, its files, its two streams and its exit codes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod errors;
mod evaluate;
mod fit;
mod predict;
mod program;
mod roles;
mod samples;
mod sql;
mod summary;
mod tour;
