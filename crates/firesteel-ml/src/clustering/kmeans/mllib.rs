// SPDX-License-Identifier: MIT OR Apache-2.0
//! `train`: the entry of Spark's older `pyspark.mllib.clustering.KMeans`.

use firesteel_core::{Options, Result};
use firesteel_data::DataFrame;

use super::{KMeans, KMeansModel};

/// The arguments of [`KMeans::train`], under their older names.
#[derive(Clone, Debug, Options)]
#[options(camel_case)]
pub struct KMeansTrain {
    /// Rounds of moving the centers.
    #[option(default = 100_usize, min = 0)]
    max_iterations: usize,
    /// Without effect, as since Spark 2.0; it was the number of starts of which the best was kept.
    #[option(default = 1_usize)]
    runs: usize,
    /// Where the first centers come from.
    #[option(default = "k-means||", one_of = ["k-means||", "random"])]
    initialization_mode: String,
    /// Where the random numbers start.
    #[option(default = 0_i64)]
    seed: i64,
    /// Rounds of choosing rows for `k-means||`.
    #[option(default = 2_usize, min = 1)]
    initialization_steps: usize,
    /// The centers stand still when none moves further than this.
    #[option(default = 1e-4, min = 0)]
    epsilon: f64,
    /// How far apart rows are.
    #[option(default = "euclidean", one_of = ["euclidean", "cosine"])]
    distance_measure: String,
    /// The column of vectors.
    #[option(default = "features")]
    features_col: String,
}

impl KMeans {
    /// Finds `k` groups: `KMeans.train` of Spark's older library, for programs written against it.
    ///
    /// `runs` is accepted and has no effect, as since Spark 2.0.
    ///
    /// # Errors
    /// As [`fit`](KMeans::fit).
    pub fn train(df: &DataFrame, k: usize, arguments: &KMeansTrain) -> Result<KMeansModel> {
        arguments.validate()?;
        Self::new()
            .k(k)
            .max_iter(arguments.max_iterations)
            .init_mode(arguments.initialization_mode.as_str())
            .init_steps(arguments.initialization_steps)
            .seed(arguments.seed)
            .tol(arguments.epsilon)
            .distance_measure(arguments.distance_measure.as_str())
            .features_col(arguments.features_col.as_str())
            .fit(df)
    }
}
