// SPDX-License-Identifier: MIT OR Apache-2.0
//! Saving and loading: real Keras' own files in both directions.
//!
//! - `.keras`: a zip of `config.json` (see `encode` and `decode`) and `model.weights.h5` (see `weights`);
//! - `.weights.h5`: the latter alone;
//! - `.h5`: the format of Keras 1 and 2, one HDF5 file (see `legacy`).
//!
//! What a file is, is decided by its content, never by its name. A file executes nothing: classes that are not
//! known are refused by name unless the caller registers them with [`LoadModel::custom_layer`].

mod archive;
mod decode;
mod encode;
mod hdf5;
mod json;
mod legacy;
mod load;
mod op;
mod options;
mod save;
mod weights;

pub use json::model_from_json;
pub use load::{load_model, load_model_with};
pub use options::{LoadModel, LoadWeights};
