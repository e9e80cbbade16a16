// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Pipeline`: stages in a row, fitted one after the other.

mod model;
mod options;
mod stage;

use std::sync::Arc;

use firesteel_core::Result;
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::datatypes::SchemaRef;

pub use model::PipelineModel;
pub use stage::PipelineStage;

use crate::persistence::{SavedStage, StageContent, StageReader};
use crate::stage::loadable;
use crate::uid::Uid;
use crate::{Estimator, Model, Stage, Transformer};
use options::no_options;

/// The classes of the family, for the registry.
pub(crate) const READERS: &[(&str, StageReader)] = &[
    // registry: sorted
    ("org.apache.spark.ml.Pipeline", Pipeline::read),
    ("org.apache.spark.ml.PipelineModel", PipelineModel::read),
    // registry: end
];

/// Stages in a row: each estimator is fitted on what the stages before it make of the table.
///
/// Fitted transformers may stand among the estimators.
///
/// # Examples
/// ```
/// use firesteel_ml::{Pipeline, stages};
/// use firesteel_ml::clustering::KMeans;
/// use firesteel_ml::feature::VectorAssembler;
///
/// let assembler = VectorAssembler::new().input_cols(["x", "y"]).output_col("features");
/// let pipeline = Pipeline::new(stages![assembler, KMeans::new().k(3)]);
/// assert_eq!(pipeline.stages().len(), 2);
/// ```
///
/// # Source
/// Spark 4.3, `pyspark.ml.Pipeline`.
#[derive(Clone, Debug, Default)]
pub struct Pipeline {
    stages: Vec<PipelineStage>,
    uid: Uid,
}

impl Pipeline {
    /// A pipeline of the given stages; see [`stages!`](crate::stages).
    pub fn new(stages: Vec<PipelineStage>) -> Self {
        Self { stages, uid: Uid::default() }
    }

    /// The stages in order.
    pub fn stages(&self) -> &[PipelineStage] {
        &self.stages
    }

    /// Fits every estimator in turn.
    ///
    /// # Errors
    /// Whatever a stage meets.
    pub fn fit(&self, df: &DataFrame) -> Result<PipelineModel> {
        let last_estimator = self.stages.iter().rposition(PipelineStage::is_estimator);
        let mut table = df.clone();
        let mut fitted: Vec<Box<dyn Transformer>> = Vec::with_capacity(self.stages.len());
        for (i, stage) in self.stages.iter().enumerate() {
            let transformer: Box<dyn Transformer> = match stage {
                PipelineStage::Estimator(estimator) => estimator.fit(&table)?,
                PipelineStage::Transformer(transformer) => transformer.copy(),
            };
            // nothing is learnt from the table after the last estimator
            if last_estimator.is_some_and(|last| i < last) {
                table = transformer.transform(&table)?;
            }
            fitted.push(transformer);
        }
        Ok(PipelineModel::new(fitted))
    }

    pub(crate) fn read(saved: &SavedStage) -> Result<PipelineStage> {
        let stages = saved.children()?;
        let pipeline = Self { stages, uid: Uid::Given(saved.uid().to_owned()) };
        Ok(PipelineStage::Estimator(Box::new(pipeline)))
    }
}

no_options!(Pipeline);
loadable!(Pipeline);

impl Stage for Pipeline {
    crate::stage::stage_basics!("org.apache.spark.ml.Pipeline");

    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        let step =
            |schema: SchemaRef, stage: &PipelineStage| stage.as_stage().transform_schema(&schema);
        self.stages.iter().try_fold(Arc::clone(schema), step)
    }

    fn into_stage(self: Box<Self>) -> PipelineStage {
        PipelineStage::Estimator(self)
    }

    fn content(&self) -> Result<StageContent<'_>> {
        Ok(StageContent::of_children(self.stages.iter().map(PipelineStage::as_stage).collect()))
    }
}

impl Estimator for Pipeline {
    fn fit(&self, df: &DataFrame) -> Result<Box<dyn Model>> {
        Ok(Box::new(Self::fit(self, df)?))
    }

    fn copy(&self) -> Box<dyn Estimator> {
        Box::new(self.clone())
    }
}
