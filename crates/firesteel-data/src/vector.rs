// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Vector`: the dense and sparse vectors of machine learning, one value of a table cell.
//!
//! In a table a vector column has the Arrow form of Spark's `VectorUDT`,
//! `struct<type: int8, size: int32, indices: list<int32>, values: list<double>>`, where type 0 is sparse and 1 is
//! dense, and its field carries the metadata `firesteel.type = vector`.

mod builder;
mod column;
mod field;

use std::fmt;

use firesteel_core::{Result, err};

pub use builder::VectorBuilder;
pub use column::VectorColumn;
pub use field::{
    ML_ATTR, TYPE_KEY, is_vector_type, ml_attr, vector_field, vector_type, with_ml_attr,
};

use crate::java_double;

/// A vector of numbers, with or without its zeros.
///
/// Written as Spark writes it: `[1.0,0.0]`, `(3,[0],[1.0])`.
#[derive(Clone, Debug, PartialEq)]
pub enum Vector {
    /// Every value in order.
    Dense(Vec<f64>),
    /// The values that are not zero, and where they stand.
    Sparse {
        /// The number of values, zeros included.
        size: usize,
        /// Positions, ascending, counted from 0.
        indices: Vec<i32>,
        /// The value at each position.
        values: Vec<f64>,
    },
}

/// Makes vectors, under the name that Spark gives the maker.
///
/// # Examples
/// ```
/// use firesteel_data::vector::Vectors;
///
/// assert_eq!(Vectors::dense([1.0, 0.0]).to_string(), "[1.0,0.0]");
/// assert_eq!(Vectors::sparse(3, [0], [1.0])?.to_string(), "(3,[0],[1.0])");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Vectors;

impl Vectors {
    /// A vector of all its values.
    pub fn dense(values: impl Into<Vec<f64>>) -> Vector {
        Vector::Dense(values.into())
    }

    /// A vector of `size` values, zero but for those given.
    ///
    /// # Errors
    /// `InvalidArgument` when positions and values differ in number, or positions do not ascend below `size`.
    pub fn sparse(
        size: usize,
        indices: impl Into<Vec<i32>>,
        values: impl Into<Vec<f64>>,
    ) -> Result<Vector> {
        let (indices, values) = (indices.into(), values.into());
        if indices.len() != values.len() {
            return Err(err::invalid_argument("Vectors::sparse", "values")
                .expected(format!("as many as the {} indices", indices.len()))
                .got(values.len()));
        }
        let ascending = indices.windows(2).all(|pair| pair[0] < pair[1]);
        let inside = indices.first().is_none_or(|&first| first >= 0)
            && indices.last().is_none_or(|&last| (last as usize) < size);
        if !ascending || !inside {
            return Err(err::invalid_argument("Vectors::sparse", "indices")
                .expected(format!("ascending and from 0 to below {size}"))
                .got(format!("{indices:?}")));
        }
        Ok(Vector::Sparse { size, indices, values })
    }

    /// A dense vector of zeros.
    pub fn zeros(size: usize) -> Vector {
        Vector::Dense(vec![0.0; size])
    }
}

impl Vector {
    /// The number of values, zeros included.
    pub fn size(&self) -> usize {
        self.as_ref().size()
    }

    /// The value at a position; `None` past the end.
    pub fn get(&self, index: usize) -> Option<f64> {
        self.as_ref().get(index)
    }

    /// Every value, zeros included.
    pub fn to_array(&self) -> Vec<f64> {
        self.as_ref().to_array()
    }

    /// The vector as a view.
    pub fn as_ref(&self) -> VectorRef<'_> {
        match self {
            Self::Dense(values) => VectorRef::Dense(values),
            Self::Sparse { size, indices, values } => {
                VectorRef::Sparse { size: *size, indices, values }
            }
        }
    }
}

impl fmt::Display for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

/// A vector that lies in a column; see [`VectorColumn`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum VectorRef<'a> {
    /// Every value in order.
    Dense(&'a [f64]),
    /// The values that are not zero, and where they stand.
    Sparse {
        /// The number of values, zeros included.
        size: usize,
        /// Positions, ascending, counted from 0.
        indices: &'a [i32],
        /// The value at each position.
        values: &'a [f64],
    },
}

impl<'a> VectorRef<'a> {
    /// The number of values, zeros included.
    pub fn size(self) -> usize {
        match self {
            Self::Dense(values) => values.len(),
            Self::Sparse { size, .. } => size,
        }
    }

    /// The values that are held: all of a dense vector, those given of a sparse one.
    pub fn values(self) -> &'a [f64] {
        match self {
            Self::Dense(values) | Self::Sparse { values, .. } => values,
        }
    }

    /// The value at a position; `None` past the end.
    pub fn get(self, index: usize) -> Option<f64> {
        match self {
            Self::Dense(values) => values.get(index).copied(),
            Self::Sparse { size, indices, values } if index < size => {
                let found = indices.binary_search(&(index as i32));
                Some(found.map_or(0.0, |at| values[at]))
            }
            Self::Sparse { .. } => None,
        }
    }

    /// Calls `visit` with the position and value of every value that is held.
    pub fn for_each_active(self, mut visit: impl FnMut(usize, f64)) {
        match self {
            Self::Dense(values) => values.iter().enumerate().for_each(|(i, &x)| visit(i, x)),
            Self::Sparse { indices, values, .. } => {
                indices.iter().zip(values).for_each(|(&i, &x)| visit(i as usize, x));
            }
        }
    }

    /// Writes every value, zeros included, into `out`, which must be of this size.
    pub fn write_to(self, out: &mut [f64]) {
        out.fill(0.0);
        self.for_each_active(|i, x| out[i] = x);
    }

    /// Every value, zeros included.
    pub fn to_array(self) -> Vec<f64> {
        let mut out = vec![0.0; self.size()];
        self.write_to(&mut out);
        out
    }

    /// The vector as an owned one.
    pub fn to_vector(self) -> Vector {
        match self {
            Self::Dense(values) => Vector::Dense(values.to_vec()),
            Self::Sparse { size, indices, values } => {
                Vector::Sparse { size, indices: indices.to_vec(), values: values.to_vec() }
            }
        }
    }
}

impl fmt::Display for VectorRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers =
            |values: &[f64]| values.iter().map(|&x| java_double(x)).collect::<Vec<_>>().join(",");
        match self {
            Self::Dense(values) => write!(f, "[{}]", numbers(values)),
            Self::Sparse { size, indices, values } => {
                let indices: Vec<String> = indices.iter().map(i32::to_string).collect();
                write!(f, "({size},[{}],[{}])", indices.join(","), numbers(values))
            }
        }
    }
}

#[cfg(test)]
mod tests;
