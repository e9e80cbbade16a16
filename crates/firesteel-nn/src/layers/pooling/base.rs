// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Pooling`: what poolings of every kind and rank share.

use std::marker::PhantomData;

use firesteel_core::{Options, Result, Shape};
use firesteel_tensor::{Tensor, ops};

use super::PoolKind;
use crate::Layer;
use crate::layer::{CallCx, LayerBase, Weights};
use crate::layers::options::{DATA_FORMATS, PADDINGS, Window, require_channels_last};
use crate::layers::{Padding, Size};

/// A pooling of windows over `N` axes; use it by its name, such as
/// [`MaxPooling2D`](crate::layers::MaxPooling2D).
#[derive(Clone, Debug, Options)]
#[options(name = Self::NAME)]
pub struct Pooling<K: PoolKind, const N: usize> {
    /// Lengths of the window.
    #[option(required, min = 1)]
    pool_size: Size<N>,
    /// Steps of the window; those of its lengths when absent.
    #[option(default = None, min = 1)]
    strides: Option<Size<N>>,
    /// What happens at the border: `"valid"` or `"same"`.
    #[option(default = "valid", one_of = PADDINGS)]
    padding: Padding,
    /// Where the channels are; only `"channels_last"` is supported.
    #[option(default = "channels_last", one_of = DATA_FORMATS)]
    data_format: String,
    #[option(skip)]
    kind: PhantomData<K>,
    #[option(base)]
    base: LayerBase,
}

impl<K: PoolKind, const N: usize> Pooling<K, N> {
    const NAME: &'static str = K::WINDOWED[N - 1];

    fn steps(&self) -> [usize; N] {
        self.strides.unwrap_or(self.pool_size).axes()
    }

    fn pooled_shape(&self, input: &Shape) -> Result<Shape> {
        require_channels_last(Self::NAME, &self.data_format)?;
        let window = Window {
            size: self.pool_size.axes(),
            strides: self.steps(),
            dilation: [1; N],
            padding: self.padding.resolve()?,
        };
        window.slide(Self::NAME, input, None)
    }
}

impl<K: PoolKind> Layer for Pooling<K, 2> {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        self.pooled_shape(input)
    }

    fn forward(&self, _weights: &Weights, x: &Tensor, _cx: &CallCx) -> Result<Tensor> {
        let (window, strides) = (self.pool_size.axes(), self.steps());
        K::pool2d(x, ops::PoolGeometry { window, strides, padding: self.padding.resolve()? })
    }
}
