// SPDX-License-Identifier: MIT OR Apache-2.0
//! `PoolKind`: what a pooling makes of a window.

use std::fmt::Debug;

use firesteel_core::Result;
use firesteel_tensor::{Tensor, ops};

/// What a pooling makes of a window, and what its layers are called.
pub trait PoolKind: Clone + Debug + Send + Sync + 'static {
    /// The classes that pool windows of one, two and three axes.
    const WINDOWED: [&'static str; 3];

    /// The classes that pool everything at once.
    const GLOBAL: [&'static str; 3];

    /// Pools windows of height and width.
    ///
    /// # Errors
    /// `Shape` when the input does not fit.
    fn pool2d(x: &Tensor, geometry: ops::PoolGeometry) -> Result<Tensor>;

    /// Pools whole axes.
    ///
    /// # Errors
    /// `Shape` when the input does not fit.
    fn pool_all(x: &Tensor, axes: &[isize], keep_dims: bool) -> Result<Tensor>;
}

/// The largest value of a window.
#[derive(Clone, Copy, Debug)]
pub struct Max;

impl PoolKind for Max {
    const WINDOWED: [&'static str; 3] = ["MaxPooling1D", "MaxPooling2D", "MaxPooling3D"];
    const GLOBAL: [&'static str; 3] =
        ["GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D"];

    fn pool2d(x: &Tensor, geometry: ops::PoolGeometry) -> Result<Tensor> {
        ops::max_pool2d(x, geometry)
    }

    fn pool_all(x: &Tensor, axes: &[isize], keep_dims: bool) -> Result<Tensor> {
        ops::max(x, axes, keep_dims)
    }
}

/// The mean of a window, without the border that padding adds.
#[derive(Clone, Copy, Debug)]
pub struct Mean;

impl PoolKind for Mean {
    const WINDOWED: [&'static str; 3] =
        ["AveragePooling1D", "AveragePooling2D", "AveragePooling3D"];
    const GLOBAL: [&'static str; 3] =
        ["GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D"];

    fn pool2d(x: &Tensor, geometry: ops::PoolGeometry) -> Result<Tensor> {
        ops::average_pool2d(x, geometry)
    }

    fn pool_all(x: &Tensor, axes: &[isize], keep_dims: bool) -> Result<Tensor> {
        ops::mean(x, axes, keep_dims)
    }
}
