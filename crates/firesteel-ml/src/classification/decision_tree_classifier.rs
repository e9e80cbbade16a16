// SPDX-License-Identifier: MIT OR Apache-2.0
//! `DecisionTreeClassifier`: learns a tree of questions.

use firesteel_core::{Options, Result};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::datatypes::SchemaRef;

use super::prediction_columns::PredictionColumns;
use super::{DecisionTreeClassificationModel, class_labels};
use crate::attribute::AttributeGroup;
use crate::dataset::Gather;
use crate::pipeline::PipelineStage;
use crate::stage::{loadable, options_only_reader, restorable, stage_basics};
use crate::tree::{self, Impurity, TreeParams};
use crate::uid::Uid;
use crate::{Estimator, Model, Stage, columns, frame};

/// Learns a tree of questions about single features; each leaf predicts the class that most of its rows have.
///
/// Features that the column declares as categories, as a [`VectorIndexer`](crate::feature::VectorIndexer) does, are
/// asked by category, all others by threshold. Thresholds lie in the middle between neighbouring values. Of equally
/// good splits the one with the lowest feature and threshold is taken, so the tree is the one that Spark grows.
///
/// # Shapes
/// input: vectors `(rows, size)` and labels `(rows)`; output: vectors `(rows, classes)` for raw prediction and
/// probability, classes `(rows)`.
///
/// # Differences from Spark
/// `max_bins` is at most 65,536.
///
/// # Examples
/// ```
/// use firesteel_ml::classification::DecisionTreeClassifier;
///
/// let tree = DecisionTreeClassifier::new().label_col("label").features_col("features").max_depth(3);
/// # let _ = tree;
/// ```
///
/// # Source
/// Spark 4.3, `pyspark.ml.classification.DecisionTreeClassifier`; histograms of quantile bins after Panda et al.,
/// "PLANET: Massively Parallel Learning of Tree Ensembles", 2009.
#[derive(Clone, Debug, Options)]
#[options(camel_case)]
pub struct DecisionTreeClassifier {
    /// The column of vectors.
    #[option(default = "features")]
    pub(super) features_col: String,
    /// The column of class numbers.
    #[option(default = "label")]
    pub(super) label_col: String,
    /// The column of predicted classes; an empty name leaves it out.
    #[option(default = "prediction")]
    pub(super) prediction_col: String,
    /// The column of probabilities; an empty name leaves it out.
    #[option(default = "probability")]
    pub(super) probability_col: String,
    /// The column of class weights in the leaf; an empty name leaves it out.
    #[option(default = "rawPrediction")]
    pub(super) raw_prediction_col: String,
    /// The column of leaf numbers, counted from the left; an empty name leaves it out.
    #[option(default = "")]
    pub(super) leaf_col: String,
    /// The column of row weights; without it every row weighs 1.
    #[option(default = None)]
    pub(super) weight_col: Option<String>,
    /// A class is predicted where probability divided by its threshold is largest.
    #[option(default = None, min = 0)]
    pub(super) thresholds: Option<Vec<f64>>,
    /// Levels below the root.
    #[option(default = 5_usize, max = 30)]
    pub(super) max_depth: usize,
    /// Bins to a feature; at least as many as any feature has categories.
    #[option(default = 32_usize, min = 2, max = 65_536)]
    pub(super) max_bins: usize,
    /// Rows that each side of a split must have.
    #[option(default = 1_usize, min = 1)]
    pub(super) min_instances_per_node: usize,
    /// The share of all weight that each side of a split must have.
    #[option(default = 0.0, min = 0, below = 0.5)]
    pub(super) min_weight_fraction_per_node: f64,
    /// What a split must gain.
    #[option(default = 0.0, min = 0)]
    pub(super) min_info_gain: f64,
    /// How mixed classes are measured.
    #[option(default = "gini", one_of = ["gini", "entropy"])]
    pub(super) impurity: String,
    /// Whether leaves side by side that predict the same become one.
    #[option(default = true)]
    pub(super) prune_tree: bool,
    /// Where the sample of more than 10,000 rows comes from, of which thresholds are chosen.
    #[option(default = 159_147_643_i64)]
    pub(super) seed: i64,
    #[option(skip)]
    pub(super) uid: Uid,
}

const OWNER: &str = "DecisionTreeClassifier";

impl DecisionTreeClassifier {
    /// Grows the tree.
    ///
    /// # Errors
    /// `Schema` for columns that are missing or of the wrong type, `InvalidArgument` for options out of range, labels
    /// that are no class numbers, nulls, NaN, a table without rows, and categories beyond `max_bins`.
    pub fn fit(&self, df: &DataFrame) -> Result<DecisionTreeClassificationModel> {
        let schema = df.schema();
        self.transform_schema(&schema)?;
        let gather = Gather {
            owner: OWNER,
            features: &self.features_col,
            label: Some(&self.label_col),
            weight: self.weight_col.as_deref(),
        };
        let data = gather.run(df)?;
        let label = frame::field(OWNER, &schema, &self.label_col)?;
        let n_classes = class_labels::count(OWNER, &label, &data)?;
        self.columns(Some(n_classes)).ensure_thresholds(n_classes)?;
        let attributes =
            AttributeGroup::of_field(&*frame::field(OWNER, &schema, &self.features_col)?);
        let arities = match attributes.attributes {
            Some(attributes) => {
                attributes.iter().map(|attribute| attribute.n_categories()).collect()
            }
            None => vec![None; data.n_features()],
        };
        let tree = tree::grow(OWNER, &data, &self.params(n_classes.max(2), arities))?;
        Ok(DecisionTreeClassificationModel::new(
            self.clone(),
            tree,
            data.n_features(),
            n_classes.max(2),
        ))
    }

    fn params(&self, n_classes: usize, arities: Vec<Option<usize>>) -> TreeParams {
        TreeParams {
            n_classes,
            arities,
            max_depth: self.max_depth,
            max_bins: self.max_bins,
            min_instances: self.min_instances_per_node,
            min_weight_fraction: self.min_weight_fraction_per_node,
            min_gain: self.min_info_gain,
            impurity: if self.impurity == "gini" { Impurity::Gini } else { Impurity::Entropy },
            prune: self.prune_tree,
            seed: self.seed,
        }
    }

    /// The columns that the model adds.
    pub(super) fn columns(&self, n_classes: Option<usize>) -> PredictionColumns<'_> {
        PredictionColumns {
            owner: OWNER,
            raw: &self.raw_prediction_col,
            probability: &self.probability_col,
            prediction: &self.prediction_col,
            thresholds: self.thresholds.as_deref(),
            n_classes,
        }
    }
}

restorable!(DecisionTreeClassifier);
options_only_reader!(DecisionTreeClassifier);
loadable!(DecisionTreeClassifier);

impl Stage for DecisionTreeClassifier {
    stage_basics!("org.apache.spark.ml.classification.DecisionTreeClassifier");

    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        self.validate()?;
        frame::field(OWNER, schema, &self.features_col)?;
        frame::field(OWNER, schema, &self.label_col)?;
        let added = super::decision_tree_classification_model::output_fields(self, schema, None)?;
        Ok(columns::extended(schema, added))
    }

    fn into_stage(self: Box<Self>) -> PipelineStage {
        PipelineStage::Estimator(self)
    }
}

impl Estimator for DecisionTreeClassifier {
    fn fit(&self, df: &DataFrame) -> Result<Box<dyn Model>> {
        Ok(Box::new(Self::fit(self, df)?))
    }

    fn copy(&self) -> Box<dyn Estimator> {
        Box::new(self.clone())
    }
}
