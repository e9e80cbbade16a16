// SPDX-License-Identifier: MIT OR Apache-2.0
//! `VectorIndexer`: finds the places of vectors that hold categories, and numbers those.

mod model;

use firesteel_core::{Options, Result};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::datatypes::SchemaRef;

pub use model::VectorIndexerModel;
pub(crate) use model::read as read_model;

use super::base::with_vectors;
use crate::dataset::{Chunk, Dataset, Gather, Instances};
use crate::pipeline::PipelineStage;
use crate::stage::{loadable, options_only_reader, restorable, stage_basics};
use crate::uid::Uid;
use crate::{Estimator, Model, Stage, columns};

/// Finds the places of vectors that take few values, takes these for categories, and gives them indices.
///
/// Indices ascend with the values, but the value 0 always has index 0, so that sparse vectors stay sparse.
///
/// # Shapes
/// input: vectors `(rows, size)`; output: vectors `(rows, size)`.
///
/// # Examples
/// ```
/// use firesteel_ml::feature::VectorIndexer;
///
/// let indexer = VectorIndexer::new().input_col("features").output_col("indexed").max_categories(4);
/// # let _ = indexer;
/// ```
///
/// # Source
/// Spark 4.3, `pyspark.ml.feature.VectorIndexer`.
#[derive(Clone, Debug, Options)]
#[options(camel_case)]
pub struct VectorIndexer {
    /// The column of vectors.
    #[option(default = None)]
    input_col: Option<String>,
    /// The column of vectors with indices.
    #[option(default = None)]
    output_col: Option<String>,
    /// A place that takes more values than this holds plain numbers.
    #[option(default = 20_usize, min = 2)]
    max_categories: usize,
    /// What a model does with a value that it does not know: `error`, `skip` the row, or `keep` it with an index of its
    /// own.
    #[option(default = "error", one_of = ["error", "skip", "keep"])]
    handle_invalid: String,
    #[option(skip)]
    uid: Uid,
}

const OWNER: &str = "VectorIndexer";

/// The values of every place, ascending and without repetition; `None` once there are too many.
type Values = Vec<Option<Vec<f64>>>;

impl VectorIndexer {
    /// Finds the categories.
    ///
    /// # Errors
    /// `Schema` for a column that is missing or holds no vectors, `InvalidArgument` for nulls, NaN and a table without
    /// rows.
    pub fn fit(&self, df: &DataFrame) -> Result<VectorIndexerModel> {
        self.transform_schema(&df.schema())?;
        let features = self.input()?;
        let data = Gather { owner: OWNER, features, label: None, weight: None }.run(df)?;
        let values = self.distinct(&data);
        let maps =
            values.into_iter().enumerate().filter_map(|(place, values)| Some((place, values?)));
        Ok(VectorIndexerModel::new(self.clone(), data.n_features(), maps.collect()))
    }

    fn input(&self) -> Result<&str> {
        columns::required(OWNER, "inputCol", self.input_col.as_ref())
    }

    fn output(&self) -> String {
        columns::output(OWNER, &self.uid, self.output_col.as_ref())
    }

    fn distinct(&self, data: &Dataset) -> Values {
        let limit = self.max_categories;
        let start = || -> Values { vec![Some(Vec::new()); data.n_features()] };
        let step = |found: &mut Values, part: &Instances, chunk: &Chunk| {
            let mut values = vec![0.0; data.n_features()];
            for row in chunk.rows.clone() {
                part.rows.row(row).write_to(&mut values);
                found
                    .iter_mut()
                    .zip(&values)
                    .for_each(|(found, &value)| insert(found, value, limit));
            }
        };
        let merge = |found: &mut Values, other: Values| {
            for (found, other) in found.iter_mut().zip(other) {
                match other {
                    Some(values) => {
                        values.into_iter().for_each(|value| insert(found, value, limit))
                    }
                    None => *found = None,
                }
            }
        };
        data.aggregate(start, step, merge)
    }
}

fn insert(found: &mut Option<Vec<f64>>, value: f64, limit: usize) {
    let Some(values) = found else { return };
    // -0.0 and 0.0 are one value
    let value = value + 0.0;
    if let Err(at) = values.binary_search_by(|known| known.total_cmp(&value)) {
        values.insert(at, value);
        if values.len() > limit {
            *found = None;
        }
    }
}

restorable!(VectorIndexer);
options_only_reader!(VectorIndexer);
loadable!(VectorIndexer);

impl Stage for VectorIndexer {
    stage_basics!("org.apache.spark.ml.feature.VectorIndexer");

    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        self.validate()?;
        with_vectors(OWNER, schema, self.input()?, &self.output())
    }

    fn into_stage(self: Box<Self>) -> PipelineStage {
        PipelineStage::Estimator(self)
    }
}

impl Estimator for VectorIndexer {
    fn fit(&self, df: &DataFrame) -> Result<Box<dyn Model>> {
        Ok(Box::new(Self::fit(self, df)?))
    }

    fn copy(&self) -> Box<dyn Estimator> {
        Box::new(self.clone())
    }
}
