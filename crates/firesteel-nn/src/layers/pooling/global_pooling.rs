// SPDX-License-Identifier: MIT OR Apache-2.0
//! `GlobalPooling`: what poolings of whole images share.

use std::marker::PhantomData;

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::Tensor;

use super::PoolKind;
use crate::Layer;
use crate::layer::{CallCx, LayerBase, Weights};
use crate::layers::options::{DATA_FORMATS, is_channels_first};

/// A pooling of all of `N` axes; use it by its name, such as
/// [`GlobalMaxPooling2D`](crate::layers::GlobalMaxPooling2D).
#[derive(Clone, Debug, Options)]
#[options(name = Self::NAME)]
pub struct GlobalPooling<K: PoolKind, const N: usize> {
    /// Where the channels are: `"channels_last"` or `"channels_first"`.
    #[option(default = "channels_last", one_of = DATA_FORMATS)]
    data_format: String,
    /// Whether the axes stay, with length one.
    #[option(default = false)]
    keepdims: bool,
    #[option(skip)]
    kind: PhantomData<K>,
    #[option(base)]
    base: LayerBase,
}

impl<K: PoolKind, const N: usize> GlobalPooling<K, N> {
    const NAME: &'static str = K::GLOBAL[N - 1];

    /// The first of the axes that go; the others follow it.
    fn first_axis(&self) -> usize {
        if is_channels_first(&self.data_format) { 2 } else { 1 }
    }
}

impl<K: PoolKind, const N: usize> Layer for GlobalPooling<K, N> {
    fn output_shape(&self, input: &Shape) -> Result<Shape> {
        if input.rank() != N + 2 {
            let wanted = format!("{} axes with batch and channels", N + 2);
            return Err(err::shape(Self::NAME, "the rank does not fit")
                .expected(wanted)
                .got(input));
        }
        let mut axes = input.axes().to_vec();
        let pooled = self.first_axis()..self.first_axis() + N;
        let left = if self.keepdims { vec![Some(1); N] } else { Vec::new() };
        axes.splice(pooled, left);
        Ok(Shape::new(axes))
    }

    fn forward(&self, _weights: &Weights, x: &Tensor, _cx: &CallCx) -> Result<Tensor> {
        let first = self.first_axis() as isize;
        let axes: Vec<isize> = (first..first + N as isize).collect();
        K::pool_all(x, &axes, self.keepdims)
    }
}
