// SPDX-License-Identifier: MIT OR Apache-2.0
//! The layers, one file each: what holds for every layer, real Keras' numbers, effects and refusals.

mod activation;
mod add;
mod average;
mod average_pooling2d;
mod batch_normalization;
mod concatenate;
mod conv2d;
mod dense;
mod dot;
mod dropout;
mod elu;
mod flatten;
mod global_average_pooling2d;
mod global_max_pooling2d;
mod layer_normalization;
mod leaky_relu;
mod max_pooling2d;
mod maximum;
mod minimum;
mod multiply;
mod prelu;
mod relu;
mod reshape;
mod softmax;
mod subtract;
mod up_sampling2d;
mod zero_padding2d;
