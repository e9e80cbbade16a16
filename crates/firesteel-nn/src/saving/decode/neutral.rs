// SPDX-License-Identifier: MIT OR Apache-2.0
//! Options that some version of Keras writes and that change nothing at the value given here.

use firesteel_core::{Json, JsonMap};

/// Names, and the values that change nothing; none listed means that no value does.
const NEUTRAL: [(&str, &[&str]); 20] = [
    ("activity_regularizer", &["null"]),
    ("autocast", &["true"]),
    ("dynamic", &["false"]),
    ("implementation", &[]),
    ("input_axes", &["null"]),
    ("lora_alpha", &["null"]),
    ("lora_rank", &["null"]),
    ("optional", &["false"]),
    ("output_axes", &["null"]),
    ("output_padding", &["null"]),
    ("quantization_config", &["null"]),
    ("ragged", &["false"]),
    ("renorm", &["false"]),
    ("renorm_clipping", &["null"]),
    ("renorm_momentum", &[]),
    ("synchronized", &["false"]),
    ("use_gate", &["false"]),
    ("fused", &[]),
    ("time_major", &["false"]),
    ("virtual_batch_size", &["null"]),
];

/// Whether an option at this value can be left out.
pub(in crate::saving) fn is_neutral(name: &str, value: &Json) -> bool {
    NEUTRAL.iter().any(|(neutral, values)| {
        *neutral == name && (values.is_empty() || values.contains(&value.to_string().as_str()))
    })
}

/// Takes such options out of a config.
pub(super) fn strip(config: &mut JsonMap<String, Json>) {
    config.retain(|name, value| !is_neutral(name, value));
}
