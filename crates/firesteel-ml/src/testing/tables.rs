// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables in memory, changed in the ways that break estimators.

use std::sync::Arc;

use firesteel_core::{Result, err};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::array::{
    Array, ArrayRef, Float64Array, RecordBatch, UInt32Array,
};
use firesteel_data::datafusion::arrow::compute::{concat_batches, take};
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, Schema};
use firesteel_data::vector::{VectorBuilder, VectorColumn, is_vector_type};

use crate::dataset::numeric_column;
use crate::frame;

/// A table as one batch, with the session that it came from.
pub(super) struct Table {
    source: DataFrame,
    pub(super) rows: RecordBatch,
}

impl Table {
    pub(super) fn of(source: &DataFrame) -> Result<Self> {
        Ok(Self { source: source.clone(), rows: rows_of(source)? })
    }

    /// The rows as a table of so many partitions.
    pub(super) fn in_partitions(&self, rows: &RecordBatch, n: usize) -> Result<DataFrame> {
        let cut = |i: usize| i * rows.num_rows() / n;
        let parts = (0..n).map(|i| vec![rows.slice(cut(i), cut(i + 1) - cut(i))]);
        self.source.session().from_partitions(rows.schema(), parts.collect())
    }

    /// The first so many rows.
    pub(super) fn first(&self, n: usize) -> Result<DataFrame> {
        self.in_partitions(&self.rows.slice(0, n.min(self.rows.num_rows())), 1)
    }

    /// For every column the table with a null in its first row, and with NaN where the column can hold it.
    pub(super) fn spoiled(&self) -> Result<Vec<(String, DataFrame)>> {
        let mut tables = Vec::new();
        for (i, field) in self.rows.schema().fields().iter().enumerate() {
            let column = self.rows.column(i);
            tables.push((
                format!("a null in `{}`", field.name()),
                self.replaced(i, with_null(column)?)?,
            ));
            if let Some(spoiled) = with_nan(column)? {
                tables.push((format!("NaN in `{}`", field.name()), self.replaced(i, spoiled)?));
            }
        }
        Ok(tables)
    }

    fn replaced(&self, position: usize, column: ArrayRef) -> Result<DataFrame> {
        let nullable = |field: &Arc<Field>| field.as_ref().clone().with_nullable(true);
        let fields: Vec<Field> = self.rows.schema().fields().iter().map(nullable).collect();
        let mut columns = self.rows.columns().to_vec();
        columns[position] = column;
        let rows = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns);
        let rows = rows
            .map_err(|source| err::internal("a spoiled column does not fit").caused_by(source))?;
        self.in_partitions(&rows, 1)
    }
}

/// All rows of a table in the order of its partitions.
pub(super) fn rows_of(df: &DataFrame) -> Result<RecordBatch> {
    let names = df.columns();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let batches: Vec<RecordBatch> = frame::fetch("check_estimator", df, &names)?.concat();
    let broken = |source| err::internal("batches of one table differ").caused_by(source);
    let schema = df.schema();
    let columns =
        |batch: &RecordBatch| RecordBatch::try_new(Arc::clone(&schema), batch.columns().to_vec());
    let batches = batches.iter().map(columns).collect::<Result<Vec<_>, _>>().map_err(broken)?;
    concat_batches(&schema, &batches).map_err(broken)
}

/// Whether two columns are equal, numbers and vectors up to the rounding of sums in another order.
pub(super) fn agree(a: &ArrayRef, b: &ArrayRef) -> Result<bool> {
    if a == b {
        return Ok(true);
    }
    if a.len() != b.len() || a.data_type() != b.data_type() {
        return Ok(false);
    }
    let near =
        |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) || (a.is_nan() && b.is_nan());
    if *a.data_type() == DataType::Float64 {
        let (a, b) = (numeric_column(a)?, numeric_column(b)?);
        return Ok(a.iter().zip(b.iter()).all(|pair| match pair {
            (Some(a), Some(b)) => near(a, b),
            (a, b) => a.is_none() && b.is_none(),
        }));
    }
    if !is_vector_type(a.data_type()) {
        return Ok(false);
    }
    let (a, b) = (VectorColumn::new(a)?, VectorColumn::new(b)?);
    Ok(a.iter().zip(b.iter()).all(|pair| match pair {
        (Some(a), Some(b)) => {
            let (a, b) = (a.to_array(), b.to_array());
            a.len() == b.len() && a.iter().zip(&b).all(|(&a, &b)| near(a, b))
        }
        (a, b) => a.is_none() && b.is_none(),
    }))
}

fn with_null(column: &ArrayRef) -> Result<ArrayRef> {
    let rows = (0..column.len() as u32).map(|row| (row > 0).then_some(row));
    let rows: UInt32Array = rows.collect();
    take(column, &rows, None)
        .map_err(|source| err::internal("cannot put a null into a column").caused_by(source))
}

fn with_nan(column: &ArrayRef) -> Result<Option<ArrayRef>> {
    if *column.data_type() == DataType::Float64 {
        let numbers = numeric_column(column)?;
        let spoiled =
            numbers.iter().enumerate().map(|(row, x)| if row == 0 { Some(f64::NAN) } else { x });
        return Ok(Some(Arc::new(spoiled.collect::<Float64Array>())));
    }
    if !is_vector_type(column.data_type()) {
        return Ok(None);
    }
    let mut builder = VectorBuilder::new();
    for (row, vector) in VectorColumn::new(column)?.iter().enumerate() {
        match vector {
            Some(vector) if row == 0 => {
                builder.append_dense(vector.to_array().into_iter().map(|_| f64::NAN));
            }
            Some(vector) => builder.append(vector),
            None => builder.append_null(),
        }
    }
    builder.finish().map(Some)
}
