// SPDX-License-Identifier: MIT OR Apache-2.0
//! The layers, one file each, in Keras' families.

mod core;
mod merging;

pub use core::{Dense, Input};
pub use merging::Concatenate;

use firesteel_core::{Json, JsonMap, Result};

use crate::Layer;

/// Rebuilds a layer from the options that a file holds.
pub(crate) type Decoder = fn(&JsonMap<String, Json>) -> Result<Box<dyn Layer>>;

/// The list of a family: class names and how to rebuild a layer of the class.
macro_rules! family {
    ($($class:ident),+ $(,)?) => {
        pub(crate) const FAMILY: &[(&str, $crate::layers::Decoder)] =
            &[$((stringify!($class), |config| Ok(Box::new($class::from_config(config)?)))),+];
    };
}
pub(crate) use family;

/// All families.
pub(crate) const FAMILIES: &[&[(&str, Decoder)]] = &[core::FAMILY, merging::FAMILY];

/// How to rebuild a layer of a class.
///
/// # Errors
/// `UnknownName` for a class that is not known.
pub(crate) fn decoder(class_name: &str) -> Result<Decoder> {
    let all: Vec<(&str, Decoder)> = FAMILIES.iter().flat_map(|family| family.iter().copied()).collect();
    firesteel_core::names::find("layer", class_name, &all).copied()
}
