// SPDX-License-Identifier: MIT OR Apache-2.0
//! Columns of a record batch as rows of `f32`.

use firesteel_core::{Result, err};
use firesteel_data::datafusion::arrow::array::{Array, ArrayRef, AsArray};
use firesteel_data::datafusion::arrow::compute::cast;
use firesteel_data::datafusion::arrow::datatypes::{DataType, Float32Type};
use firesteel_data::vector::{VectorColumn, is_vector_type};

/// Some columns side by side: numbers one value wide, vectors as wide as they are.
#[derive(Debug)]
pub(crate) struct Matrix {
    /// Row after row.
    pub(crate) values: Vec<f32>,
    pub(crate) width: usize,
    pub(crate) rows: usize,
    /// How many values of a row each column takes.
    pub(crate) widths: Vec<usize>,
}

/// One column.
struct Block {
    values: Vec<f32>,
    width: usize,
}

/// Puts columns side by side.
///
/// # Errors
/// `Schema` for a column that holds no numbers, that has nulls, or whose vectors differ in size.
pub(crate) fn matrix(columns: &[ArrayRef], names: &[String]) -> Result<Matrix> {
    let rows = columns.first().map_or(0, |column| column.len());
    let blocks = columns
        .iter()
        .zip(names)
        .map(|(column, name)| block(column, name))
        .collect::<Result<Vec<_>>>()?;
    let widths: Vec<usize> = blocks.iter().map(|block| block.width).collect();
    let width = widths.iter().sum();
    let mut values = vec![0.0; rows * width];
    let mut start = 0;
    for block in &blocks {
        for row in 0..rows {
            let to = row * width + start;
            let from = row * block.width;
            values[to..to + block.width].copy_from_slice(&block.values[from..from + block.width]);
        }
        start += block.width;
    }
    Ok(Matrix { values, width, rows, widths })
}

fn block(column: &ArrayRef, name: &str) -> Result<Block> {
    if column.null_count() > 0 {
        return Err(err::schema(format!("column `{name}` has nulls"))
            .expected("a value in every row")
            .got(format!("{} nulls in a batch of {} rows", column.null_count(), column.len()))
            .fix("drop the rows with `dropna` or fill them with `fillna`"));
    }
    if is_vector_type(column.data_type()) {
        return vectors(column, name);
    }
    if !column.data_type().is_numeric() && column.data_type() != &DataType::Boolean {
        return Err(err::schema(format!("column `{name}` holds no numbers"))
            .expected("a number, a boolean or a vector")
            .got(column.data_type())
            .fix("cast it, or index strings with a StringIndexer"));
    }
    let floats = cast(column, &DataType::Float32)
        .map_err(|error| err::engine(format!("column `{name}` cannot be cast to float"), error))?;
    let values = floats.as_primitive::<Float32Type>().values().to_vec();
    Ok(Block { values, width: 1 })
}

fn vectors(column: &ArrayRef, name: &str) -> Result<Block> {
    let view = VectorColumn::new(column)?;
    let mut values = Vec::new();
    let mut width = None;
    for vector in view.iter().flatten() {
        let size = *width.get_or_insert_with(|| vector.size());
        if vector.size() != size {
            return Err(err::schema(format!("the vectors of column `{name}` differ in size"))
                .expected(size)
                .got(vector.size()));
        }
        let start = values.len();
        values.resize(start + size, 0.0);
        vector.for_each_active(|index, value| values[start + index] = value as f32);
    }
    Ok(Block { values, width: width.unwrap_or(0) })
}
