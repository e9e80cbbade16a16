// SPDX-License-Identifier: MIT OR Apache-2.0
//! `PipelineModel`: the fitted pipeline.

use std::any::Any;
use std::sync::Arc;

use firesteel_core::{Result, err};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::datatypes::SchemaRef;

use super::PipelineStage;
use super::options::no_options;
use crate::persistence::{SavedStage, StageContent};
use crate::stage::loadable;
use crate::uid::Uid;
use crate::{Model, Stage, Transformer};

/// The fitted [`Pipeline`](crate::Pipeline): transformers in a row.
#[derive(Debug)]
pub struct PipelineModel {
    stages: Vec<Box<dyn Transformer>>,
    uid: Uid,
}

impl PipelineModel {
    /// A model of transformers that are fitted already.
    pub fn new(stages: Vec<Box<dyn Transformer>>) -> Self {
        Self { stages, uid: Uid::default() }
    }

    /// The transformers in order.
    pub fn stages(&self) -> &[Box<dyn Transformer>] {
        &self.stages
    }

    /// One of the transformers, by its type; `None` when another stands there.
    pub fn stage<T: Transformer>(&self, index: usize) -> Option<&T> {
        let stage: &dyn Any = &**self.stages.get(index)?;
        stage.downcast_ref()
    }

    /// The table after all transformers.
    ///
    /// # Errors
    /// Whatever a stage meets.
    pub fn transform(&self, df: &DataFrame) -> Result<DataFrame> {
        self.stages.iter().try_fold(df.clone(), |table, stage| stage.transform(&table))
    }

    pub(crate) fn read(saved: &SavedStage) -> Result<PipelineStage> {
        let fitted = |stage| match stage {
            PipelineStage::Transformer(transformer) => Ok(transformer),
            PipelineStage::Estimator(estimator) => {
                let what =
                    format!("the stage {} of a fitted pipeline is not fitted", estimator.uid());
                Err(err::format(saved.path(), what))
            }
        };
        let stages = saved.children()?.into_iter().map(fitted).collect::<Result<_>>()?;
        let model = Self { stages, uid: Uid::Given(saved.uid().to_owned()) };
        Ok(PipelineStage::Transformer(Box::new(model)))
    }
}

impl Clone for PipelineModel {
    fn clone(&self) -> Self {
        let stages = self.stages.iter().map(|stage| stage.copy()).collect();
        Self { stages, uid: self.uid.clone() }
    }
}

no_options!(PipelineModel);
loadable!(PipelineModel);

impl Stage for PipelineModel {
    crate::stage::stage_basics!("org.apache.spark.ml.PipelineModel");

    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        self.stages
            .iter()
            .try_fold(Arc::clone(schema), |schema, stage| stage.transform_schema(&schema))
    }

    fn into_stage(self: Box<Self>) -> PipelineStage {
        PipelineStage::Transformer(self)
    }

    fn content(&self) -> Result<StageContent<'_>> {
        let stages = self.stages.iter().map(|stage| &**stage as &dyn Stage);
        Ok(StageContent::of_children(stages.collect()))
    }
}

impl Transformer for PipelineModel {
    fn transform(&self, df: &DataFrame) -> Result<DataFrame> {
        Self::transform(self, df)
    }

    fn copy(&self) -> Box<dyn Transformer> {
        Box::new(self.clone())
    }
}

impl Model for PipelineModel {}
