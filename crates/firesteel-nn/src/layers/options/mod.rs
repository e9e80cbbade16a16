// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the options of several layers have in common.

mod axes;
mod data_format;
mod margins;
mod padding;
mod size;
mod window;

pub use axes::Axes;
pub(super) use axes::feature_axis;
pub(super) use data_format::{DATA_FORMATS, is_channels_first, require_channels_last};
pub use margins::Margins;
pub(super) use padding::PADDINGS;
pub use padding::Padding;
pub use size::Size;
pub(super) use window::Window;
