// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Scores`: what an evaluation reports.

use std::fmt;
use std::ops::Index;

use firesteel_core::{IndexMap, Json, json};

/// Loss and metrics of an evaluation, in Keras' order: the loss, the losses of the outputs, the metrics.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores(pub(crate) IndexMap<String, f64>);

impl Scores {
    /// The loss.
    pub fn loss(&self) -> f64 {
        self["loss"]
    }

    /// The value of one name.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.0.iter().map(|(name, value)| (name.as_str(), *value))
    }

    /// The values as `{"loss": .., ..}`.
    pub fn to_json(&self) -> Json {
        json!(self.0)
    }
}

/// The value of one name; NaN when the name is unknown.
impl Index<&str> for Scores {
    type Output = f64;

    fn index(&self, name: &str) -> &f64 {
        self.0.get(name).unwrap_or(&f64::NAN)
    }
}

/// `loss: 0.1234 - accuracy: 0.9876`.
impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> =
            self.0.iter().map(|(name, value)| format!("{name}: {value:.4}")).collect();
        f.write_str(&parts.join(" - "))
    }
}
