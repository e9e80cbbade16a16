// SPDX-License-Identifier: MIT OR Apache-2.0
//! The layers, one file each, in Keras' families.

mod activations;
mod activity;
mod convolutional;
mod core;
mod merging;
mod normalization;
mod options;
mod pooling;
mod recurrent;
mod regularization;
mod reshaping;

pub use activations::{Activation, ELU, LeakyReLU, PReLU, ReLU, Softmax};
pub use convolutional::{
    Conv, Conv1D, Conv1DTranspose, Conv2D, Conv2DTranspose, Conv3D, Conv3DTranspose, ConvTranspose,
    DepthwiseConv, DepthwiseConv1D, DepthwiseConv2D, SeparableConv, SeparableConv1D,
    SeparableConv2D,
};
pub use core::{Dense, Embedding, Input, Masking};
pub use merging::{Add, Average, Concatenate, Dot, Maximum, Minimum, Multiply, Subtract};
pub use normalization::{BatchNormalization, LayerNormalization};
pub use options::{Axes, Margins, Padding, Size};
pub use pooling::{
    AveragePooling2D, GlobalAveragePooling2D, GlobalMaxPooling2D, GlobalPooling, Max, MaxPooling2D,
    Mean, PoolKind, Pooling,
};
pub use recurrent::{ConvLSTM2D, GRU, LSTM, SimpleRNN};
pub use regularization::Dropout;
pub use reshaping::{Flatten, Reshape, UpSampling2D, ZeroPadding2D};

use firesteel_core::{Json, JsonMap, Result};

use crate::Layer;

/// Rebuilds a layer from the options that a file holds.
pub(crate) type Decoder = fn(&JsonMap<String, Json>) -> Result<Box<dyn Layer>>;

/// The list of a family: class names and how to rebuild a layer of the class.
macro_rules! family {
    ($($class:ident),+ $(,)?) => {
        pub(crate) const FAMILY: &[(&str, $crate::layers::Decoder)] =
            &[$((stringify!($class), |config| Ok(Box::new($class::from_config(config)?)))),+];
    };
}
pub(crate) use family;

/// All families.
pub(crate) const FAMILIES: &[&[(&str, Decoder)]] = &[
    // registry: sorted
    activations::FAMILY,
    convolutional::FAMILY,
    core::FAMILY,
    merging::FAMILY,
    normalization::FAMILY,
    pooling::FAMILY,
    recurrent::FAMILY,
    regularization::FAMILY,
    reshaping::FAMILY,
    // registry: end
];

/// How to rebuild a layer of a class.
///
/// # Errors
/// `UnknownName` for a class that is not known.
pub(crate) fn decoder(class_name: &str) -> Result<Decoder> {
    let all: Vec<(&str, Decoder)> =
        FAMILIES.iter().flat_map(|family| family.iter().copied()).collect();
    firesteel_core::names::find("layer", class_name, &all).copied()
}
