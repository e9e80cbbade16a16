// SPDX-License-Identifier: MIT OR Apache-2.0
//! Saving and loading stages in the folders of real Spark, in both directions.
//!
//! A folder holds `metadata/part-00000`, one line of JSON with the class, the uid and the options; models add
//! `data/part-00000.parquet`; pipelines add `stages/<i>_<uid>/`. Nothing in a folder is ever executed.

mod reader;
mod registry;
mod spark_schema;
mod writer;

use std::any::Any;
use std::path::Path;

use firesteel_core::{Result, err};

pub use reader::SavedStage;
pub use registry::{StageReader, StageRegistry};
pub use writer::{MlWriter, StageContent};

use crate::pipeline::PipelineStage;

/// The Spark version whose format the folders have.
const FORMAT_VERSION: &str = "4.3.0";

/// Options of Spark that say how its machines work and change no result: not written, and skipped when read.
const MACHINE_OPTIONS: [&str; 6] = [
    "cacheNodeIds",
    "checkpointInterval",
    "intermediateStorageLevel",
    "maxBlockSizeInMB",
    "maxMemoryInMB",
    "solver",
];

/// Loads any stage that the crate knows.
///
/// # Errors
/// `Io` for a missing folder, `Format` for a damaged one, `Unsupported` for a class that is not known.
pub fn load(path: impl AsRef<Path>) -> Result<PipelineStage> {
    StageRegistry::builtin().load(path)
}

/// Loads a stage of a type.
pub(crate) fn load_as<T: Any>(path: &Path, type_name: &str) -> Result<T> {
    let stage: Box<dyn Any> = match load(path)? {
        PipelineStage::Estimator(estimator) => estimator,
        PipelineStage::Transformer(transformer) => transformer,
    };
    stage.downcast().map(|stage| *stage).map_err(|_| {
        err::format(path, "the folder holds another kind of stage").expected(type_name)
    })
}
