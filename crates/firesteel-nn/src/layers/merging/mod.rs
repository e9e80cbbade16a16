// SPDX-License-Identifier: MIT OR Apache-2.0
//! Layers that make one tensor of several.

mod concatenate;

pub use concatenate::Concatenate;

crate::layers::family![
    // registry: sorted
    Concatenate,
    // registry: end
];
