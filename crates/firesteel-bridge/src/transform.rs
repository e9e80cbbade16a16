// SPDX-License-Identifier: MIT OR Apache-2.0
//! Prediction as a column of a table.

use std::sync::Arc;

use firesteel_core::{Result, Shape, err};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::array::{ArrayRef, Float64Array};
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field};
use firesteel_data::vector::{VectorBuilder, vector_field};
use firesteel_nn::{Batch, Model};
use ndarray::{ArrayD, Axis, IxDyn};

use crate::Features;
use crate::columns::matrix;

/// How many rows a network computes at once.
const ROWS: usize = 256;

/// Adding the predictions of a network to a table.
pub trait ModelExt {
    /// The table with a column of predictions: a number where the network has one output a row, a vector where it
    /// has several. The query stays lazy; rows are computed batch by batch as they are asked for, with
    /// the weights that the network has by then.
    ///
    /// # Errors
    /// `Schema` when a feature column is not there or holds no numbers, `Shape` when the features do not fit the
    /// network, `Unsupported` on a cluster.
    fn transform(&self, features: Features, prediction: &str) -> Result<DataFrame>;
}

impl ModelExt for Model {
    fn transform(&self, features: Features, prediction: &str) -> Result<DataFrame> {
        let outputs = self.output_shapes()?;
        let [output] = outputs.as_slice() else {
            return Err(err::shape("transform", "a column needs a network with one output")
                .got(outputs.len()));
        };
        let width = output.unbatched().size().ok_or_else(|| {
            err::shape("transform", "the length of the output must be known").got(output)
        })?;
        let field = match width {
            1 => Field::new(prediction, DataType::Float64, false),
            _ => vector_field(prediction, false),
        };
        let (model, table) = (self.share(), features.table.clone());
        let (names, shape) = (features.features.clone(), features.shape);
        table.with_derived_column(
            &Arc::new(field),
            features.features,
            Arc::new(move |columns| column(&model, columns, &names, shape.as_ref(), width)),
        )
    }
}

/// The predictions for some rows, `width` numbers each.
fn column(
    model: &Model,
    columns: &[ArrayRef],
    names: &[String],
    shape: Option<&Shape>,
    width: usize,
) -> Result<ArrayRef> {
    let rows = matrix(columns, names)?;
    let mut axes = vec![rows.rows];
    match shape.and_then(Shape::known) {
        Some(shape) => axes.extend(shape),
        None => axes.push(rows.width),
    }
    let x = ArrayD::from_shape_vec(IxDyn(&axes), rows.values).map_err(|_| {
        err::shape("transform", "the columns do not fill the shape")
            .expected(format!("{axes:?}"))
            .got(format!("{} values a row", rows.width))
    })?;
    let mut values = Vec::new();
    for chunk in x.axis_chunks_iter(Axis(0), ROWS) {
        let batch = Batch { x: vec![chunk.to_owned()], ..Batch::default() };
        values.extend(model.predict_on_batch(&batch)?.swap_remove(0).into_iter().map(f64::from));
    }
    if width == 1 {
        return Ok(Arc::new(Float64Array::from(values)));
    }
    let mut vectors = VectorBuilder::new();
    values.chunks(width).for_each(|row| vectors.append_dense(row.iter().copied()));
    vectors.finish()
}
