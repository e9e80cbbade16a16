// SPDX-License-Identifier: MIT OR Apache-2.0
//! Networks that learn from tables and write into them.
#![expect(clippy::unwrap_used, reason = "tests")]

mod common;
mod csv_batches;
mod errors;
mod fit;
mod transform;
