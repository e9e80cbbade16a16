// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Rows`: many vectors of one size in flat memory.

use firesteel_data::vector::VectorRef;

/// Many vectors of one size, dense in one block or sparse in three.
#[derive(Clone, Debug)]
pub enum Rows {
    /// Row after row, all values.
    Dense {
        /// The size of every vector.
        n_features: usize,
        /// The values of all rows.
        values: Vec<f64>,
    },
    /// The values that are not zero.
    Sparse {
        /// The size of every vector.
        n_features: usize,
        /// Where every row ends, with a 0 in front.
        offsets: Vec<usize>,
        /// The position of every value in its row.
        indices: Vec<i32>,
        /// The values of all rows.
        values: Vec<f64>,
    },
}

impl Default for Rows {
    fn default() -> Self {
        Self::dense(0, Vec::new())
    }
}

impl Rows {
    /// Dense rows, one after the other.
    pub fn dense(n_features: usize, values: Vec<f64>) -> Self {
        Self::Dense { n_features, values }
    }

    /// Sparse rows, none yet.
    pub fn sparse(n_features: usize) -> Self {
        Self::Sparse { n_features, offsets: vec![0], indices: Vec::new(), values: Vec::new() }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Dense { n_features: 0, .. } => 0,
            Self::Dense { n_features, values } => values.len() / n_features,
            Self::Sparse { offsets, .. } => offsets.len() - 1,
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The size of every vector.
    pub fn n_features(&self) -> usize {
        match self {
            Self::Dense { n_features, .. } | Self::Sparse { n_features, .. } => *n_features,
        }
    }

    /// The vector of a row, which must exist.
    pub fn row(&self, row: usize) -> VectorRef<'_> {
        match self {
            Self::Dense { n_features, values } => {
                VectorRef::Dense(&values[row * n_features..(row + 1) * n_features])
            }
            Self::Sparse { n_features, offsets, indices, values } => {
                let range = offsets[row]..offsets[row + 1];
                VectorRef::Sparse {
                    size: *n_features,
                    indices: &indices[range.clone()],
                    values: &values[range],
                }
            }
        }
    }

    /// Adds a row of the same size; a dense row makes sparse rows dense.
    pub fn push(&mut self, vector: VectorRef<'_>) {
        if matches!((&*self, vector), (Self::Sparse { .. }, VectorRef::Dense(_))) {
            *self = self.to_dense();
        }
        match self {
            Self::Dense { values, .. } => {
                let start = values.len();
                values.resize(start + vector.size(), 0.0);
                vector.write_to(&mut values[start..]);
            }
            Self::Sparse { offsets, indices, values, .. } => {
                vector.for_each_active(|index, value| {
                    indices.push(index as i32);
                    values.push(value);
                });
                offsets.push(values.len());
            }
        }
    }

    fn to_dense(&self) -> Self {
        let n_features = self.n_features();
        let mut values = vec![0.0; self.len() * n_features];
        if n_features > 0 {
            let rows = values.chunks_exact_mut(n_features).enumerate();
            rows.for_each(|(row, out)| self.row(row).write_to(out));
        }
        Self::Dense { n_features, values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dense_row_makes_sparse_rows_dense() {
        let mut rows = Rows::sparse(3);
        rows.push(VectorRef::Sparse { size: 3, indices: &[2], values: &[5.0] });
        assert_eq!(rows.row(0).get(2), Some(5.0));
        rows.push(VectorRef::Dense(&[1.0, 2.0, 3.0]));
        assert_eq!(rows.len(), 2);
        assert_eq!(rows.row(0), VectorRef::Dense(&[0.0, 0.0, 5.0]));
        assert_eq!(rows.row(1), VectorRef::Dense(&[1.0, 2.0, 3.0]));
    }
}
