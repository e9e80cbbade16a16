// SPDX-License-Identifier: MIT OR Apache-2.0
//! `VectorColumn`: reads a vector column without copying it.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int32Array, ListArray, StructArray};
use datafusion::arrow::datatypes::{Float64Type, Int8Type, Int32Type};
use firesteel_core::{Result, err};

use super::{VectorRef, is_vector_type};

/// A view of a vector column.
#[derive(Clone, Copy, Debug)]
pub struct VectorColumn<'a> {
    rows: &'a StructArray,
    kinds: &'a [i8],
    sizes: &'a Int32Array,
    indices: &'a ListArray,
    flat_indices: &'a [i32],
    values: &'a ListArray,
    flat_values: &'a [f64],
}

impl<'a> VectorColumn<'a> {
    /// The view of a column.
    ///
    /// # Errors
    /// `Schema` when the column does not hold vectors.
    pub fn new(array: &'a ArrayRef) -> Result<Self> {
        if !is_vector_type(array.data_type()) {
            return Err(err::schema("the column does not hold vectors").got(array.data_type()));
        }
        let rows = array.as_struct();
        let (indices, values) = (rows.column(2).as_list::<i32>(), rows.column(3).as_list::<i32>());
        Ok(Self {
            rows,
            kinds: rows.column(0).as_primitive::<Int8Type>().values(),
            sizes: rows.column(1).as_primitive::<Int32Type>(),
            indices,
            flat_indices: indices.values().as_primitive::<Int32Type>().values(),
            values,
            flat_values: values.values().as_primitive::<Float64Type>().values(),
        })
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The vector of a row, `None` where it is null; the row must exist.
    pub fn row(&self, row: usize) -> Option<VectorRef<'a>> {
        if self.rows.is_null(row) {
            return None;
        }
        let values = &self.flat_values[range(self.values, row)];
        if self.kinds[row] == 1 {
            return Some(VectorRef::Dense(values));
        }
        let indices = &self.flat_indices[range(self.indices, row)];
        Some(VectorRef::Sparse { size: self.sizes.value(row) as usize, indices, values })
    }

    /// The vectors in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<VectorRef<'a>>> {
        let column = *self;
        (0..column.len()).map(move |row| column.row(row))
    }
}

fn range(list: &ListArray, row: usize) -> std::ops::Range<usize> {
    let offsets = list.value_offsets();
    offsets[row] as usize..offsets[row + 1] as usize
}
