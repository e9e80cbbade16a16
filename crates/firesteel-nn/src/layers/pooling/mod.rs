// SPDX-License-Identifier: MIT OR Apache-2.0
//! Pooling: the largest value or the mean of windows, or of whole images.

mod average_pooling2d;
mod base;
mod global_average_pooling2d;
mod global_max_pooling2d;
mod global_pooling;
mod max_pooling2d;
mod pool_kind;

pub use average_pooling2d::AveragePooling2D;
pub use base::Pooling;
pub use global_average_pooling2d::GlobalAveragePooling2D;
pub use global_max_pooling2d::GlobalMaxPooling2D;
pub use global_pooling::GlobalPooling;
pub use max_pooling2d::MaxPooling2D;
pub use pool_kind::{Max, Mean, PoolKind};

crate::layers::family! {
    // registry: sorted
    AveragePooling2D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    MaxPooling2D,
    // registry: end
}
