// SPDX-License-Identifier: MIT OR Apache-2.0
//! `MulticlassClassificationEvaluator`: one number for class predictions.

use firesteel_core::{Options, Result, err};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::array::{Array, Float64Array, RecordBatch};
use firesteel_data::vector::{VectorColumn, is_vector_type};

use super::MulticlassMetrics;
use crate::dataset::{ensure_numeric, numeric_column};
use crate::{Evaluator, frame};

/// Measures class predictions against labels.
///
/// The metrics are Spark's: `f1` (the default), `accuracy`, `weightedPrecision`, `weightedRecall`,
/// `weightedTruePositiveRate`, `weightedFalsePositiveRate`, `weightedFMeasure`, `truePositiveRateByLabel`,
/// `falsePositiveRateByLabel`, `precisionByLabel`, `recallByLabel`, `fMeasureByLabel`, `logLoss`, `hammingLoss`.
///
/// # Differences from Spark
/// `precision` and `recall`, which Spark knew until 1.6 and refuses since, are accepted with their meaning of then: the
/// share of rows predicted right, which is `accuracy`.
///
/// # Examples
/// ```
/// use firesteel_ml::evaluation::MulticlassClassificationEvaluator;
///
/// let accuracy = MulticlassClassificationEvaluator::new().metric_name("accuracy");
/// # let _ = accuracy;
/// ```
///
/// # Source
/// Spark 4.3, `pyspark.ml.evaluation.MulticlassClassificationEvaluator`.
#[derive(Clone, Debug, Options)]
#[options(camel_case)]
pub struct MulticlassClassificationEvaluator {
    /// The column of labels.
    #[option(default = "label")]
    label_col: String,
    /// The column of predicted classes.
    #[option(default = "prediction")]
    prediction_col: String,
    /// The column of probabilities, for `logLoss`.
    #[option(default = "probability")]
    probability_col: String,
    /// The column of row weights; without it every row weighs 1.
    #[option(default = None)]
    weight_col: Option<String>,
    /// What is computed.
    #[option(default = "f1", one_of = [
        "f1", "accuracy", "weightedPrecision", "weightedRecall", "weightedTruePositiveRate",
        "weightedFalsePositiveRate", "weightedFMeasure", "truePositiveRateByLabel", "falsePositiveRateByLabel",
        "precisionByLabel", "recallByLabel", "fMeasureByLabel", "logLoss", "hammingLoss", "precision", "recall",
    ])]
    metric_name: String,
    /// The class that the metrics `..ByLabel` look at.
    #[option(default = 0.0, min = 0)]
    metric_label: f64,
    /// The weight of recall in `weightedFMeasure` and `fMeasureByLabel`; 1 weighs both alike.
    #[option(default = 1.0, above = 0)]
    beta: f64,
    /// Probabilities are kept this far from 0 and 1 in `logLoss`.
    #[option(default = 1e-15, above = 0, below = 0.5)]
    eps: f64,
}

const OWNER: &str = "MulticlassClassificationEvaluator";

impl MulticlassClassificationEvaluator {
    /// Computes the metric.
    ///
    /// # Errors
    /// `UnknownName` for an unknown metric, `Schema` for columns that do not fit, `InvalidArgument` for nulls and for a
    /// table without rows.
    pub fn evaluate(&self, df: &DataFrame) -> Result<f64> {
        self.validate()?;
        let batches = self.batches(df)?;
        if batches.iter().all(|batch| batch.num_rows() == 0) {
            return Err(frame::no_rows(OWNER));
        }
        if self.metric_name == "logLoss" {
            return self.log_loss(&batches);
        }
        let metrics = self.counts(&batches)?;
        let class = self.metric_label;
        if self.metric_name.ends_with("ByLabel") && !metrics.labels().contains(&class) {
            return Err(err::invalid_argument(OWNER, "metricLabel")
                .expected(format!("one of the labels {:?}", metrics.labels()))
                .got(class));
        }
        self.metric(&metrics, class)
    }

    fn metric(&self, metrics: &MulticlassMetrics, class: f64) -> Result<f64> {
        Ok(match self.metric_name.as_str() {
            "f1" => metrics.weighted(|class| metrics.f_measure(class, 1.0)),
            "accuracy" | "precision" | "recall" => metrics.accuracy(),
            "weightedPrecision" => metrics.weighted(|class| metrics.precision(class)),
            "weightedRecall" | "weightedTruePositiveRate" => {
                metrics.weighted(|class| metrics.recall(class))
            }
            "weightedFalsePositiveRate" => {
                metrics.weighted(|class| metrics.false_positive_rate(class))
            }
            "weightedFMeasure" => metrics.weighted(|class| metrics.f_measure(class, self.beta)),
            "truePositiveRateByLabel" | "recallByLabel" => metrics.recall(class),
            "falsePositiveRateByLabel" => metrics.false_positive_rate(class),
            "precisionByLabel" => metrics.precision(class),
            "fMeasureByLabel" => metrics.f_measure(class, self.beta),
            "hammingLoss" => 1.0 - metrics.accuracy(),
            other => {
                return Err(err::internal(format!("metric `{other}` is listed but not computed")));
            }
        })
    }

    /// Label, prediction or probability, and weight, in the order of the partitions.
    fn batches(&self, df: &DataFrame) -> Result<Vec<RecordBatch>> {
        let schema = df.schema();
        let label = frame::field(OWNER, &schema, &self.label_col)?;
        ensure_numeric(OWNER, &label)?;
        let log_loss = self.metric_name == "logLoss";
        let second = if log_loss { &self.probability_col } else { &self.prediction_col };
        let field = frame::field(OWNER, &schema, second)?;
        if log_loss && !is_vector_type(field.data_type()) {
            return Err(frame::wrong_type(OWNER, &field, "vectors"));
        }
        if !log_loss {
            ensure_numeric(OWNER, &field)?;
        }
        let mut names = vec![self.label_col.as_str(), second];
        if let Some(weight) = self.weight_col.as_deref().filter(|name| !name.is_empty()) {
            ensure_numeric(OWNER, &frame::field(OWNER, &schema, weight)?)?;
            names.push(weight);
        }
        Ok(frame::fetch(OWNER, df, &names)?.into_iter().flatten().collect())
    }

    fn counts(&self, batches: &[RecordBatch]) -> Result<MulticlassMetrics> {
        let mut metrics = MulticlassMetrics::default();
        for batch in batches {
            let labels = self.numbers(batch, 0, &self.label_col)?;
            let predictions = self.numbers(batch, 1, &self.prediction_col)?;
            let weights = self.weights(batch)?;
            for row in 0..batch.num_rows() {
                let weight = weights.as_ref().map_or(1.0, |weights| weights.value(row));
                metrics.add(labels.value(row), predictions.value(row), weight);
            }
        }
        Ok(metrics)
    }

    fn log_loss(&self, batches: &[RecordBatch]) -> Result<f64> {
        let (mut loss, mut total) = (0.0, 0.0);
        for batch in batches {
            let labels = self.numbers(batch, 0, &self.label_col)?;
            let probabilities = VectorColumn::new(batch.column(1))?;
            let weights = self.weights(batch)?;
            for row in 0..batch.num_rows() {
                let label = labels.value(row);
                let whole = label >= 0.0 && label.fract() == 0.0;
                let of_label =
                    probabilities.row(row).filter(|_| whole).and_then(|p| p.get(label as usize));
                let p = of_label.ok_or_else(|| {
                    err::invalid_argument(OWNER, &self.probability_col)
                        .expected("a probability for the class of every label")
                        .got(format!("none for label {label} in row {row} of its batch"))
                })?;
                let weight = weights.as_ref().map_or(1.0, |weights| weights.value(row));
                loss -= weight * p.clamp(self.eps, 1.0 - self.eps).ln();
                total += weight;
            }
        }
        Ok(loss / total)
    }

    fn weights(&self, batch: &RecordBatch) -> Result<Option<Float64Array>> {
        if batch.num_columns() < 3 {
            return Ok(None);
        }
        let name = self.weight_col.as_deref().unwrap_or_default();
        let weights = self.numbers(batch, 2, name)?;
        match weights.values().iter().find(|&&weight| !(weight >= 0.0 && weight.is_finite())) {
            Some(bad) => {
                Err(err::invalid_argument(OWNER, name).expected("finite and not negative").got(bad))
            }
            None => Ok(Some(weights)),
        }
    }

    fn numbers(&self, batch: &RecordBatch, column: usize, name: &str) -> Result<Float64Array> {
        let numbers = numeric_column(batch.column(column))?;
        let bad =
            (0..numbers.len()).find(|&row| numbers.is_null(row) || numbers.value(row).is_nan());
        match bad {
            None => Ok(numbers),
            Some(row) => Err(err::invalid_argument(OWNER, name)
                .expected("neither null nor NaN")
                .got(format!("one in row {row} of its batch"))
                .fix("filter or fill such rows first")),
        }
    }
}

impl Evaluator for MulticlassClassificationEvaluator {
    fn evaluate(&self, df: &DataFrame) -> Result<f64> {
        Self::evaluate(self, df)
    }

    fn is_larger_better(&self) -> bool {
        !matches!(
            self.metric_name.as_str(),
            "weightedFalsePositiveRate" | "falsePositiveRateByLabel" | "logLoss" | "hammingLoss"
        )
    }

    fn options(&self) -> &dyn Options {
        self
    }

    fn options_mut(&mut self) -> &mut dyn Options {
        self
    }

    fn copy(&self) -> Box<dyn Evaluator> {
        Box::new(self.clone())
    }
}
