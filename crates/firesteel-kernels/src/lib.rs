// SPDX-License-Identifier: MIT OR Apache-2.0
//! CPU kernels of firesteel on plain slices.
//!
//! Every kernel reads and writes `f32` slices that the caller owns, channels last, row-major. It
//! allocates nothing but scratch that its thread keeps, runs on rayon's current
//! pool, and gives the same bits on any number of threads.
//!
//! - [`isa`]: which instruction set is used; `vector`, `arch`: the vectors themselves;
//! - `pointwise`, `columns`: the two loops that most kernels are a formula in;
//! - [`matmul`], [`dense`], [`epilogue`]: products with bias and activation;
//! - [`recurrent`]: LSTM, GRU and the simple recurrent layer over whole sequences;
//! - [`conv`], [`pool`]: convolution and pooling over one to three axes;
//! - [`norm`], [`layer_norm`], [`softmax`], [`elementwise`], [`reduce`]: what stands between them;
//! - [`optimizer`]: weight updates in one pass;
//! - [`naive`]: the plainest loops for the same, to check against.
//!
//! # Panics
//! A slice whose length does not follow from the shapes is a mistake in the calling crate, and a
//! kernel stops there as indexing a slice does. Shapes that come from users are checked by the
//! callers, which can name the layer.
#![warn(missing_docs)]
#![expect(unsafe_code, reason = "vector instructions and unchecked loads; this crate alone")]

pub mod activation;
mod arch;
mod check;
mod columns;
pub mod conv;
pub mod dense;
pub mod elementwise;
pub mod epilogue;
pub mod isa;
pub mod layer_norm;
mod math;
pub mod matmul;
mod matrix;
pub mod naive;
pub mod norm;
pub mod optimizer;
mod outer;
mod panels;
mod pointwise;
pub mod pool;
mod product;
pub mod recurrent;
pub mod reduce;
mod rows;
mod rows_to_panels;
mod scratch;
mod shared;
pub mod softmax;
pub mod squares;
#[cfg(test)]
mod testing;
mod threads;
mod tiles;
mod vector;

pub use activation::Activation;
pub use dense::Dense;
pub use isa::Isa;
pub use matmul::MatMul;
pub use matrix::Scaled;
pub use threads::{num_threads, set_num_threads};
