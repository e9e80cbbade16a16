// SPDX-License-Identifier: MIT OR Apache-2.0
//! Learning classes; Spark's `pyspark.ml.classification`.

mod class_labels;
mod decision_tree_classification_model;
mod decision_tree_classifier;
mod prediction_columns;

pub use decision_tree_classification_model::DecisionTreeClassificationModel;
pub use decision_tree_classifier::DecisionTreeClassifier;

use crate::persistence::StageReader;

/// The classes of the family, for the registry.
pub(crate) const READERS: &[(&str, StageReader)] = &[
    // registry: sorted
    (
        "org.apache.spark.ml.classification.DecisionTreeClassificationModel",
        decision_tree_classification_model::read,
    ),
    ("org.apache.spark.ml.classification.DecisionTreeClassifier", decision_tree_classifier::read),
    // registry: end
];
