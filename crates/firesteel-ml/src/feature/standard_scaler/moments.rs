// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mean and variance of every place in one pass, zeros of sparse vectors left out until the end.

use firesteel_data::vector::VectorRef;

/// Running mean and sum of squared differences of the values that are not zero, place by place.
///
/// Welford's update keeps precision where sums of squares would lose it; the zeros, which are never visited, are
/// taken in at the end as one more group.
#[derive(Clone, Debug)]
pub(super) struct Moments {
    n_rows: f64,
    counts: Vec<f64>,
    means: Vec<f64>,
    squares: Vec<f64>,
}

impl Moments {
    pub(super) fn new(n_features: usize) -> Self {
        let zeros = vec![0.0; n_features];
        Self { n_rows: 0.0, counts: zeros.clone(), means: zeros.clone(), squares: zeros }
    }

    pub(super) fn add(&mut self, vector: VectorRef<'_>) {
        self.n_rows += 1.0;
        vector.for_each_active(|i, value| {
            if value != 0.0 {
                let before = value - self.means[i];
                self.counts[i] += 1.0;
                self.means[i] += before / self.counts[i];
                self.squares[i] += (value - self.means[i]) * before;
            }
        });
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.n_rows += other.n_rows;
        for i in 0..self.counts.len() {
            let count = self.counts[i] + other.counts[i];
            if count > 0.0 {
                let difference = other.means[i] - self.means[i];
                let share = other.counts[i] / count;
                self.means[i] += difference * share;
                self.squares[i] +=
                    other.squares[i] + difference * difference * self.counts[i] * share;
                self.counts[i] = count;
            }
        }
    }

    pub(super) fn mean(&self) -> Vec<f64> {
        let parts = self.means.iter().zip(&self.counts);
        parts.map(|(mean, count)| mean * (count / self.n_rows)).collect()
    }

    /// The deviation of a sample; 0 for a single row.
    pub(super) fn deviation(&self) -> Vec<f64> {
        if self.n_rows <= 1.0 {
            return vec![0.0; self.counts.len()];
        }
        let variance = |i: usize| {
            let zeros = self.n_rows - self.counts[i];
            let between = self.means[i] * self.means[i] * self.counts[i] * zeros / self.n_rows;
            ((self.squares[i] + between) / (self.n_rows - 1.0)).max(0.0)
        };
        (0..self.counts.len()).map(|i| variance(i).sqrt()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_merge_to_the_whole() {
        let rows = [[1.0, 0.0], [4.0, 2.0], [0.0, 0.0], [7.0, 1.0], [1e3, 0.0]];
        let of = |rows: &[[f64; 2]]| {
            let mut moments = Moments::new(2);
            rows.iter().for_each(|row| moments.add(VectorRef::Dense(row)));
            moments
        };
        let whole = of(&rows);
        for cut in 0..=rows.len() {
            let mut parts = of(&rows[..cut]);
            parts.merge(&of(&rows[cut..]));
            for (a, b) in [(whole.mean(), parts.mean()), (whole.deviation(), parts.deviation())] {
                assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-9), "{a:?} {b:?}");
            }
        }
        assert!((whole.mean()[0] - 202.4).abs() < 1e-12);
    }
}
