// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Mean`: the running mean behind every metric and every loss.

use firesteel_core::{Result, err};

/// A running, weighted mean.
///
/// # Examples
/// ```
/// use firesteel_nn::metrics::Mean;
///
/// let mut mean = Mean::default();
/// mean.add(1.0, 3.0);
/// mean.add(5.0, 1.0);
/// assert_eq!(mean.result(), 2.0);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Mean {
    total: f64,
    weight: f64,
}

impl Mean {
    /// Takes a value into account.
    pub fn add(&mut self, value: f64, weight: f64) {
        self.total += value * weight;
        self.weight += weight;
    }

    /// Takes one value for each sample into account; weights are one a value, or one for as many values each.
    ///
    /// # Errors
    /// `Shape` when the values cannot be shared out among the weights.
    pub fn add_all(&mut self, values: &[f64], weights: Option<&[f32]>) -> Result<()> {
        let Some(weights) = weights else {
            self.total += values.iter().sum::<f64>();
            self.weight += values.len() as f64;
            return Ok(());
        };
        let per_weight = values.len().checked_div(weights.len()).unwrap_or(0);
        if per_weight * weights.len() != values.len() || values.is_empty() {
            return Err(err::shape("sample_weight", "the weights do not fit the values")
                .expected(format!("one for each of {} values", values.len()))
                .got(weights.len()));
        }
        for (chunk, weight) in values.chunks(per_weight).zip(weights) {
            chunk.iter().for_each(|value| self.add(*value, f64::from(*weight)));
        }
        Ok(())
    }

    /// The mean so far; zero when nothing was added.
    pub fn result(&self) -> f64 {
        if self.weight == 0.0 { 0.0 } else { self.total / self.weight }
    }
}
