// SPDX-License-Identifier: MIT OR Apache-2.0
//! `StandardScaler`: vectors shifted to mean 0 and scaled to deviation 1.

mod model;
mod moments;

use firesteel_core::{Options, Result};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::datatypes::SchemaRef;

pub use model::StandardScalerModel;
pub(crate) use model::read as read_model;

use super::base::with_vectors;
use crate::dataset::{Chunk, Gather, Instances};
use crate::pipeline::PipelineStage;
use crate::stage::{loadable, options_only_reader, restorable, stage_basics};
use crate::uid::Uid;
use crate::{Estimator, Model, Stage, columns};
use moments::Moments;

/// Learns mean and deviation of every place of vectors: `y = (x - mean) / deviation`.
///
/// The deviation is that of a sample: the sum of squares is divided by the number of rows less one. A place that never
/// changes becomes 0.
///
/// # Shapes
/// input: vectors `(rows, size)`; output: vectors `(rows, size)`.
///
/// # Examples
/// ```
/// use firesteel_ml::feature::StandardScaler;
///
/// let scaler = StandardScaler::new().input_col("features").output_col("scaled").with_mean(true);
/// # let _ = scaler;
/// ```
///
/// # Source
/// Spark 4.3, `pyspark.ml.feature.StandardScaler`.
#[derive(Clone, Debug, Options)]
#[options(camel_case)]
pub struct StandardScaler {
    /// The column of vectors.
    #[option(default = None)]
    input_col: Option<String>,
    /// The column of scaled vectors.
    #[option(default = None)]
    output_col: Option<String>,
    /// Whether the mean is subtracted; this makes sparse vectors dense.
    #[option(default = false)]
    with_mean: bool,
    /// Whether values are divided by the deviation.
    #[option(default = true)]
    with_std: bool,
    #[option(skip)]
    uid: Uid,
}

const OWNER: &str = "StandardScaler";

impl StandardScaler {
    /// Learns mean and deviation.
    ///
    /// # Errors
    /// `Schema` for a column that is missing or holds no vectors, `InvalidArgument` for nulls, NaN and a table without
    /// rows.
    pub fn fit(&self, df: &DataFrame) -> Result<StandardScalerModel> {
        self.transform_schema(&df.schema())?;
        let features = self.input()?;
        let data = Gather { owner: OWNER, features, label: None, weight: None }.run(df)?;
        let step = |moments: &mut Moments, part: &Instances, chunk: &Chunk| {
            chunk.rows.clone().for_each(|row| moments.add(part.rows.row(row)));
        };
        let moments =
            data.aggregate(|| Moments::new(data.n_features()), step, |all, part| all.merge(&part));
        Ok(StandardScalerModel::new(self.clone(), moments.mean(), moments.deviation()))
    }

    fn input(&self) -> Result<&str> {
        columns::required(OWNER, "inputCol", self.input_col.as_ref())
    }

    fn output(&self) -> String {
        columns::output(OWNER, &self.uid, self.output_col.as_ref())
    }
}

restorable!(StandardScaler);
options_only_reader!(StandardScaler);
loadable!(StandardScaler);

impl Stage for StandardScaler {
    stage_basics!("org.apache.spark.ml.feature.StandardScaler");

    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        self.validate()?;
        with_vectors(OWNER, schema, self.input()?, &self.output())
    }

    fn into_stage(self: Box<Self>) -> PipelineStage {
        PipelineStage::Estimator(self)
    }
}

impl Estimator for StandardScaler {
    fn fit(&self, df: &DataFrame) -> Result<Box<dyn Model>> {
        Ok(Box::new(Self::fit(self, df)?))
    }

    fn copy(&self) -> Box<dyn Estimator> {
        Box::new(self.clone())
    }
}
