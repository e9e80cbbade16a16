// SPDX-License-Identifier: MIT OR Apache-2.0
//! Convolutions.

mod base;
mod conv2d;

pub use base::Conv;
pub use conv2d::Conv2D;

crate::layers::family! {
    // registry: sorted
    Conv2D,
    // registry: end
}
