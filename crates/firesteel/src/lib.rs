// SPDX-License-Identifier: MIT OR Apache-2.0
//! firesteel: Keras and Spark as one engine, in Rust.
//!
//! Everything that a program needs comes with the [`prelude`]; the halves are in [`nn`] (networks), [`data`]
//! (tables, RDDs, SQL) and [`ml`] (pipelines, trees, clusters), and [`bridge`] is where they meet.
//!
//! ```
//! use firesteel::prelude::*;
//!
//! let mut model = Sequential::from(layers![Input::new([128]), Dense::new(10).activation("tanh"), Dense::new(1)]);
//! model.compile(Compile::new().optimizer("Adam").loss("mse"))?;
//! println!("{}", model.summary()?);
//! # Ok::<(), firesteel::Error>(())
//! ```
#![warn(missing_docs)]

/// The program of the README, which is compiled and run among the tests of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

pub mod cluster;
pub mod prelude;
mod session;

pub use firesteel_bridge as bridge;
/// Errors, shapes, seeds and option tables: what one's own layers and stages are made of.
///
/// A derive outside firesteel says `#[options(crate = firesteel::base)]`.
pub use firesteel_core as base;
pub use firesteel_core::{Error, ErrorKind, Json, JsonMap, Options, Result, err, files, json};
pub use firesteel_data as data;
pub use firesteel_ml as ml;
pub use firesteel_nn as nn;
pub use firesteel_tensor as tensor;
pub use session::{Session, SessionBuilder};
