// SPDX-License-Identifier: MIT OR Apache-2.0
//! `PipelineStage` and `stages!`: estimators and transformers side by side.

use crate::{Estimator, Stage, Transformer};

/// An element of a pipeline.
#[derive(Debug)]
pub enum PipelineStage {
    /// Becomes a model when the pipeline is fitted.
    Estimator(Box<dyn Estimator>),
    /// Stays as it is.
    Transformer(Box<dyn Transformer>),
}

impl PipelineStage {
    /// Whether the stage must be fitted.
    pub fn is_estimator(&self) -> bool {
        matches!(self, Self::Estimator(_))
    }

    /// What all stages have in common.
    pub fn as_stage(&self) -> &dyn Stage {
        match self {
            Self::Estimator(estimator) => &**estimator,
            Self::Transformer(transformer) => &**transformer,
        }
    }
}

impl Clone for PipelineStage {
    fn clone(&self) -> Self {
        match self {
            Self::Estimator(estimator) => Self::Estimator(estimator.copy()),
            Self::Transformer(transformer) => Self::Transformer(transformer.copy()),
        }
    }
}

impl<S: Stage> From<S> for PipelineStage {
    fn from(stage: S) -> Self {
        Box::new(stage).into_stage()
    }
}

/// The stages of a [`Pipeline`](crate::Pipeline), estimators and fitted transformers in any mix.
#[macro_export]
macro_rules! stages {
    ($($stage:expr),* $(,)?) => {
        ::std::vec![$($crate::PipelineStage::from($stage)),*]
    };
}
