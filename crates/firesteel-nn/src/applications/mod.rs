// SPDX-License-Identifier: MIT OR Apache-2.0
//! Networks that are known by name, and what belongs around them.
//!
//! Nothing is downloaded: `weights` is the path of a file that Keras wrote or published.

pub mod imagenet_utils;
pub mod resnet;
mod weights_file;

pub use resnet::{ResNet50, ResNet101, ResNet152};
pub use weights_file::WeightsFile;
