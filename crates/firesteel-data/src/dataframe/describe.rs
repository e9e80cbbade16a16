// SPDX-License-Identifier: MIT OR Apache-2.0
//! `describe`: count, mean, deviation and range of columns.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Column;
use datafusion::logical_expr::{Expr, try_cast};
use firesteel_core::{Result, err};

use super::DataFrame;
use crate::Value;
use crate::functions::{avg, count, max, min, stddev};

type Statistic = fn(Expr) -> Expr;

/// What is computed of a column, in the order of the rows.
const STATISTICS: &[(&str, Statistic)] = &[
    ("count", |column| count(column)),
    ("mean", |column| avg(try_cast(column, DataType::Float64))),
    ("stddev", |column| stddev(try_cast(column, DataType::Float64))),
    ("min", |column| min(column)),
    ("max", |column| max(column)),
];

impl DataFrame {
    /// Count, mean, sample deviation, smallest and largest value of these columns, as texts; without names, of all
    /// columns of numbers and texts. The query runs now.
    ///
    /// # Errors
    /// `Schema` for an unknown column; whatever the query meets.
    pub fn describe(&self, columns: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self> {
        let mut columns = self.find_all(columns)?;
        if columns.is_empty() {
            columns = self.describable();
        }
        if columns.is_empty() {
            return Err(err::schema("no column of numbers or texts to describe"));
        }
        let values = self.statistics(&columns)?;
        let text = |value: &Value| (!value.is_null()).then(|| value.to_string());
        let names = STATISTICS.iter().map(|(name, _)| Some(*name));
        let mut fields = vec![Field::new("summary", DataType::Utf8, true)];
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(names.collect::<StringArray>())];
        for (column, values) in columns.iter().zip(values.chunks(STATISTICS.len())) {
            fields.push(Field::new(column.name(), DataType::Utf8, true));
            arrays.push(Arc::new(values.iter().map(text).collect::<StringArray>()));
        }
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays);
        let batch = batch.map_err(|error| err::engine("describe", error))?;
        self.session.create_data_frame(batch)
    }

    fn describable(&self) -> Vec<Column> {
        let fits = |data_type: &DataType| data_type.is_numeric() || data_type.is_string();
        let fields = self.df_schema().iter().filter(|(_, field)| fits(field.data_type()));
        fields.map(Column::from).collect()
    }

    /// The statistics of all columns, one after the other.
    fn statistics(&self, columns: &[Column]) -> Result<Vec<Value>> {
        let mut exprs = Vec::new();
        for column in columns {
            for (_, statistic) in STATISTICS {
                let name = format!("s{}", exprs.len());
                exprs.push((statistic(Expr::Column(column.clone())).alias(name.clone()), name));
            }
        }
        let row = self.aggregate(Vec::new(), exprs)?.first()?;
        let row = row.ok_or_else(|| err::internal("an aggregate without a row"))?;
        Ok(row.values().to_vec())
    }
}
