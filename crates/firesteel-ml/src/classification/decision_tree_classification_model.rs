// SPDX-License-Identifier: MIT OR Apache-2.0
//! `DecisionTreeClassificationModel`: a grown tree.

use std::sync::Arc;

use firesteel_core::{JsonMap, Result, err, json};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::array::{ArrayRef, Float64Array};
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use firesteel_data::vector::{
    Vector, VectorBuilder, VectorColumn, VectorRef, is_vector_type, with_ml_attr,
};

use super::DecisionTreeClassifier;
use crate::function::{self, ColumnFunction};
use crate::persistence::{SavedStage, StageContent};
use crate::pipeline::PipelineStage;
use crate::stage::{loadable, stage_basics};
use crate::tree::{self, Tree};
use crate::{Model, Stage, Transformer, columns, frame};

const OWNER: &str = "DecisionTreeClassificationModel";

/// The model of a [`DecisionTreeClassifier`](crate::classification::DecisionTreeClassifier).
#[derive(Clone, Debug)]
pub struct DecisionTreeClassificationModel {
    options: DecisionTreeClassifier,
    tree: Arc<Tree>,
    n_features: usize,
    n_classes: usize,
}

impl DecisionTreeClassificationModel {
    pub(super) fn new(
        options: DecisionTreeClassifier,
        tree: Tree,
        n_features: usize,
        n_classes: usize,
    ) -> Self {
        Self { options, tree: Arc::new(tree), n_features, n_classes }
    }

    /// The size of the vectors.
    pub fn num_features(&self) -> usize {
        self.n_features
    }

    /// The number of classes.
    pub fn num_classes(&self) -> usize {
        self.n_classes
    }

    /// The number of levels below the root.
    pub fn depth(&self) -> usize {
        self.tree.depth()
    }

    /// The number of nodes, leaves included.
    pub fn num_nodes(&self) -> usize {
        self.tree.nodes.len()
    }

    /// For every feature the gain of its splits, weighted by their rows; the sum is 1.
    pub fn feature_importances(&self) -> Vector {
        let all = self.tree.importances(self.n_features);
        let used = all.into_iter().enumerate().filter(|(_, importance)| *importance != 0.0);
        let (indices, values) = used.map(|(i, importance)| (i as i32, importance)).unzip();
        Vector::Sparse { size: self.n_features, indices, values }
    }

    /// The tree as text, to the character what Spark's `toDebugString` gives.
    pub fn to_debug_string(&self) -> String {
        format!(
            "DecisionTreeClassificationModel: uid={}, depth={}, numNodes={}, numClasses={}, numFeatures={}\n{}",
            self.uid(),
            self.depth(),
            self.num_nodes(),
            self.n_classes,
            self.n_features,
            tree::debug_string(&self.tree)
        )
    }

    /// The class that is predicted for one vector.
    ///
    /// # Errors
    /// `Shape` for a vector of another size.
    pub fn predict(&self, features: &Vector) -> Result<f64> {
        let walk = Walk { tree: Arc::clone(&self.tree), n_features: self.n_features };
        Ok(self.tree.nodes[walk.leaf_of(features.as_ref())?].prediction)
    }

    /// Adds the columns of predictions.
    ///
    /// # Errors
    /// `Schema` for columns that do not fit. Vectors of another size are met when the result is read.
    pub fn transform(&self, df: &DataFrame) -> Result<DataFrame> {
        let options = &self.options;
        let schema = df.schema();
        self.checked_fields(&schema)?;
        let walk = || Walk { tree: Arc::clone(&self.tree), n_features: self.n_features };
        let raw: Arc<dyn ColumnFunction> = Arc::new(RawPrediction(walk()));
        let names = options.columns(Some(self.n_classes));
        names.ensure_thresholds(self.n_classes)?;
        let table = names.add(df, &options.features_col, &raw)?;
        if options.leaf_col.is_empty() {
            return Ok(table);
        }
        let features = frame::column(OWNER, &table, &options.features_col)?;
        let numbers = Leaf { leaves: self.tree.leaves(), walk: walk() };
        let field = leaf_field(&options.leaf_col, Some(numbers.leaves.len()));
        let leaf = function::call("leaf", Arc::new(numbers), field, vec![features]);
        frame::with_column(&table, &options.leaf_col, leaf)
    }

    fn checked_fields(&self, schema: &Schema) -> Result<Vec<Field>> {
        let features = frame::field(OWNER, schema, &self.options.features_col)?;
        if !is_vector_type(features.data_type()) {
            return Err(frame::wrong_type(OWNER, &features, "vectors"));
        }
        output_fields(&self.options, schema, Some((self.n_classes, self.tree.leaves().len())))
    }
}

/// The fields that the model adds; the numbers of classes and leaves as far as they are known.
pub(super) fn output_fields(
    options: &DecisionTreeClassifier,
    schema: &Schema,
    known: Option<(usize, usize)>,
) -> Result<Vec<Field>> {
    let mut fields = options.columns(known.map(|(n_classes, _)| n_classes)).fields(schema)?;
    if !options.leaf_col.is_empty() {
        let before = columns::extended(schema, fields.clone());
        frame::ensure_new(OWNER, &before, &options.leaf_col)?;
        fields.push(leaf_field(&options.leaf_col, known.map(|(_, n_leaves)| n_leaves)));
    }
    Ok(fields)
}

fn leaf_field(name: &str, n_leaves: Option<usize>) -> Field {
    let field = Field::new(name, DataType::Float64, true);
    match n_leaves {
        Some(n) => with_ml_attr(field, &json!({"type": "nominal", "num_vals": n, "name": name})),
        None => field,
    }
}

loadable!(DecisionTreeClassificationModel);

/// Reads a saved model, for the registry.
pub(crate) fn read(saved: &SavedStage) -> Result<PipelineStage> {
    let options = DecisionTreeClassifier::restored(saved)?;
    let (n_features, n_classes) = (saved.number("numFeatures")?, saved.number("numClasses")?);
    let tree = tree::from_batch(saved, n_features, n_classes)?;
    let model = DecisionTreeClassificationModel::new(options, tree, n_features, n_classes);
    Ok(PipelineStage::Transformer(Box::new(model)))
}

impl Stage for DecisionTreeClassificationModel {
    stage_basics!("org.apache.spark.ml.classification.DecisionTreeClassificationModel", options);

    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        Ok(columns::extended(schema, self.checked_fields(schema)?))
    }

    fn into_stage(self: Box<Self>) -> PipelineStage {
        PipelineStage::Transformer(self)
    }

    fn content(&self) -> Result<StageContent<'_>> {
        let mut extra = JsonMap::new();
        extra.insert("numFeatures".to_owned(), json!(self.n_features));
        extra.insert("numClasses".to_owned(), json!(self.n_classes));
        Ok(StageContent { extra, ..StageContent::of_data(tree::to_batch(&self.tree)?) })
    }
}

impl Transformer for DecisionTreeClassificationModel {
    fn transform(&self, df: &DataFrame) -> Result<DataFrame> {
        Self::transform(self, df)
    }

    fn copy(&self) -> Box<dyn Transformer> {
        Box::new(self.clone())
    }
}

impl Model for DecisionTreeClassificationModel {}

/// The way of vectors through the tree.
#[derive(Debug)]
struct Walk {
    tree: Arc<Tree>,
    n_features: usize,
}

impl Walk {
    fn leaf_of(&self, vector: VectorRef<'_>) -> Result<usize> {
        if vector.size() != self.n_features {
            let error = err::shape(OWNER, "feature vectors");
            return Err(error.expected(format!("{} values", self.n_features)).got(vector.size()));
        }
        Ok(self.tree.leaf_of(vector))
    }
}

/// The function that gives the class weights of the leaf.
#[derive(Debug)]
struct RawPrediction(Walk);

impl ColumnFunction for RawPrediction {
    fn compute(&self, inputs: &[ArrayRef]) -> Result<ArrayRef> {
        let mut builder = VectorBuilder::new();
        for vector in VectorColumn::new(&inputs[0])?.iter() {
            match vector {
                Some(vector) => {
                    let leaf = self.0.leaf_of(vector)?;
                    builder.append_dense(self.0.tree.nodes[leaf].stats.iter().copied());
                }
                None => builder.append_null(),
            }
        }
        builder.finish()
    }
}

/// The function that numbers the leaves from the left.
#[derive(Debug)]
struct Leaf {
    leaves: Vec<usize>,
    walk: Walk,
}

impl ColumnFunction for Leaf {
    fn compute(&self, inputs: &[ArrayRef]) -> Result<ArrayRef> {
        let number = |vector: Option<VectorRef<'_>>| -> Result<Option<f64>> {
            let Some(vector) = vector else { return Ok(None) };
            let leaf = self.walk.leaf_of(vector)?;
            Ok(self.leaves.binary_search(&leaf).ok().map(|number| number as f64))
        };
        let column = VectorColumn::new(&inputs[0])?;
        let numbers = column.iter().map(number).collect::<Result<Float64Array>>()?;
        Ok(Arc::new(numbers))
    }
}
