// SPDX-License-Identifier: MIT OR Apache-2.0
//! Finding groups; Spark's `pyspark.ml.clustering`.

mod kmeans;

pub use kmeans::{KMeans, KMeansModel, KMeansSummary, KMeansTrain};

use crate::persistence::StageReader;

/// The classes of the family, for the registry.
pub(crate) const READERS: &[(&str, StageReader)] = &[
    // registry: sorted
    ("org.apache.spark.ml.clustering.KMeans", kmeans::read),
    ("org.apache.spark.ml.clustering.KMeansModel", kmeans::read_model),
    // registry: end
];
