// SPDX-License-Identifier: MIT OR Apache-2.0
//! `StandardScalerModel`: shifts and scales vectors.

use std::sync::Arc;

use firesteel_core::{Result, err};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::array::{ArrayRef, RecordBatch};
use firesteel_data::datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use firesteel_data::vector::{
    Vector, VectorBuilder, VectorColumn, VectorRef, is_vector_type, vector_field, with_ml_attr,
};

use super::StandardScaler;
use crate::attribute::AttributeGroup;
use crate::function::{self, ColumnFunction};
use crate::persistence::{SavedStage, StageContent};
use crate::pipeline::PipelineStage;
use crate::stage::{loadable, stage_basics};
use crate::{Model, Stage, Transformer, columns, frame};

const OWNER: &str = "StandardScalerModel";

/// The model of a [`StandardScaler`](crate::feature::StandardScaler).
#[derive(Clone, Debug)]
pub struct StandardScalerModel {
    options: StandardScaler,
    mean: Vec<f64>,
    std: Vec<f64>,
}

impl StandardScalerModel {
    pub(super) fn new(options: StandardScaler, mean: Vec<f64>, std: Vec<f64>) -> Self {
        Self { options, mean, std }
    }

    /// The mean of every place.
    pub fn mean(&self) -> Vector {
        Vector::Dense(self.mean.clone())
    }

    /// The deviation of every place.
    pub fn std(&self) -> Vector {
        Vector::Dense(self.std.clone())
    }

    /// Adds the column of scaled vectors.
    ///
    /// # Errors
    /// `Schema` for columns that do not fit. Vectors of another size are met when the result is read.
    pub fn transform(&self, df: &DataFrame) -> Result<DataFrame> {
        let field = self.output_field(&df.schema())?;
        let name = field.name().clone();
        let invert = |&std: &f64| if std == 0.0 { 0.0 } else { 1.0 / std };
        let scale = Scale {
            column: self.options.input()?.to_owned(),
            shift: self.options.with_mean.then(|| self.mean.clone()),
            factor: self.options.with_std.then(|| self.std.iter().map(invert).collect()),
            n_features: self.std.len(),
        };
        let input = frame::column(OWNER, df, self.options.input()?)?;
        let scaled = function::call("standard_scale", Arc::new(scale), field, vec![input]);
        frame::with_column(df, &name, scaled)
    }

    fn output_field(&self, schema: &Schema) -> Result<Field> {
        let input = frame::field(OWNER, schema, self.options.input()?)?;
        if !is_vector_type(input.data_type()) {
            return Err(frame::wrong_type(OWNER, &input, "vectors"));
        }
        frame::ensure_new(OWNER, schema, &self.options.output())?;
        let size = AttributeGroup::of_size(self.std.len());
        Ok(with_ml_attr(vector_field(self.options.output(), true), &size.to_json()))
    }
}

loadable!(StandardScalerModel);

/// Reads a saved model, for the registry.
pub(crate) fn read(saved: &SavedStage) -> Result<PipelineStage> {
    let options = StandardScaler::restored(saved)?;
    let data = saved.data()?;
    let vector = |name: &str| -> Result<Vec<f64>> {
        let column = VectorColumn::new(saved.any_column(&data, name)?)?;
        let vector = column.row(0).ok_or_else(|| saved.damaged(format!("`{name}` is null")))?;
        Ok(vector.to_array())
    };
    let model = StandardScalerModel { options, mean: vector("mean")?, std: vector("std")? };
    if model.mean.len() != model.std.len() {
        return Err(saved.damaged("`mean` and `std` differ in size"));
    }
    Ok(PipelineStage::Transformer(Box::new(model)))
}

impl Stage for StandardScalerModel {
    stage_basics!("org.apache.spark.ml.feature.StandardScalerModel", options);

    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        Ok(columns::extended(schema, [self.output_field(schema)?]))
    }

    fn into_stage(self: Box<Self>) -> PipelineStage {
        PipelineStage::Transformer(self)
    }

    fn content(&self) -> Result<StageContent<'_>> {
        let column = |values: &[f64]| {
            let mut builder = VectorBuilder::new();
            builder.append_dense(values.iter().copied());
            builder.finish()
        };
        let schema = Schema::new(vec![vector_field("std", true), vector_field("mean", true)]);
        let columns = vec![column(&self.std)?, column(&self.mean)?];
        let batch = RecordBatch::try_new(Arc::new(schema), columns);
        let batch =
            batch.map_err(|source| err::internal("moments do not fit").caused_by(source))?;
        Ok(StageContent::of_data(batch))
    }
}

impl Transformer for StandardScalerModel {
    fn transform(&self, df: &DataFrame) -> Result<DataFrame> {
        Self::transform(self, df)
    }

    fn copy(&self) -> Box<dyn Transformer> {
        Box::new(self.clone())
    }
}

impl Model for StandardScalerModel {}

/// The function that shifts and scales.
#[derive(Debug)]
struct Scale {
    column: String,
    shift: Option<Vec<f64>>,
    factor: Option<Vec<f64>>,
    n_features: usize,
}

impl ColumnFunction for Scale {
    fn compute(&self, inputs: &[ArrayRef]) -> Result<ArrayRef> {
        let mut builder = VectorBuilder::new();
        for vector in VectorColumn::new(&inputs[0])?.iter() {
            match vector {
                None => builder.append_null(),
                Some(vector) if vector.size() != self.n_features => {
                    return Err(err::shape(OWNER, format!("vectors of column `{}`", self.column))
                        .expected(self.n_features)
                        .got(vector.size()));
                }
                Some(vector) => self.scale(vector, &mut builder),
            }
        }
        builder.finish()
    }
}

impl Scale {
    fn scale(&self, vector: VectorRef<'_>, builder: &mut VectorBuilder) {
        let times = |i: usize, x: f64| self.factor.as_ref().map_or(x, |factor| x * factor[i]);
        if let Some(shift) = &self.shift {
            let values = vector.to_array();
            builder.append_dense((0..values.len()).map(|i| times(i, values[i] - shift[i])));
            return;
        }
        match vector {
            VectorRef::Dense(values) => {
                builder.append_dense(values.iter().enumerate().map(|(i, &x)| times(i, x)));
            }
            VectorRef::Sparse { size, indices, values } => {
                let scaled = indices.iter().zip(values).map(|(&i, &x)| (i, times(i as usize, x)));
                builder.append_sparse(size, scaled);
            }
        }
    }
}
