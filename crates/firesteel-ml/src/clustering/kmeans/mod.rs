// SPDX-License-Identifier: MIT OR Apache-2.0
//! `KMeans`: groups of rows around their means.

mod centers;
mod init;
mod lloyd;
mod local;
mod mllib;
mod model;

use firesteel_core::{Options, Result, err};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::datatypes::SchemaRef;

pub use mllib::KMeansTrain;
pub(crate) use model::read as read_model;
pub use model::{KMeansModel, KMeansSummary};

use crate::dataset::{Dataset, Gather};
use crate::pipeline::PipelineStage;
use crate::stage::{loadable, options_only_reader, restorable, stage_basics};
use crate::uid::Uid;
use crate::{Estimator, Model, Stage, columns, frame};
use centers::Distance;
use lloyd::lloyd;

/// Parts rows into `k` groups so that the sum of squared distances to the mean of their group is small.
///
/// Starts from rows far apart (`k-means||`) or at random, then moves each center to the mean of the rows that are
/// nearest to it, until no center moves by more than `tol` or `max_iter` rounds are done. The random numbers are
/// Spark's, so that equal partitions and seeds start from the same rows.
///
/// # Shapes
/// input: vectors, or lists of numbers, `(rows, size)`; output: group numbers `(rows)`; centers `(k, size)`.
///
/// # Differences from Spark
/// Fewer rows than `k` are an error. As in Spark, fewer *different* rows than `k` give fewer groups.
///
/// # Examples
/// ```
/// use firesteel_ml::clustering::KMeans;
///
/// let groups = KMeans::new().k(3).max_iter(10).init_mode("random").seed(1);
/// # let _ = groups;
/// ```
///
/// # Source
/// Spark 4.3, `pyspark.ml.clustering.KMeans`; Bahmani et al., "Scalable K-Means++", 2012.
#[derive(Clone, Debug, Options)]
#[options(camel_case)]
pub struct KMeans {
    /// The column of vectors.
    #[option(default = "features")]
    features_col: String,
    /// The column of group numbers.
    #[option(default = "prediction")]
    prediction_col: String,
    /// Groups.
    #[option(default = 2_usize, min = 2)]
    k: usize,
    /// Where the first centers come from.
    #[option(default = "k-means||", one_of = ["k-means||", "random"])]
    init_mode: String,
    /// Rounds of choosing rows for `k-means||`.
    #[option(default = 2_usize, min = 1)]
    init_steps: usize,
    /// Rounds of moving the centers.
    #[option(default = 20_usize, min = 0)]
    max_iter: usize,
    /// The centers stand still when none moves further than this.
    #[option(default = 1e-4, min = 0)]
    tol: f64,
    /// Where the random numbers start.
    #[option(default = -1_689_246_527_i64)]
    seed: i64,
    /// How far apart rows are; `cosine` looks at directions alone.
    #[option(default = "euclidean", one_of = ["euclidean", "cosine"])]
    distance_measure: String,
    /// The column of row weights; without it every row weighs 1.
    #[option(default = None)]
    weight_col: Option<String>,
    #[option(skip)]
    uid: Uid,
}

const OWNER: &str = "KMeans";

impl KMeans {
    /// Finds the groups.
    ///
    /// # Errors
    /// `Schema` for columns that are missing or of the wrong type, `InvalidArgument` for options out of range, fewer
    /// rows than `k`, nulls, NaN, and vectors of zeros with the cosine distance.
    pub fn fit(&self, df: &DataFrame) -> Result<KMeansModel> {
        self.transform_schema(&df.schema())?;
        let weight = self.weight_col.as_deref();
        let data =
            Gather { owner: OWNER, features: &self.features_col, label: None, weight }.run(df)?;
        self.ensure_learnable(&data)?;
        let distance = self.distance();
        let start = if self.init_mode == "random" {
            init::random(&data, self.k, self.seed)
        } else {
            init::parallel(&data, distance, self.k, self.init_steps, self.seed)
        };
        let fit = lloyd(&data, distance, start, self.max_iter, self.tol);
        let mut sizes = lloyd::sizes(&data, distance, &fit.centers);
        sizes.resize(self.k, 0);
        let summary = KMeansSummary::new(fit.cost, fit.n_iter, sizes);
        Ok(KMeansModel::new(self.clone(), fit.centers, Some(summary)))
    }

    fn distance(&self) -> Distance {
        if self.distance_measure == "cosine" { Distance::Cosine } else { Distance::Euclidean }
    }

    fn ensure_learnable(&self, data: &Dataset) -> Result<()> {
        if data.n_rows() < self.k {
            return Err(err::invalid_argument(OWNER, "k")
                .expected(format!("at most the number of rows, {}", data.n_rows()))
                .got(self.k));
        }
        if self.distance() == Distance::Euclidean {
            return Ok(());
        }
        let zero = data.partitions().iter().find_map(|part| {
            (0..part.rows.len()).find(|&row| part.rows.row(row).values().iter().all(|&x| x == 0.0))
        });
        match zero {
            None => Ok(()),
            Some(row) => Err(err::invalid_argument(OWNER, &self.features_col)
                .expected("vectors with a direction for the cosine distance")
                .got(format!("only zeros in row {row}"))),
        }
    }
}

restorable!(KMeans);
options_only_reader!(KMeans);
loadable!(KMeans);

impl Stage for KMeans {
    stage_basics!("org.apache.spark.ml.clustering.KMeans");

    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        self.validate()?;
        frame::field(OWNER, schema, &self.features_col)?;
        Ok(columns::extended(schema, [model::output_field(self, schema)?]))
    }

    fn into_stage(self: Box<Self>) -> PipelineStage {
        PipelineStage::Estimator(self)
    }
}

impl Estimator for KMeans {
    fn fit(&self, df: &DataFrame) -> Result<Box<dyn Model>> {
        Ok(Box::new(Self::fit(self, df)?))
    }

    fn copy(&self) -> Box<dyn Estimator> {
        Box::new(self.clone())
    }
}
