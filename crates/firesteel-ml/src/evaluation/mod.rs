// SPDX-License-Identifier: MIT OR Apache-2.0
//! Measuring predictions; Spark's `pyspark.ml.evaluation`.

mod multiclass_classification_evaluator;
mod multiclass_metrics;

pub use multiclass_classification_evaluator::MulticlassClassificationEvaluator;
pub use multiclass_metrics::MulticlassMetrics;
