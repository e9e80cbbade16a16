// SPDX-License-Identifier: MIT OR Apache-2.0
//! What every firesteel crate shares: errors, shapes, seeds, names, option tables and safe files.
//!
//! Nothing here knows about networks or tables. The pieces:
//!
//! - [`Error`] and the constructors in [`err`]: one opaque error for the whole workspace;
//! - [`Shape`]: axis lengths, of which some may be open;
//! - [`Rng`] and [`Seed`]: the only source of randomness, always seeded;
//! - [`names`]: finding an item by name, with "did you mean";
//! - [`options`]: declarative option tables behind every layer, optimizer and estimator;
//! - [`files`]: files that are replaced only when complete;
//! - [`testing`]: the checks that every option table must pass;
//! - [`config`]: the few settings that come from the environment.
#![warn(missing_docs)]

// the derive names `::firesteel_core`, also inside this crate's own tests
extern crate self as firesteel_core;

pub mod config;
pub mod err;
mod error;
pub mod files;
pub mod names;
pub mod options;
mod seed;
mod shape;
pub mod testing;

pub use error::{Error, ErrorKind, Result};
pub use firesteel_macros::Options;
pub use indexmap::{IndexMap, IndexSet};
pub use options::{FromConfig, OptionSpec, OptionValue, Options};
pub use seed::{Rng, Seed};
pub use serde_json::{Map as JsonMap, Value as Json, json};
pub use shape::Shape;
