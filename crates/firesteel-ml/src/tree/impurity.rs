// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Impurity`: how mixed the classes of a node are.

/// How mixed the classes of a node are; 0 for a node of one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Impurity {
    /// `1 - sum(p^2)`.
    Gini,
    /// `-sum(p * log2(p))`.
    Entropy,
}

impl Impurity {
    /// The impurity of a node with the given weight in each class; 0 for an empty node.
    pub(crate) fn of(self, classes: &[f64]) -> f64 {
        let total: f64 = classes.iter().sum();
        if total == 0.0 {
            return 0.0;
        }
        match self {
            Self::Gini => classes.iter().fold(1.0, |rest, &weight| {
                let share = weight / total;
                rest - share * share
            }),
            Self::Entropy => {
                classes.iter().filter(|&&weight| weight != 0.0).fold(0.0, |sum, &weight| {
                    let share = weight / total;
                    // the quotient of natural logarithms is what Spark computes, to the last bit
                    sum - share * (share.ln() / std::f64::consts::LN_2)
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Impurity::{Entropy, Gini};

    #[test]
    fn known_values() {
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-15, "{a} {b}");
        near(Gini.of(&[5.0, 5.0]), 0.5);
        near(Entropy.of(&[5.0, 5.0]), 1.0);
        near(Entropy.of(&[1.0, 1.0, 2.0]), 1.5);
        for impurity in [Gini, Entropy] {
            near(impurity.of(&[0.0, 3.0]), 0.0);
            near(impurity.of(&[0.0, 0.0]), 0.0);
        }
    }
}
