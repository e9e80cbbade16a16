// SPDX-License-Identifier: MIT OR Apache-2.0
//! firesteel's side of the comparisons with the real systems.
//!
//! Each program in `src/bin` measures the rows that it is told, and prints one line of JSON for each.
//! `run.py` starts them and the peers by turns.
#![warn(missing_docs)]

mod arguments;
mod files;
mod measurement;
mod memory;
mod uniform;

pub use arguments::Arguments;
pub use files::{write_once, write_parquet};
pub use measurement::Measurement;
pub use memory::peak_memory;
pub use uniform::uniform;
