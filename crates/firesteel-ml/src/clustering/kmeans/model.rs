// SPDX-License-Identifier: MIT OR Apache-2.0
//! `KMeansModel`: the centers, and which is nearest to a row.

use std::sync::Arc;

use firesteel_core::{Result, err, json};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::array::{ArrayRef, Int32Array, RecordBatch};
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use firesteel_data::vector::{
    Vector, VectorBuilder, VectorColumn, VectorRef, vector_field, with_ml_attr,
};

use super::KMeans;
use super::centers::{Centers, Distance};
use crate::dataset::{FeatureColumn, ensure_features};
use crate::function::{self, ColumnFunction};
use crate::persistence::{SavedStage, StageContent};
use crate::pipeline::PipelineStage;
use crate::stage::{loadable, stage_basics};
use crate::{Model, Stage, Transformer, columns, frame};

const OWNER: &str = "KMeansModel";

/// How the fit of a [`KMeans`](crate::clustering::KMeans) went.
#[derive(Clone, Debug, PartialEq)]
pub struct KMeansSummary {
    training_cost: f64,
    num_iter: usize,
    cluster_sizes: Vec<u64>,
}

impl KMeansSummary {
    pub(super) fn new(training_cost: f64, num_iter: usize, cluster_sizes: Vec<u64>) -> Self {
        Self { training_cost, num_iter, cluster_sizes }
    }

    /// The sum of the distances (squared, unless cosine) of all rows to their centers, in the last round.
    pub fn training_cost(&self) -> f64 {
        self.training_cost
    }

    /// The number of rounds.
    pub fn num_iter(&self) -> usize {
        self.num_iter
    }

    /// The number of rows in every group.
    pub fn cluster_sizes(&self) -> &[u64] {
        &self.cluster_sizes
    }
}

/// The model of a [`KMeans`](crate::clustering::KMeans).
#[derive(Clone, Debug)]
pub struct KMeansModel {
    options: KMeans,
    centers: Arc<Centers>,
    summary: Option<KMeansSummary>,
}

impl KMeansModel {
    pub(super) fn new(options: KMeans, centers: Centers, summary: Option<KMeansSummary>) -> Self {
        Self { options, centers: Arc::new(centers), summary }
    }

    /// The centers of the groups.
    pub fn cluster_centers(&self) -> Vec<Vector> {
        self.centers.iter().map(|center| Vector::Dense(center.to_vec())).collect()
    }

    /// How the fit went; `None` for a model that was loaded.
    pub fn summary(&self) -> Option<&KMeansSummary> {
        self.summary.as_ref()
    }

    /// The group of one vector.
    ///
    /// # Errors
    /// `Shape` for a vector of another size.
    pub fn predict(&self, features: &Vector) -> Result<usize> {
        self.nearest().of(features.as_ref())
    }

    /// The model with another name for the column of group numbers.
    #[must_use]
    pub fn prediction_col(mut self, name: impl Into<String>) -> Self {
        self.options = self.options.prediction_col(name);
        self
    }

    /// Adds the column of group numbers.
    ///
    /// # Errors
    /// `Schema` for columns that do not fit. Vectors of another size are met when the result is read.
    pub fn transform(&self, df: &DataFrame) -> Result<DataFrame> {
        let field = self.checked_field(&df.schema())?;
        let name = field.name().clone();
        let features = frame::column(OWNER, df, &self.options.features_col)?;
        let groups = function::call("kmeans", Arc::new(self.nearest()), field, vec![features]);
        frame::with_column(df, &name, groups)
    }

    fn nearest(&self) -> Nearest {
        Nearest { centers: Arc::clone(&self.centers), distance: self.options.distance() }
    }

    fn checked_field(&self, schema: &Schema) -> Result<Field> {
        let features = frame::field(OWNER, schema, &self.options.features_col)?;
        ensure_features(OWNER, &features)?;
        let field = output_field(&self.options, schema)?;
        Ok(with_ml_attr(field, &json!({"type": "nominal", "num_vals": self.centers.len()})))
    }
}

/// The field of the group numbers.
pub(super) fn output_field(options: &KMeans, schema: &Schema) -> Result<Field> {
    frame::ensure_new(OWNER, schema, &options.prediction_col)?;
    Ok(Field::new(&options.prediction_col, DataType::Int32, true))
}

loadable!(KMeansModel);

/// Reads a saved model, for the registry.
pub(crate) fn read(saved: &SavedStage) -> Result<PipelineStage> {
    let options = KMeans::restored(saved)?;
    let data = saved.data()?;
    let ids: &Int32Array = saved.column(&data, "clusterIdx")?;
    let vectors = VectorColumn::new(saved.any_column(&data, "clusterCenter")?)?;
    let mut rows: Vec<(i32, Vec<f64>)> = Vec::with_capacity(data.num_rows());
    for (row, vector) in vectors.iter().enumerate() {
        let vector = vector.ok_or_else(|| saved.damaged("a center is null"))?;
        rows.push((ids.value(row), vector.to_array()));
    }
    rows.sort_by_key(|(id, _)| *id);
    let n_features = rows.first().map_or(0, |(_, center)| center.len());
    let complete = rows
        .iter()
        .enumerate()
        .all(|(i, (id, center))| i as i32 == *id && center.len() == n_features);
    if !complete || n_features == 0 {
        return Err(saved.damaged("the centers do not fit"));
    }
    let centers = rows.into_iter().flat_map(|(_, center)| center).collect();
    let model = KMeansModel::new(options, Centers::new(n_features, centers), None);
    Ok(PipelineStage::Transformer(Box::new(model)))
}

impl Stage for KMeansModel {
    stage_basics!("org.apache.spark.ml.clustering.KMeansModel", options);

    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        Ok(columns::extended(schema, [self.checked_field(schema)?]))
    }

    fn into_stage(self: Box<Self>) -> PipelineStage {
        PipelineStage::Transformer(self)
    }

    fn content(&self) -> Result<StageContent<'_>> {
        let mut builder = VectorBuilder::new();
        self.centers.iter().for_each(|center| builder.append_dense(center.iter().copied()));
        let ids: Int32Array = (0..self.centers.len() as i32).map(Some).collect();
        let schema = Schema::new(vec![
            Field::new("clusterIdx", DataType::Int32, false),
            vector_field("clusterCenter", true),
        ]);
        let batch = RecordBatch::try_new(Arc::new(schema), vec![Arc::new(ids), builder.finish()?]);
        let batch =
            batch.map_err(|source| err::internal("centers do not fit").caused_by(source))?;
        Ok(StageContent::of_data(batch))
    }
}

impl Transformer for KMeansModel {
    fn transform(&self, df: &DataFrame) -> Result<DataFrame> {
        Self::transform(self, df)
    }

    fn copy(&self) -> Box<dyn Transformer> {
        Box::new(self.clone())
    }
}

impl Model for KMeansModel {}

/// The function that finds the nearest center.
#[derive(Debug)]
struct Nearest {
    centers: Arc<Centers>,
    distance: Distance,
}

impl Nearest {
    fn of(&self, vector: VectorRef<'_>) -> Result<usize> {
        if vector.size() != self.centers.n_features() {
            return Err(err::shape(OWNER, "feature vectors")
                .expected(format!("{} values", self.centers.n_features()))
                .got(vector.size()));
        }
        Ok(self.centers.closest(self.distance, vector).0)
    }
}

impl ColumnFunction for Nearest {
    fn compute(&self, inputs: &[ArrayRef]) -> Result<ArrayRef> {
        let column = FeatureColumn::new(&inputs[0])?;
        let group = |row: usize| -> Result<Option<i32>> {
            column.row(row).map(|vector| self.of(vector).map(|group| group as i32)).transpose()
        };
        let groups = (0..inputs[0].len()).map(group).collect::<Result<Int32Array>>()?;
        Ok(Arc::new(groups))
    }
}
