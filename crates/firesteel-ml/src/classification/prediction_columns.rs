// SPDX-License-Identifier: MIT OR Apache-2.0
//! The columns that a classifier adds: raw prediction, probability, prediction.

use std::sync::Arc;

use firesteel_core::{Result, err, json};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::array::{ArrayRef, Float64Array};
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, Schema};
use firesteel_data::datafusion::logical_expr::Expr;
use firesteel_data::vector::{VectorBuilder, VectorColumn, vector_field, with_ml_attr};

use crate::attribute::AttributeGroup;
use crate::function::{self, ColumnFunction};
use crate::{columns, frame};

/// The names of the columns that a classifier adds; an empty name adds none.
pub(super) struct PredictionColumns<'a> {
    pub(super) owner: &'a str,
    pub(super) raw: &'a str,
    pub(super) probability: &'a str,
    pub(super) prediction: &'a str,
    pub(super) thresholds: Option<&'a [f64]>,
    /// The number of classes, where it is known.
    pub(super) n_classes: Option<usize>,
}

impl PredictionColumns<'_> {
    /// The fields of the columns, in their order.
    pub(super) fn fields(&self, schema: &Schema) -> Result<Vec<Field>> {
        let mut fields: Vec<Field> = Vec::new();
        let sized = |field| match self.n_classes {
            Some(n) => with_ml_attr(field, &AttributeGroup::of_size(n).to_json()),
            None => field,
        };
        for name in [self.raw, self.probability] {
            fields.extend((!name.is_empty()).then(|| sized(vector_field(name, true))));
        }
        if !self.prediction.is_empty() {
            let field = Field::new(self.prediction, DataType::Float64, true);
            fields.push(match self.n_classes {
                Some(n) => with_ml_attr(field, &json!({"type": "nominal", "num_vals": n})),
                None => field,
            });
        }
        let mut seen = columns::extended(schema, []);
        for field in &fields {
            frame::ensure_new(self.owner, &seen, field.name())?;
            seen = columns::extended(&seen, [field.clone()]);
        }
        Ok(fields)
    }

    /// Checks thresholds against the number of classes.
    pub(super) fn ensure_thresholds(&self, n_classes: usize) -> Result<()> {
        let Some(thresholds) = self.thresholds else { return Ok(()) };
        let refuse = |expected: String| {
            Err(err::invalid_argument(self.owner, "thresholds")
                .expected(expected)
                .got(format!("{thresholds:?}")))
        };
        if thresholds.len() != n_classes {
            return refuse(format!("one number for each of the {n_classes} classes"));
        }
        let zeros = thresholds.iter().filter(|&&threshold| threshold == 0.0).count();
        if thresholds.iter().any(|&threshold| threshold < 0.0 || threshold.is_nan()) || zeros > 1 {
            return refuse("not negative, with at most one zero".to_owned());
        }
        Ok(())
    }

    /// The table with the columns; `raw` computes raw predictions from the column of features.
    pub(super) fn add(
        &self,
        df: &DataFrame,
        features: &str,
        raw: &Arc<dyn ColumnFunction>,
    ) -> Result<DataFrame> {
        let mut table = df.clone();
        for field in self.fields(&df.schema())? {
            let name = field.name().clone();
            let expr = if name == self.raw {
                self.raw_prediction(&table, features, raw, field)?
            } else {
                let input = if self.raw.is_empty() {
                    self.raw_prediction(&table, features, raw, vector_field("raw", true))?
                } else {
                    frame::column(self.owner, &table, self.raw)?
                };
                self.beyond_raw(input, field)
            };
            table = frame::with_column(&table, &name, expr)?;
        }
        Ok(table)
    }

    fn raw_prediction(
        &self,
        table: &DataFrame,
        features: &str,
        raw: &Arc<dyn ColumnFunction>,
        field: Field,
    ) -> Result<Expr> {
        let features = frame::column(self.owner, table, features)?;
        Ok(function::call("raw_prediction", Arc::clone(raw), field, vec![features]))
    }

    fn beyond_raw(&self, raw: Expr, field: Field) -> Expr {
        if field.name() == self.probability {
            return function::call("probability", Arc::new(Probability), field, vec![raw]);
        }
        let predict = Predict { thresholds: self.thresholds.map(<[f64]>::to_vec) };
        function::call("prediction", Arc::new(predict), field, vec![raw])
    }
}

/// The function that turns raw predictions into probabilities: their shares of the sum.
#[derive(Debug)]
struct Probability;

impl ColumnFunction for Probability {
    fn compute(&self, inputs: &[ArrayRef]) -> Result<ArrayRef> {
        let mut builder = VectorBuilder::new();
        for raw in VectorColumn::new(&inputs[0])?.iter() {
            match raw {
                Some(raw) => builder.append_dense(shares(raw.to_array())),
                None => builder.append_null(),
            }
        }
        builder.finish()
    }
}

/// The function that chooses a class.
#[derive(Debug)]
struct Predict {
    thresholds: Option<Vec<f64>>,
}

impl ColumnFunction for Predict {
    fn compute(&self, inputs: &[ArrayRef]) -> Result<ArrayRef> {
        let choose = |raw: Vec<f64>| match &self.thresholds {
            None => largest(raw.into_iter()),
            // a class with threshold 0 wins unless its probability is 0 too
            Some(thresholds) => {
                largest(shares(raw).into_iter().zip(thresholds).map(|(p, t)| p / t))
            }
        };
        let column = VectorColumn::new(&inputs[0])?;
        let classes: Float64Array =
            column.iter().map(|raw| raw.map(|raw| choose(raw.to_array()) as f64)).collect();
        Ok(Arc::new(classes))
    }
}

fn shares(mut numbers: Vec<f64>) -> Vec<f64> {
    let total: f64 = numbers.iter().sum();
    if total != 0.0 {
        numbers.iter_mut().for_each(|number| *number /= total);
    }
    numbers
}

/// The position of the largest number, the first of equals; NaN is never chosen.
fn largest(numbers: impl Iterator<Item = f64>) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (i, number) in numbers.enumerate() {
        if number > best.1 {
            best = (i, number);
        }
    }
    best.0
}
