// SPDX-License-Identifier: MIT OR Apache-2.0
//! Training: `compile`, `fit`, `evaluate`, `predict`, and the data they take.

mod array_source;
mod arrays;
mod batch;
mod compile;
mod compiled;
mod data;
mod evaluate;
mod fit;
mod generator;
mod history;
mod predict;
mod scores;
mod step;
mod tracker;

pub use arrays::Arrays;
pub use batch::{Batch, BatchSource, Plan};
pub use compile::Compile;
pub(crate) use compile::PerOutput;
pub(crate) use compiled::Compiled;
pub use data::Data;
pub use evaluate::Evaluate;
pub use fit::Fit;
pub use generator::Generator;
pub use history::History;
pub use predict::Predict;
pub use scores::Scores;

#[cfg(test)]
mod tests;
