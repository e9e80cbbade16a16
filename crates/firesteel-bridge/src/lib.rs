// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where networks and data frames meet: training straight from a query, prediction as a column.
//!
//! - [`DataFrameExt::features`] turns a [`DataFrame`](firesteel_data::DataFrame) into training data that are
//!   streamed batch by batch, with a seeded shuffle, instead of being read into memory first;
//! - [`csv_batches`] streams csv files one after the other, each a batch;
//! - [`ModelExt::transform`] adds the predictions of a network to a table as a column.
#![warn(missing_docs)]

mod columns;
mod csv_batches;
mod features;
mod shuffle;
mod source;
mod transform;

pub use csv_batches::{CsvBatches, csv_batches};
pub use features::{DataFrameExt, Features, LabeledFeatures};
pub use transform::ModelExt;
