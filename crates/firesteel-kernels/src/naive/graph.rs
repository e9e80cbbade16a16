// SPDX-License-Identifier: MIT OR Apache-2.0
//! Numbers that remember how they were computed, so that any gradient follows by the chain rule.

use super::dense::{activated, activation_slope};
use crate::Activation;

/// A number in a [`Graph`].
pub(super) type Id = usize;

/// Numbers in the order in which they were computed.
#[derive(Debug, Default)]
pub(super) struct Graph {
    values: Vec<f64>,
    /// For each number, where the list of what it was computed from ends.
    ends: Vec<usize>,
    /// A number that was used, and the derivative by it.
    uses: Vec<(Id, f64)>,
}

impl Graph {
    /// A given number.
    pub(super) fn given(&mut self, value: f64) -> Id {
        self.values.push(value);
        self.ends.push(self.uses.len());
        self.values.len() - 1
    }

    /// Given numbers.
    pub(super) fn all_given(&mut self, values: &[f32]) -> Vec<Id> {
        values.iter().map(|&value| self.given(f64::from(value))).collect()
    }

    /// The sum of products of pairs.
    pub(super) fn products(&mut self, pairs: impl IntoIterator<Item = (Id, Id)>) -> Id {
        let mut sum = 0.0;
        for (a, b) in pairs {
            sum += self.values[a] * self.values[b];
            self.uses.extend([(a, self.values[b]), (b, self.values[a])]);
        }
        self.given(sum)
    }

    /// The sum of numbers.
    pub(super) fn sum(&mut self, terms: impl IntoIterator<Item = Id>) -> Id {
        let mut sum = 0.0;
        for term in terms {
            sum += self.values[term];
            self.uses.push((term, 1.0));
        }
        self.given(sum)
    }

    /// `1 - a`
    pub(super) fn rest(&mut self, a: Id) -> Id {
        self.uses.push((a, -1.0));
        self.given(1.0 - self.values[a])
    }

    /// The activation at a number.
    pub(super) fn activated(&mut self, activation: Activation, x: Id) -> Id {
        let y = activated(activation, self.values[x]);
        self.uses.push((x, activation_slope(activation, y)));
        self.given(y)
    }

    /// The values of some numbers.
    pub(super) fn values(&self, ids: &[Id]) -> Vec<f64> {
        ids.iter().map(|&id| self.values[id]).collect()
    }

    /// The gradient by every number, from that by some of them.
    pub(super) fn gradients(&self, given: impl IntoIterator<Item = (Id, f64)>) -> Vec<f64> {
        let mut gradients = vec![0.0; self.values.len()];
        given.into_iter().for_each(|(id, gradient)| gradients[id] += gradient);
        for id in (0..gradients.len()).rev() {
            let start = if id == 0 { 0 } else { self.ends[id - 1] };
            for &(used, slope) in &self.uses[start..self.ends[id]] {
                gradients[used] += gradients[id] * slope;
            }
        }
        gradients
    }
}
