// SPDX-License-Identifier: MIT OR Apache-2.0
//! Layers that move, repeat or pad elements.

mod flatten;
mod reshape;
mod up_sampling2d;
mod zero_padding2d;

pub use flatten::Flatten;
pub use reshape::Reshape;
pub use up_sampling2d::UpSampling2D;
pub use zero_padding2d::ZeroPadding2D;

crate::layers::family! {
    // registry: sorted
    Flatten,
    Reshape,
    UpSampling2D,
    ZeroPadding2D,
    // registry: end
}

use firesteel_core::{Result, Shape, err};

/// Refuses what is not an image.
fn require_image(layer: &str, input: &Shape) -> Result<()> {
    if input.rank() == 4 {
        return Ok(());
    }
    Err(err::shape(layer, "the rank does not fit")
        .expected("an image: batch, height, width and channels")
        .got(input))
}
