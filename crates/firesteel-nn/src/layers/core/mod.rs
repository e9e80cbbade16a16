// SPDX-License-Identifier: MIT OR Apache-2.0
//! Core layers.

mod dense;
mod input;

pub use dense::Dense;
pub use input::Input;

crate::layers::family! {
    // registry: sorted
    Dense,
    // registry: end
}
