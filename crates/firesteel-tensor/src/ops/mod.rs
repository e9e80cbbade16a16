// SPDX-License-Identifier: MIT OR Apache-2.0
//! Operations on tensors, under the names of Keras' `ops`, differentiable, with checked shapes.
//!
//! Binary operations broadcast as NumPy does. Images are channels-last: `(batch, height, width, channels)`.

mod activation;
mod batch_norm;
mod binary;
mod conv;
mod dense;
mod dropout;
mod layer_norm;
mod matmul;
mod pool;
mod recurrent;
mod reduce;
mod reshape;
mod resize;
mod rows;
mod select;
mod softmax;
mod unary;

pub use activation::{Activation, activate};
pub use batch_norm::{
    Moments, NormalizedBatch, batch_normalization, moments, normalization_affine, normalize_batch,
};
pub use binary::{
    add, add_activated, add_scalar, divide, maximum, minimum, multiply, multiply_scalar, subtract,
};
pub use conv::{
    ConvGeometry, ConvTransposeGeometry, Padding, conv, conv_affine, conv_transpose,
    depthwise_conv, depthwise_conv_affine,
};
pub use dense::dense;
pub use dropout::dropout;
pub use layer_norm::layer_normalization;
pub use matmul::matmul;
pub use pool::{PoolGeometry, average_pool2d, max_pool2d};
pub use recurrent::{Recurrent, RecurrentCell, RecurrentStart, RecurrentWeights, recurrent};
pub use reduce::{max, mean, mean_all, mean_squared_difference, sum, sum_all};
pub use reshape::{
    concatenate, expand_dims, pad, repeat, reshape, slice, take_along_axis, to_indices, transpose,
    unstack,
};
pub use resize::{Interpolation, resize2d};
pub use rows::take_rows;
pub use select::{above, not_equal, where_};
pub use softmax::{Classes, cross_entropy, log_softmax, mean_cross_entropy, softmax};
pub use unary::{abs, clip, erf, exp, log, negative, power_scalar, reciprocal, sqrt, square};
