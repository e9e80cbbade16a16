// SPDX-License-Identifier: MIT OR Apache-2.0
//! `VectorBuilder`: makes a vector column row by row.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Float64Array, Int8Array, Int32Array, ListArray, StructArray,
};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use firesteel_core::{Result, err};

use super::{VectorRef, vector_type};

/// Makes a vector column row by row.
#[derive(Debug, Default)]
pub struct VectorBuilder {
    kinds: Vec<i8>,
    sizes: Vec<Option<i32>>,
    indices: Vec<i32>,
    index_ends: Vec<i32>,
    values: Vec<f64>,
    value_ends: Vec<i32>,
    valid: Vec<bool>,
}

impl VectorBuilder {
    /// A builder without rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a vector.
    pub fn append(&mut self, vector: VectorRef<'_>) {
        match vector {
            VectorRef::Dense(values) => self.append_dense(values.iter().copied()),
            VectorRef::Sparse { size, indices, values } => {
                self.append_sparse(size, indices.iter().copied().zip(values.iter().copied()));
            }
        }
    }

    /// Adds a vector of all its values.
    pub fn append_dense(&mut self, values: impl IntoIterator<Item = f64>) {
        self.values.extend(values);
        self.finish_row(1, None, true);
    }

    /// Adds a vector of the values that are not zero; positions must ascend.
    pub fn append_sparse(&mut self, size: usize, active: impl IntoIterator<Item = (i32, f64)>) {
        for (index, value) in active {
            self.indices.push(index);
            self.values.push(value);
        }
        self.finish_row(0, Some(size as i32), true);
    }

    /// Adds the smaller of the two forms of a vector, by Spark's rule: sparse where `1.5 * (nonzeros + 1) < size`.
    pub fn append_compressed(&mut self, size: usize, nonzero: &[(i32, f64)]) {
        if 1.5 * (nonzero.len() as f64 + 1.0) < size as f64 {
            return self.append_sparse(size, nonzero.iter().copied());
        }
        let start = self.values.len();
        self.values.resize(start + size, 0.0);
        for &(index, value) in nonzero {
            self.values[start + index as usize] = value;
        }
        self.finish_row(1, None, true);
    }

    /// Adds a null.
    pub fn append_null(&mut self) {
        self.finish_row(1, None, false);
    }

    fn finish_row(&mut self, kind: i8, size: Option<i32>, valid: bool) {
        self.kinds.push(kind);
        self.sizes.push(size);
        self.index_ends.push(self.indices.len() as i32);
        self.value_ends.push(self.values.len() as i32);
        self.valid.push(valid);
    }

    /// The column.
    ///
    /// # Errors
    /// `Internal` when its parts do not fit together.
    pub fn finish(self) -> Result<ArrayRef> {
        let sparse: NullBuffer = self.sizes.iter().map(Option::is_some).collect();
        let present = NullBuffer::from(self.valid);
        let starts = |ends: Vec<i32>| {
            OffsetBuffer::new(std::iter::once(0).chain(ends).collect::<Vec<_>>().into())
        };
        let element = |kind| Arc::new(Field::new("element", kind, false));
        let indices = ListArray::try_new(
            element(DataType::Int32),
            starts(self.index_ends),
            Arc::new(Int32Array::from(self.indices)),
            Some(sparse),
        );
        let values = ListArray::try_new(
            element(DataType::Float64),
            starts(self.value_ends),
            Arc::new(Float64Array::from(self.values)),
            Some(present.clone()),
        );
        let broken =
            |source| err::internal("parts of a vector column do not fit").caused_by(source);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int8Array::from(self.kinds)),
            Arc::new(Int32Array::from(self.sizes)),
            Arc::new(indices.map_err(broken)?),
            Arc::new(values.map_err(broken)?),
        ];
        let nulls = (present.null_count() > 0).then_some(present);
        Ok(Arc::new(StructArray::try_new(fields(), columns, nulls).map_err(broken)?))
    }
}

fn fields() -> Fields {
    match vector_type() {
        DataType::Struct(fields) => fields,
        _ => Fields::empty(),
    }
}
