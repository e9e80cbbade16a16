// SPDX-License-Identifier: MIT OR Apache-2.0
//! Layers that make training harder, so that a model generalises.

mod dropout;

pub use dropout::Dropout;

crate::layers::family! {
    // registry: sorted
    Dropout,
    // registry: end
}
