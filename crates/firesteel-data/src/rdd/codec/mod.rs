// SPDX-License-Identifier: MIT OR Apache-2.0
//! How plans with RDDs travel to a scheduler and to executors.

mod fused;
mod logical;
mod memory_table;
mod physical;
mod range_table;
mod sample;

pub use logical::FiresteelLogicalCodec;
pub use physical::FiresteelPhysicalCodec;

use datafusion::error::DataFusionError;

fn own(error: firesteel_core::Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

fn damaged(what: &str) -> DataFusionError {
    own(firesteel_core::err::format("shipped plan", format!("{what} is damaged")))
}

#[cfg(test)]
mod tests;
