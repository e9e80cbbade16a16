// SPDX-License-Identifier: MIT OR Apache-2.0
//! Core layers.

mod dense;
mod embedding;
mod input;
mod masking;

pub use dense::Dense;
pub use embedding::Embedding;
pub use input::Input;
pub use masking::Masking;

crate::layers::family! {
    // registry: sorted
    Dense,
    Embedding,
    Masking,
    // registry: end
}
