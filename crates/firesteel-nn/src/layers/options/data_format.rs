// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where an image keeps its channels.

use firesteel_core::{Result, err};

/// The names that Keras knows.
pub(crate) const DATA_FORMATS: [&str; 2] = ["channels_last", "channels_first"];

/// Whether the channels stand behind the batch, before the axes of the image.
pub(crate) fn is_channels_first(data_format: &str) -> bool {
    data_format == DATA_FORMATS[1]
}

/// Refuses an image whose channels do not come last.
///
/// # Errors
/// `Unsupported` for any other format.
pub(crate) fn require_channels_last(layer: &str, data_format: &str) -> Result<()> {
    if is_channels_first(data_format) {
        return Err(err::unsupported(format!("`data_format=\"{data_format}\"`"))
            .at(layer)
            .fix("move the channels to the last axis and use \"channels_last\""));
    }
    Ok(())
}
