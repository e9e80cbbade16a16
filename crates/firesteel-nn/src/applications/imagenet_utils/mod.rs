// SPDX-License-Identifier: MIT OR Apache-2.0
//! What networks trained on ImageNet need: images prepared, and probabilities as names.

mod class_index;
mod decode_predictions;
mod preprocess_input;

pub use class_index::ClassIndex;
pub use decode_predictions::{DecodedPrediction, decode_predictions};
pub(super) use preprocess_input::CAFFE;
pub use preprocess_input::preprocess_input;
