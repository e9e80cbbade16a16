// SPDX-License-Identifier: MIT OR Apache-2.0
//! `VectorIndexerModel`: replaces categories in vectors by their indices.

use std::sync::Arc;

use firesteel_core::{Error, IndexMap, Options, Result, err};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::array::{
    Array, ArrayRef, Float64Array, Float64Builder, Int32Array, Int32Builder, MapArray, MapBuilder,
    RecordBatch, StructArray,
};
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use firesteel_data::java_double;
use firesteel_data::vector::{
    VectorBuilder, VectorColumn, VectorRef, is_vector_type, vector_field, with_ml_attr,
};

use super::VectorIndexer;
use crate::attribute::{Attribute, AttributeGroup, AttributeKind};
use crate::function::{self, ColumnFunction};
use crate::persistence::{SavedStage, StageContent};
use crate::pipeline::PipelineStage;
use crate::stage::{loadable, stage_basics};
use crate::{Model, Stage, Transformer, columns, frame};

const OWNER: &str = "VectorIndexerModel";

/// The model of a [`VectorIndexer`](crate::feature::VectorIndexer): the categories of every place that has some.
#[derive(Clone, Debug)]
pub struct VectorIndexerModel {
    options: VectorIndexer,
    n_features: usize,
    /// By place: the values in the order of their indices.
    maps: Arc<IndexMap<usize, Vec<f64>>>,
}

impl VectorIndexerModel {
    /// A model of the ascending values of each categorical place.
    pub(super) fn new(
        options: VectorIndexer,
        n_features: usize,
        ascending: IndexMap<usize, Vec<f64>>,
    ) -> Self {
        let zero_first = |mut values: Vec<f64>| {
            if let Some(zero) = values.iter().position(|&value| value == 0.0) {
                values[..=zero].rotate_right(1);
            }
            values
        };
        let maps = ascending.into_iter().map(|(place, values)| (place, zero_first(values)));
        Self { options, n_features, maps: Arc::new(maps.collect()) }
    }

    /// The size of the vectors.
    pub fn num_features(&self) -> usize {
        self.n_features
    }

    /// The categorical places, each with its values in the order of their indices.
    pub fn category_maps(&self) -> &IndexMap<usize, Vec<f64>> {
        &self.maps
    }

    /// What to do with a value that the model does not know.
    #[must_use]
    pub fn handle_invalid(mut self, handle_invalid: impl Into<String>) -> Self {
        self.options = self.options.handle_invalid(handle_invalid);
        self
    }

    /// Adds the column of vectors with indices.
    ///
    /// # Errors
    /// `Schema` for columns that do not fit. Unknown values are met when the result is read.
    pub fn transform(&self, df: &DataFrame) -> Result<DataFrame> {
        let field = self.output_field(&df.schema())?;
        let name = field.name().clone();
        let index = Index {
            column: self.options.input()?.to_owned(),
            n_features: self.n_features,
            maps: Arc::clone(&self.maps),
            invalid: self.options.handle_invalid.clone(),
        };
        let input = frame::column(OWNER, df, self.options.input()?)?;
        let vectors = function::call("vector_index", Arc::new(index), field, vec![input]);
        let table = frame::with_column(df, &name, vectors)?;
        if self.options.handle_invalid == "skip" {
            let output = frame::column(OWNER, &table, &name)?;
            return frame::filter(&table, output.is_not_null());
        }
        Ok(table)
    }

    fn output_field(&self, schema: &Schema) -> Result<Field> {
        self.options.validate()?;
        let input = frame::field(OWNER, schema, self.options.input()?)?;
        if !is_vector_type(input.data_type()) {
            return Err(frame::wrong_type(OWNER, &input, "vectors"));
        }
        frame::ensure_new(OWNER, schema, &self.options.output())?;
        let group = AttributeGroup::of_field(&input);
        if let Some(size) = group.size.filter(|&size| size != self.n_features) {
            return Err(err::schema(format!(
                "column `{}` has vectors of another size",
                input.name()
            ))
            .expected(self.n_features)
            .got(size)
            .at(OWNER));
        }
        let known = group.attributes.unwrap_or_else(|| vec![Attribute::numeric(); self.n_features]);
        let attributes =
            known.into_iter().enumerate().map(|(place, known)| self.attribute(place, known));
        let group = AttributeGroup::new(attributes.collect());
        Ok(with_ml_attr(vector_field(self.options.output(), true), &group.to_json()))
    }

    /// What is known of a place after indexing.
    fn attribute(&self, place: usize, known: Attribute) -> Attribute {
        let Some(values) = self.maps.get(&place) else { return known };
        let mut ascending = values.clone();
        ascending.sort_by(f64::total_cmp);
        let mut texts: Vec<String> = ascending.into_iter().map(java_double).collect();
        let keeps = self.options.handle_invalid == "keep";
        if keeps {
            texts.push("__unknown".to_owned());
        }
        let kind = if texts.len() == 2 && !keeps {
            AttributeKind::Binary { values: Some(texts) }
        } else {
            AttributeKind::Nominal { values: Some(texts), n_values: None, ordinal: Some(false) }
        };
        Attribute { name: known.name, kind }
    }
}

loadable!(VectorIndexerModel);

/// Reads a saved model, for the registry.
pub(crate) fn read(saved: &SavedStage) -> Result<PipelineStage> {
    let options = VectorIndexer::restored(saved)?;
    let data = saved.data()?;
    let sizes: &Int32Array = saved.column(&data, "numFeatures")?;
    let maps: &MapArray = saved.column(&data, "categoryMaps")?;
    let entries = maps.value(0);
    let places: &Int32Array = saved.typed(entries.column(0), "categoryMaps")?;
    let inner: &MapArray = saved.typed(entries.column(1), "categoryMaps")?;
    let mut read = IndexMap::new();
    for row in 0..places.len() {
        let place = places.value(row) as usize;
        read.insert(place, values_by_index(saved, &inner.value(row))?);
    }
    read.sort_unstable_keys();
    let n_features = sizes.value(0) as usize;
    Ok(PipelineStage::Transformer(Box::new(VectorIndexerModel {
        options,
        n_features,
        maps: Arc::new(read),
    })))
}

fn values_by_index(saved: &SavedStage, entries: &StructArray) -> Result<Vec<f64>> {
    let values: &Float64Array = saved.typed(entries.column(0), "categoryMaps")?;
    let indices: &Int32Array = saved.typed(entries.column(1), "categoryMaps")?;
    let mut pairs: Vec<(i32, f64)> =
        indices.values().iter().copied().zip(values.values().iter().copied()).collect();
    pairs.sort_by_key(|&(index, _)| index);
    let complete = pairs.iter().enumerate().all(|(i, &(index, _))| i as i32 == index);
    if !complete {
        return Err(saved.damaged("the indices of `categoryMaps` have gaps"));
    }
    Ok(pairs.into_iter().map(|(_, value)| value).collect())
}

impl Stage for VectorIndexerModel {
    stage_basics!("org.apache.spark.ml.feature.VectorIndexerModel", options);

    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        Ok(columns::extended(schema, [self.output_field(schema)?]))
    }

    fn into_stage(self: Box<Self>) -> PipelineStage {
        PipelineStage::Transformer(self)
    }

    fn content(&self) -> Result<StageContent<'_>> {
        let broken = |source| err::internal("category maps do not fit").caused_by(source);
        let inner = MapBuilder::new(None, Float64Builder::new(), Int32Builder::new());
        let mut maps = MapBuilder::new(None, Int32Builder::new(), inner);
        for (&place, values) in self.maps.iter() {
            maps.keys().append_value(place as i32);
            for (index, &value) in values.iter().enumerate() {
                maps.values().keys().append_value(value);
                maps.values().values().append_value(index as i32);
            }
            maps.values().append(true).map_err(broken)?;
        }
        maps.append(true).map_err(broken)?;
        let maps = maps.finish();
        let schema = Schema::new(vec![
            Field::new("numFeatures", DataType::Int32, false),
            Field::new("categoryMaps", maps.data_type().clone(), true),
        ]);
        let sizes = Int32Array::from(vec![self.n_features as i32]);
        let batch = RecordBatch::try_new(Arc::new(schema), vec![Arc::new(sizes), Arc::new(maps)]);
        Ok(StageContent::of_data(batch.map_err(broken)?))
    }
}

impl Transformer for VectorIndexerModel {
    fn transform(&self, df: &DataFrame) -> Result<DataFrame> {
        Self::transform(self, df)
    }

    fn copy(&self) -> Box<dyn Transformer> {
        Box::new(self.clone())
    }
}

impl Model for VectorIndexerModel {}

/// The function that replaces values by indices.
#[derive(Debug)]
struct Index {
    column: String,
    n_features: usize,
    maps: Arc<IndexMap<usize, Vec<f64>>>,
    invalid: String,
}

impl ColumnFunction for Index {
    fn compute(&self, inputs: &[ArrayRef]) -> Result<ArrayRef> {
        let mut builder = VectorBuilder::new();
        let mut values = Vec::with_capacity(self.n_features);
        for vector in VectorColumn::new(&inputs[0])?.iter() {
            let Some(vector) = vector else {
                builder.append_null();
                continue;
            };
            if !self.indexed(vector, &mut values)? {
                builder.append_null();
                continue;
            }
            match vector {
                VectorRef::Dense(_) => builder.append_dense(values.iter().copied()),
                VectorRef::Sparse { size, indices, .. } => {
                    builder
                        .append_sparse(size, indices.iter().copied().zip(values.iter().copied()));
                }
            }
        }
        builder.finish()
    }
}

impl Index {
    /// Writes the new values of what the vector holds; false for a row to skip.
    fn indexed(&self, vector: VectorRef<'_>, values: &mut Vec<f64>) -> Result<bool> {
        if vector.size() != self.n_features {
            return Err(err::shape(OWNER, format!("vectors of column `{}`", self.column))
                .expected(self.n_features)
                .got(vector.size()));
        }
        values.clear();
        let mut unknown = None;
        vector.for_each_active(|place, value| {
            let index = self.maps.get(&place).map(|known| (position(known, value), known.len()));
            values.push(match index {
                None => value,
                Some((Some(index), _)) => index as f64,
                Some((None, n_known)) => {
                    unknown = Some((place, value));
                    n_known as f64
                }
            });
        });
        match (unknown, self.invalid.as_str()) {
            (None, _) | (Some(_), "keep") => Ok(true),
            (Some(_), "skip") => Ok(false),
            (Some((place, value)), _) => Err(self.refusal(place, value)),
        }
    }

    fn refusal(&self, place: usize, value: f64) -> Error {
        err::invalid_argument(OWNER, &self.column)
            .expected("values that were there when the model was fitted")
            .got(format!("{value} at place {place}"))
            .fix("set handle_invalid to `skip` or `keep`")
    }
}

/// Where a value stands among the known ones; -0.0 and 0.0 are one value.
fn position(known: &[f64], value: f64) -> Option<usize> {
    known.iter().position(|known| (known + 0.0).total_cmp(&(value + 0.0)).is_eq())
}
