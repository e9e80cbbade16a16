// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Answer`: the rows of a result, to be compared and printed.

use firesteel::base::{Json, Result, err, json};
use firesteel::data::datafusion::arrow::array::{ArrayRef, AsArray as _, RecordBatch};
use firesteel::data::datafusion::arrow::compute::cast;
use firesteel::data::datafusion::arrow::datatypes::{DataType, Float64Type};

/// How far apart, relative to their size, sums in another order may be.
const TOLERANCE: f64 = 1e-9;

/// The rows of a result.
#[derive(Clone, Debug)]
pub(crate) struct Answer(Vec<Vec<Cell>>);

/// A value of a result; truth values are texts.
#[derive(Clone, Debug)]
enum Cell {
    Number(f64),
    Text(String),
    Null,
}

impl Answer {
    /// The rows in these batches.
    ///
    /// # Errors
    /// `Engine` for a column that is neither of numbers nor of texts.
    pub(crate) fn of_batches(batches: &[RecordBatch]) -> Result<Self> {
        let mut rows = Vec::new();
        for batch in batches {
            let columns = batch.columns().iter().map(cells).collect::<Result<Vec<_>>>()?;
            for row in 0..batch.num_rows() {
                rows.push(columns.iter().map(|column| column[row].clone()).collect());
            }
        }
        Ok(Self(rows))
    }

    /// Words with their numbers.
    pub(crate) fn of_counts(counts: Vec<(u64, String)>) -> Self {
        let row = |(n, word): (u64, String)| vec![Cell::Text(word), Cell::Number(n as f64)];
        Self(counts.into_iter().map(row).collect())
    }

    /// Whether both have the same rows, numbers up to rounding; no rows at all are no answer.
    pub(crate) fn agrees_with(&self, other: &Self) -> bool {
        let same_row = |(a, b): (&Vec<Cell>, &Vec<Cell>)| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.agrees_with(b))
        };
        let (ours, theirs) = (&self.0, &other.0);
        !ours.is_empty() && ours.len() == theirs.len() && ours.iter().zip(theirs).all(same_row)
    }

    /// A list of lists.
    pub(crate) fn to_json(&self) -> Json {
        let row = |row: &Vec<Cell>| Json::from(row.iter().map(Cell::to_json).collect::<Vec<_>>());
        Json::from(self.0.iter().map(row).collect::<Vec<_>>())
    }
}

impl Cell {
    fn agrees_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => (a - b).abs() <= TOLERANCE * a.abs().max(1.0),
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Null, Self::Null) => true,
            _ => false,
        }
    }

    fn to_json(&self) -> Json {
        match self {
            Self::Number(number) => json!(number),
            Self::Text(text) => json!(text),
            Self::Null => Json::Null,
        }
    }
}

fn cells(column: &ArrayRef) -> Result<Vec<Cell>> {
    let is_number = column.data_type().is_numeric();
    let target = if is_number { DataType::Float64 } else { DataType::Utf8 };
    let column = cast(column, &target).map_err(|error| err::engine("answer", error))?;
    Ok(if is_number {
        let numbers = column.as_primitive::<Float64Type>().iter();
        numbers.map(|number| number.map_or(Cell::Null, Cell::Number)).collect()
    } else {
        let texts = column.as_string::<i32>().iter();
        texts.map(|text| text.map_or(Cell::Null, |text| Cell::Text(text.to_owned()))).collect()
    })
}
