// SPDX-License-Identifier: MIT OR Apache-2.0
//! Centers in flat memory, and the one that is nearest to a row.

use firesteel_data::vector::VectorRef;

/// How far apart two vectors are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Distance {
    /// The squared length of the difference.
    Euclidean,
    /// One less the cosine of the angle between.
    Cosine,
}

/// Centers, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Centers {
    n_features: usize,
    values: Vec<f64>,
    /// The length of every center.
    norms: Vec<f64>,
}

/// Below this share of the squared lengths a difference of squares has lost too many digits.
const CANCELLED: f64 = 1e-6;

impl Centers {
    pub(super) fn new(n_features: usize, values: Vec<f64>) -> Self {
        let norms = values
            .chunks_exact(n_features.max(1))
            .map(|center| dot(center, center).sqrt())
            .collect();
        Self { n_features, values, norms }
    }

    pub(super) fn len(&self) -> usize {
        self.norms.len()
    }

    pub(super) fn n_features(&self) -> usize {
        self.n_features
    }

    pub(super) fn center(&self, i: usize) -> &[f64] {
        &self.values[i * self.n_features..(i + 1) * self.n_features]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.n_features.max(1))
    }

    pub(super) fn replace(&mut self, i: usize, center: &[f64]) {
        self.values[i * self.n_features..(i + 1) * self.n_features].copy_from_slice(center);
        self.norms[i] = dot(center, center).sqrt();
    }

    /// The nearest center, the first of equals, and how far it is.
    #[inline]
    pub(super) fn closest(&self, distance: Distance, row: VectorRef<'_>) -> (usize, f64) {
        let norm = match distance {
            Distance::Euclidean => 0.0,
            Distance::Cosine => norm(row),
        };
        let mut best = (0, f64::INFINITY);
        for i in 0..self.len() {
            let far = match distance {
                Distance::Euclidean => self.squared(i, row),
                Distance::Cosine => 1.0 - self.dot(i, row) / self.norms[i] / norm,
            };
            if far < best.1 {
                best = (i, far);
            }
        }
        best
    }

    fn squared(&self, i: usize, row: VectorRef<'_>) -> f64 {
        let center = self.center(i);
        match row {
            VectorRef::Dense(values) => squared_distance(center, values),
            VectorRef::Sparse { indices, values, .. } => {
                // what the row does not hold differs from the center by the center itself
                let length = self.norms[i] * self.norms[i];
                let held = indices.iter().zip(values).fold(0.0, |sum, (&at, &x)| {
                    let c = center[at as usize];
                    sum + (x - c) * (x - c) - c * c
                });
                let far = length + held;
                if far < CANCELLED * length {
                    squared_distance(center, &row.to_array())
                } else {
                    far
                }
            }
        }
    }

    fn dot(&self, i: usize, row: VectorRef<'_>) -> f64 {
        let center = self.center(i);
        match row {
            VectorRef::Dense(values) => dot(center, values),
            VectorRef::Sparse { indices, values, .. } => {
                indices.iter().zip(values).map(|(&at, &x)| center[at as usize] * x).sum()
            }
        }
    }
}

/// The squared length of the difference.
pub(super) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// The length of a row.
pub(super) fn norm(row: VectorRef<'_>) -> f64 {
    dot(row.values(), row.values()).sqrt()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sparse_and_dense_rows_are_equally_far() {
        let centers = Centers::new(4, vec![1.0, 2.0, 0.0, -1.0, 0.0, 2.5, 0.0, 0.1]);
        let sparse = VectorRef::Sparse { size: 4, indices: &[1, 3], values: &[2.0, 0.5] };
        let values = sparse.to_array();
        for distance in [Distance::Euclidean, Distance::Cosine] {
            let (dense, far) = centers.closest(distance, VectorRef::Dense(&values));
            let (same, as_far) = centers.closest(distance, sparse);
            assert_eq!(dense, same);
            assert!((far - as_far).abs() < 1e-12);
        }
    }

    #[test]
    fn a_row_on_its_center_is_not_below_zero() {
        let center = [1e8, 1e-8, 3.0];
        let centers = Centers::new(3, center.to_vec());
        let row = VectorRef::Sparse { size: 3, indices: &[0, 1, 2], values: &center };
        assert_eq!(centers.closest(Distance::Euclidean, row), (0, 0.0));
    }
}
