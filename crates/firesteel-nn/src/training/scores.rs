// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Scores`: what an evaluation reports.

use std::fmt;
use std::ops::Index;

use firesteel_core::{IndexMap, Json, Result, err, json};

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

    /// The value of one name, or an error that lists the names.
    ///
    /// # Errors
    /// `UnknownName` when nothing of this name was evaluated.
    pub fn value(&self, name: &str) -> Result<f64> {
        let names = self.0.keys().map(String::as_str);
        self.get(name).ok_or_else(|| err::unknown_name("score", name, names))
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

/// The value of one name; NaN when the name is unknown, which [`value`](Scores::value) reports instead.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_reported_with_the_nearest() {
        let pairs = [("loss", 0.5), ("accuracy", 0.75)];
        let scores = Scores(pairs.map(|(name, value)| (name.to_owned(), value)).into());
        assert_eq!(scores.value("accuracy").unwrap(), 0.75);
        let error = scores.value("acuracy").unwrap_err();
        let text = "unknown score `acuracy`; did you mean `accuracy`? known names: loss, accuracy";
        assert!(error.is_unknown_name() && error.to_string() == text, "{error}");
        assert!(scores["acuracy"].is_nan() && scores.get("acuracy").is_none());
    }
}
