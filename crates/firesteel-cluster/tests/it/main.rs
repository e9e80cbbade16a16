// SPDX-License-Identifier: MIT OR Apache-2.0
//! Real schedulers and executors as processes of their own: equal answers, and what happens when they die.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod cluster;
mod errors;
mod losses;
mod options;
mod queries;
mod rdds;
mod role;
mod rows;
