// SPDX-License-Identifier: MIT OR Apache-2.0
//! `History`: what each epoch reported.

use std::ops::Index;

use firesteel_core::{IndexMap, Json, Result, err, json};

/// What each epoch reported, by name, names in alphabetical order as in Keras.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The numbers of the epochs, from 0.
    pub epoch: Vec<usize>,
    values: IndexMap<String, Vec<f64>>,
}

impl History {
    /// The values of one name, an epoch after the other.
    pub fn get(&self, name: &str) -> Option<&[f64]> {
        self.values.get(name).map(Vec::as_slice)
    }

    /// The values of one name, or an error that lists the names.
    ///
    /// # Errors
    /// `UnknownName` when the epochs reported nothing of this name.
    pub fn values(&self, name: &str) -> Result<&[f64]> {
        self.get(name).ok_or_else(|| err::unknown_name("entry of the history", name, self.keys()))
    }

    /// The names.
    pub fn keys(&self) -> Vec<&str> {
        self.values.keys().map(String::as_str).collect()
    }

    /// The number of epochs.
    pub fn len(&self) -> usize {
        self.epoch.len()
    }

    /// Whether no epoch ran.
    pub fn is_empty(&self) -> bool {
        self.epoch.is_empty()
    }

    /// The values as `{"loss": [..], ..}`.
    pub fn to_json(&self) -> Json {
        json!(self.values)
    }

    pub(crate) fn push(&mut self, epoch: usize, logs: &IndexMap<String, f64>) {
        self.epoch.push(epoch);
        for (name, value) in logs {
            self.values.entry(name.clone()).or_default().push(*value);
        }
        self.values.sort_keys();
    }
}

/// The values of one name; empty when the name is unknown, which [`values`](History::values) reports instead.
impl Index<&str> for History {
    type Output = [f64];

    fn index(&self, name: &str) -> &[f64] {
        self.get(name).unwrap_or(&[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_reported_with_the_nearest() {
        let mut history = History::default();
        history.push(0, &[("loss".to_owned(), 0.5), ("val_loss".to_owned(), 0.75)].into());
        assert_eq!(history.values("val_loss").unwrap(), [0.75]);
        let error = history.values("los").unwrap_err();
        assert!(error.is_unknown_name(), "{error}");
        assert!(error.to_string().contains("`los`; did you mean `loss`? known names: loss, val_"));
        assert!(history["los"].is_empty());
    }
}
