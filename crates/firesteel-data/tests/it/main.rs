// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whole workflows, compared with what real Spark gives.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod dataframe;
mod rdd;
