// SPDX-License-Identifier: MIT OR Apache-2.0
//! Making and changing features; Spark's `pyspark.ml.feature`.

mod index_to_string;
mod standard_scaler;
mod string_indexer;
mod vector_assembler;
mod vector_indexer;

pub use index_to_string::IndexToString;
pub use standard_scaler::{StandardScaler, StandardScalerModel};
pub use string_indexer::{StringIndexer, StringIndexerModel};
pub use vector_assembler::VectorAssembler;
pub use vector_indexer::{VectorIndexer, VectorIndexerModel};

use crate::persistence::StageReader;

/// The classes of the family, for the registry.
pub(crate) const READERS: &[(&str, StageReader)] = &[
    // registry: sorted
    ("org.apache.spark.ml.feature.IndexToString", index_to_string::read),
    ("org.apache.spark.ml.feature.StandardScaler", standard_scaler::read),
    ("org.apache.spark.ml.feature.StandardScalerModel", standard_scaler::read_model),
    ("org.apache.spark.ml.feature.StringIndexer", string_indexer::read),
    ("org.apache.spark.ml.feature.StringIndexerModel", string_indexer::read_model),
    ("org.apache.spark.ml.feature.VectorAssembler", vector_assembler::read),
    ("org.apache.spark.ml.feature.VectorIndexer", vector_indexer::read),
    ("org.apache.spark.ml.feature.VectorIndexerModel", vector_indexer::read_model),
    // registry: end
];
