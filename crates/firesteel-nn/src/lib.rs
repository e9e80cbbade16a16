// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keras in Rust: layers, losses, optimizers, callbacks and models, and the real Keras' files.
//!
//! Every model is a graph of layers ([`Model`]); [`Sequential`] is its simplest face. Layers are in
//! [`layers`](mod@layers), one file each; they compute with [`firesteel_tensor::ops`] alone.
#![warn(missing_docs)]
#![cfg_attr(test, expect(clippy::float_cmp, reason = "tests compare what must be exact"))]

mod activation;
pub mod applications;
pub mod callbacks;
mod graph;
pub mod initializers;
mod layer;
pub mod layers;
pub mod losses;
pub mod metrics;
mod model;
pub mod optimizers;
mod progress;
mod regularizers;
mod saving;
mod sequential;
mod summary;
mod tail;
pub mod testing;
mod training;
mod variable;

pub use activation::Activation;
pub use graph::{Callable, LayerRef, SymbolicInputs, SymbolicTensor};
pub use initializers::Initializer;
pub use layer::{BuildCx, CallCx, Layer, LayerBase, Mask, Weights};
pub use model::Model;
pub use progress::Verbose;
pub use regularizers::Regularizer;
pub use saving::{LoadModel, LoadWeights, load_model, load_model_with, model_from_json};
pub use sequential::Sequential;
pub use tail::{Reach, Step, Tail};
pub use training::{
    Arrays, Batch, BatchSource, Compile, Data, Evaluate, Fit, Generator, History, Plan, Predict,
    Scores,
};
pub use variable::Variable;
