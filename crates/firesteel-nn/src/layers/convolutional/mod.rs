// SPDX-License-Identifier: MIT OR Apache-2.0
//! Convolutions.

mod base;
mod conv1d;
mod conv1d_transpose;
mod conv2d;
mod conv2d_transpose;
mod conv3d;
mod conv3d_transpose;
mod depthwise;
mod depthwise_conv1d;
mod depthwise_conv2d;
mod separable;
mod separable_conv1d;
mod separable_conv2d;
mod transposed;

pub use base::Conv;
pub use conv1d::Conv1D;
pub use conv1d_transpose::Conv1DTranspose;
pub use conv2d::Conv2D;
pub use conv2d_transpose::Conv2DTranspose;
pub use conv3d::Conv3D;
pub use conv3d_transpose::Conv3DTranspose;
pub use depthwise::DepthwiseConv;
pub use depthwise_conv1d::DepthwiseConv1D;
pub use depthwise_conv2d::DepthwiseConv2D;
pub use separable::SeparableConv;
pub use separable_conv1d::SeparableConv1D;
pub use separable_conv2d::SeparableConv2D;
pub use transposed::ConvTranspose;

crate::layers::family! {
    // registry: sorted
    Conv1D,
    Conv1DTranspose,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Conv3DTranspose,
    DepthwiseConv1D,
    DepthwiseConv2D,
    SeparableConv1D,
    SeparableConv2D,
    // registry: end
}
