// SPDX-License-Identifier: MIT OR Apache-2.0
//! `StringIndexer`: labels as indices, the most frequent first.

mod model;
mod text;

use firesteel_core::{IndexMap, Options, Result, err};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::array::Array;
use firesteel_data::datafusion::arrow::datatypes::{Field, Schema, SchemaRef};

pub use model::StringIndexerModel;
pub(crate) use model::read as read_model;

use crate::pipeline::PipelineStage;
use crate::stage::{loadable, options_only_reader, restorable, stage_basics};
use crate::uid::Uid;
use crate::{Estimator, Model, Names, Stage, columns, frame};

/// Learns the labels of columns and numbers them: `0.0` for the most frequent label.
///
/// Labels are texts or numbers; numbers are labels by their text, as Spark writes it: `1.0`. Nulls are no labels.
///
/// # Shapes
/// input: labels `(rows)`, one or several columns; output: indices `(rows)` for each.
///
/// # Examples
/// ```
/// use firesteel_ml::feature::StringIndexer;
///
/// let indexer = StringIndexer::new().input_col("label").output_col("indexedLabel");
/// # let _ = indexer;
/// ```
///
/// # Source
/// Spark 4.3, `pyspark.ml.feature.StringIndexer`.
#[derive(Clone, Debug, Options)]
#[options(camel_case)]
pub struct StringIndexer {
    /// The column of labels.
    #[option(default = None)]
    input_col: Option<String>,
    /// The column of indices.
    #[option(default = None)]
    output_col: Option<String>,
    /// Several columns of labels, in place of `input_col`.
    #[option(default = None)]
    input_cols: Option<Names>,
    /// The column of indices for each of `input_cols`.
    #[option(default = None)]
    output_cols: Option<Names>,
    /// The order of the labels; equal frequencies are ordered by the alphabet.
    #[option(default = "frequencyDesc", one_of = ["frequencyDesc", "frequencyAsc", "alphabetDesc", "alphabetAsc"])]
    string_order_type: String,
    /// What a model does with null and with labels that it does not know: `error`, `skip` the row, or `keep` it with
    /// an index of its own.
    #[option(default = "error", one_of = ["error", "skip", "keep"])]
    handle_invalid: String,
    #[option(skip)]
    uid: Uid,
}

const OWNER: &str = "StringIndexer";

impl StringIndexer {
    /// Learns the labels.
    ///
    /// # Errors
    /// `Schema` for a column that is missing or holds neither texts nor numbers.
    pub fn fit(&self, df: &DataFrame) -> Result<StringIndexerModel> {
        let pairs = self.pairs()?;
        let schema = df.schema();
        self.output_fields(&schema, |_| Vec::new())?;
        let names: Vec<&str> = pairs.iter().map(|(input, _)| input.as_str()).collect();
        let partitions = frame::fetch(OWNER, df, &names)?;
        let mut counts: Vec<IndexMap<String, u64>> = vec![IndexMap::new(); names.len()];
        for batch in partitions.iter().flatten() {
            for (column, counts) in batch.columns().iter().zip(&mut counts) {
                let texts = text::of_column(column)?;
                for text in (0..texts.len()).filter(|&i| texts.is_valid(i)).map(|i| texts.value(i))
                {
                    match counts.get_mut(text) {
                        Some(count) => *count += 1,
                        None => drop(counts.insert(text.to_owned(), 1)),
                    }
                }
            }
        }
        let labels = counts.into_iter().map(|counts| self.ordered(counts)).collect();
        Ok(StringIndexerModel::new(self.clone(), labels))
    }

    /// Every input column with its output column.
    fn pairs(&self) -> Result<Vec<(String, String)>> {
        self.validate()?;
        let several = self.input_cols.as_ref().or(self.output_cols.as_ref());
        if several.is_none() {
            let input = columns::required(OWNER, "inputCol", self.input_col.as_ref())?;
            let output = columns::output(OWNER, &self.uid, self.output_col.as_ref());
            return Ok(vec![(input.to_owned(), output)]);
        }
        if self.input_col.is_some() || self.output_col.is_some() {
            return Err(err::invalid_argument(OWNER, "inputCols")
                .expected("alone, or `inputCol` alone")
                .got("both"));
        }
        let inputs = self.input_cols.clone().unwrap_or_default();
        let outputs = self.output_cols.clone().unwrap_or_default();
        if inputs.is_empty() || inputs.len() != outputs.len() {
            return Err(err::invalid_argument(OWNER, "outputCols")
                .expected(format!("as many as the {} `inputCols`", inputs.len()))
                .got(outputs.len()));
        }
        Ok(inputs.iter().cloned().zip(outputs.iter().cloned()).collect())
    }

    /// The checked output fields; `labels` gives the labels of the n-th column, as far as they are known.
    fn output_fields(
        &self,
        schema: &Schema,
        labels: impl Fn(usize) -> Vec<String>,
    ) -> Result<Vec<Field>> {
        let mut fields: Vec<Field> = Vec::new();
        for (i, (input, output)) in self.pairs()?.into_iter().enumerate() {
            let field = frame::field(OWNER, schema, &input)?;
            text::ensure_labels(OWNER, &field)?;
            frame::ensure_new(OWNER, schema, &output)?;
            if fields.iter().any(|field| *field.name() == output) {
                return Err(
                    err::schema(format!("output column `{output}` is given twice")).at(OWNER)
                );
            }
            fields.push(model::index_field(&output, labels(i), self.keeps()));
        }
        Ok(fields)
    }

    fn keeps(&self) -> bool {
        self.handle_invalid == "keep"
    }

    fn ordered(&self, counts: IndexMap<String, u64>) -> Vec<String> {
        let mut labels: Vec<(String, u64)> = counts.into_iter().collect();
        labels.sort_by(|a, b| a.0.cmp(&b.0));
        match self.string_order_type.as_str() {
            "frequencyDesc" => labels.sort_by_key(|&(_, count)| std::cmp::Reverse(count)),
            "frequencyAsc" => labels.sort_by_key(|&(_, count)| count),
            "alphabetDesc" => labels.reverse(),
            _ => {}
        }
        labels.into_iter().map(|(label, _)| label).collect()
    }
}

restorable!(StringIndexer);
options_only_reader!(StringIndexer);
loadable!(StringIndexer);

impl Stage for StringIndexer {
    stage_basics!("org.apache.spark.ml.feature.StringIndexer");

    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        let fields = self.output_fields(schema, |_| Vec::new())?;
        Ok(columns::extended(schema, fields))
    }

    fn into_stage(self: Box<Self>) -> PipelineStage {
        PipelineStage::Estimator(self)
    }
}

impl Estimator for StringIndexer {
    fn fit(&self, df: &DataFrame) -> Result<Box<dyn Model>> {
        Ok(Box::new(Self::fit(self, df)?))
    }

    fn copy(&self) -> Box<dyn Estimator> {
        Box::new(self.clone())
    }
}
