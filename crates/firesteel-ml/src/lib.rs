// SPDX-License-Identifier: MIT OR Apache-2.0
//! Spark's MLlib: estimators, transformers, pipelines and evaluators.
//!
//! An [`Estimator`] learns a [`Model`] from a table, a [`Transformer`] adds columns to one, a [`Pipeline`] is a row of
//! both, an [`Evaluator`] gives predictions a number. Algorithms run as passes over partitions (see [`dataset`]);
//! results do not depend on threads or timing. Stages are saved in the folders of real Spark (see [`persistence`]).
#![warn(missing_docs)]

pub mod attribute;
pub mod classification;
pub mod clustering;
mod columns;
pub mod dataset;
mod estimator;
pub mod evaluation;
mod evaluator;
pub mod feature;
mod frame;
mod function;
mod names;
pub mod persistence;
mod pipeline;
mod random;
mod stage;
pub mod testing;
mod transformer;
mod tree;
mod uid;

pub use estimator::Estimator;
pub use evaluator::Evaluator;
pub use names::Names;
pub use pipeline::{Pipeline, PipelineModel, PipelineStage};
pub use stage::Stage;
pub use transformer::{Model, Transformer};
