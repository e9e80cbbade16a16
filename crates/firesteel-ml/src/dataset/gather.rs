// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the columns of a table to the flat numbers of a `Dataset`, with every bad value refused by name.

use std::sync::Arc;

use firesteel_core::{Error, Result, err};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, RecordBatch,
};
use firesteel_data::datafusion::arrow::compute::cast;
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use firesteel_data::vector::{VectorColumn, VectorRef, is_vector_type};

use super::{Dataset, Instances, Rows};
use crate::frame;

/// Which columns an algorithm reads.
#[derive(Clone, Debug)]
pub(crate) struct Gather<'a> {
    /// Whose messages these are.
    pub(crate) owner: &'a str,
    /// The column of vectors.
    pub(crate) features: &'a str,
    /// The column of labels.
    pub(crate) label: Option<&'a str>,
    /// The column of weights; an empty name is none.
    pub(crate) weight: Option<&'a str>,
}

impl Gather<'_> {
    /// Fetches the columns.
    ///
    /// # Errors
    /// `Schema` for missing columns and columns of the wrong type, `InvalidArgument` for nulls, NaN, infinities,
    /// negative weights and for a table without rows.
    pub(crate) fn run(&self, df: &DataFrame) -> Result<Dataset> {
        let schema = df.schema();
        let features = frame::field(self.owner, &schema, self.features)?;
        ensure_features(self.owner, &features)?;
        let weight = self.weight.filter(|name| !name.is_empty());
        let scalars = [self.label, weight];
        for name in scalars.into_iter().flatten() {
            let field = frame::field(self.owner, &schema, name)?;
            ensure_numeric(self.owner, &field)?;
        }
        let names: Vec<&str> =
            [self.features].into_iter().chain(scalars.into_iter().flatten()).collect();
        let partitions = frame::fetch(self.owner, df, &names)?;
        let n_features = self.size_of_first(&partitions)?;
        let instances = partitions.iter().map(|batches| self.instances(batches, n_features));
        Ok(Dataset::new(instances.collect::<Result<_>>()?, n_features))
    }

    fn size_of_first(&self, partitions: &[Vec<RecordBatch>]) -> Result<usize> {
        let first = partitions.iter().flatten().find(|batch| batch.num_rows() > 0);
        let Some(batch) = first else {
            return Err(frame::no_rows(self.owner));
        };
        let column = FeatureColumn::new(batch.column(0))?;
        let size = column.row(0).map(VectorRef::size).ok_or_else(|| self.bad("null", 0))?;
        if size == 0 {
            return Err(self.bad("a vector without values", 0));
        }
        Ok(size)
    }

    fn instances(&self, batches: &[RecordBatch], n_features: usize) -> Result<Instances> {
        let mut out = Instances { rows: Rows::sparse(n_features), ..Instances::default() };
        for batch in batches {
            let start = out.rows.len();
            let column = FeatureColumn::new(batch.column(0))?;
            for row in 0..batch.num_rows() {
                let vector = column.row(row).ok_or_else(|| self.bad("null", start + row))?;
                self.check(vector, n_features, start + row)?;
                out.rows.push(vector);
            }
            let mut scalars = batch.columns()[1..].iter();
            if let Some((name, column)) = self.label.and_then(|name| Some((name, scalars.next()?)))
            {
                out.labels.extend(self.numbers(name, column, start, f64::is_finite, "finite")?);
            }
            if let Some((name, column)) = self.weight.and_then(|name| Some((name, scalars.next()?)))
            {
                let valid = |x: f64| x.is_finite() && x >= 0.0;
                out.weights.extend(self.numbers(
                    name,
                    column,
                    start,
                    valid,
                    "finite and not negative",
                )?);
            }
        }
        Ok(out)
    }

    fn check(&self, vector: VectorRef<'_>, n_features: usize, row: usize) -> Result<()> {
        if vector.size() != n_features {
            let what = format!("column `{}` has vectors of different sizes", self.features);
            let got = format!("{} in row {row}", vector.size());
            return Err(err::schema(what).expected(n_features).got(got).at(self.owner));
        }
        match vector.values().iter().find(|value| !value.is_finite()) {
            Some(value) => Err(self.bad(&value.to_string(), row)),
            None => Ok(()),
        }
    }

    fn bad(&self, got: &str, row: usize) -> Error {
        err::invalid_argument(self.owner, self.features)
            .expected("vectors of finite numbers")
            .got(format!("{got} in row {row}"))
            .fix("filter or fill such rows first")
    }

    fn numbers(
        &self,
        name: &str,
        column: &ArrayRef,
        start: usize,
        valid: impl Fn(f64) -> bool,
        expected: &str,
    ) -> Result<Vec<f64>> {
        let numbers = numeric_column(column)?;
        let check = |(row, value): (usize, Option<f64>)| match value {
            Some(x) if valid(x) => Ok(x),
            other => Err(err::invalid_argument(self.owner, name)
                .expected(expected)
                .got(format!(
                    "{} in row {}",
                    other.map_or_else(|| "null".to_owned(), |x| x.to_string()),
                    start + row
                ))
                .fix("filter or fill such rows first")),
        };
        numbers.iter().enumerate().map(check).collect()
    }
}

/// Refuses a column that holds neither vectors nor lists of numbers.
///
/// # Errors
/// `Schema` with the type that was found.
pub(crate) fn ensure_features(owner: &str, field: &FieldRef) -> Result<()> {
    if is_vector_type(field.data_type()) || is_list_of_numbers(field.data_type()) {
        return Ok(());
    }
    let fix = "make vectors of the columns with a VectorAssembler";
    Err(frame::wrong_type(owner, field, "vectors").fix(fix))
}

/// The rows of one column of vectors, or of lists of numbers.
pub(crate) enum FeatureColumn<'a> {
    /// Vectors, as they lie in the column.
    Vectors(VectorColumn<'a>),
    /// Lists of doubles.
    Lists(ArrayRef),
}

impl<'a> FeatureColumn<'a> {
    pub(crate) fn new(column: &'a ArrayRef) -> Result<Self> {
        if is_vector_type(column.data_type()) {
            return VectorColumn::new(column).map(Self::Vectors);
        }
        let element = Field::new("element", DataType::Float64, true);
        let lists = cast(column, &DataType::List(Arc::new(element)));
        lists.map(Self::Lists).map_err(|source| err::engine("cannot read lists of numbers", source))
    }

    pub(crate) fn row(&self, row: usize) -> Option<VectorRef<'_>> {
        match self {
            Self::Vectors(column) => column.row(row),
            Self::Lists(lists) => {
                let lists = lists.as_list::<i32>();
                let offsets = lists.value_offsets();
                let range = offsets[row] as usize..offsets[row + 1] as usize;
                let values = lists.values().as_primitive::<Float64Type>();
                let valid = lists.is_valid(row) && range.clone().all(|i| values.is_valid(i));
                valid.then(|| VectorRef::Dense(&values.values()[range]))
            }
        }
    }
}

fn is_list_of_numbers(data_type: &DataType) -> bool {
    match data_type {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            item.data_type().is_numeric()
        }
        _ => false,
    }
}

/// Refuses a column that holds no numbers.
///
/// # Errors
/// `Schema` with the type that was found.
pub(crate) fn ensure_numeric(owner: &str, field: &FieldRef) -> Result<()> {
    if field.data_type().is_numeric() {
        return Ok(());
    }
    let fix = "turn text into numbers with a StringIndexer";
    Err(frame::wrong_type(owner, field, "numbers").fix(fix))
}

/// A column of any numbers as doubles.
///
/// # Errors
/// `Engine` when the column does not hold numbers.
pub(crate) fn numeric_column(column: &ArrayRef) -> Result<Float64Array> {
    let doubles = cast(column, &DataType::Float64)
        .map_err(|source| err::engine("cannot read a column as numbers", source))?;
    Ok(doubles.as_primitive::<Float64Type>().clone())
}
