// SPDX-License-Identifier: MIT OR Apache-2.0
//! `StringIndexerModel`: gives labels the indices that were learnt.

use std::sync::Arc;

use firesteel_core::{Error, IndexMap, Result, err};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, ListArray, ListBuilder, RecordBatch, StringArray,
    StringBuilder,
};
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use firesteel_data::vector::with_ml_attr;

use super::{OWNER, StringIndexer, text};
use crate::attribute::Attribute;
use crate::function::{self, ColumnFunction};
use crate::persistence::{SavedStage, StageContent};
use crate::pipeline::PipelineStage;
use crate::stage::{loadable, stage_basics};
use crate::{Model, Stage, Transformer, columns, frame};

/// The model of a [`StringIndexer`](crate::feature::StringIndexer): the labels of each column in order.
#[derive(Clone, Debug)]
pub struct StringIndexerModel {
    options: StringIndexer,
    labels: Vec<Vec<String>>,
}

impl StringIndexerModel {
    pub(super) fn new(options: StringIndexer, labels: Vec<Vec<String>>) -> Self {
        Self { options, labels }
    }

    /// A model of labels that are known beforehand.
    pub fn from_labels(
        labels: impl IntoIterator<Item = impl Into<String>>,
        input_col: impl Into<String>,
        output_col: impl Into<String>,
    ) -> Self {
        let options = StringIndexer::new().input_col(input_col).output_col(output_col);
        Self::new(options, vec![labels.into_iter().map(Into::into).collect()])
    }

    /// The labels of the first column, in the order of their indices.
    pub fn labels(&self) -> &[String] {
        self.labels.first().map_or(&[], Vec::as_slice)
    }

    /// The labels of every column.
    pub fn labels_array(&self) -> &[Vec<String>] {
        &self.labels
    }

    /// What to do with null and with labels that the model does not know.
    #[must_use]
    pub fn handle_invalid(mut self, handle_invalid: impl Into<String>) -> Self {
        self.options = self.options.handle_invalid(handle_invalid);
        self
    }

    fn labels_of(&self, i: usize) -> Vec<String> {
        self.labels.get(i).cloned().unwrap_or_default()
    }

    /// Adds the columns of indices; an input column that is not there is passed over, as in Spark, so that a fitted
    /// pipeline serves tables without labels.
    ///
    /// # Errors
    /// `Schema` for columns that do not fit. Unknown labels are met when the result is read.
    pub fn transform(&self, df: &DataFrame) -> Result<DataFrame> {
        let mut table = df.clone();
        let mut invalid_free = Vec::new();
        for (i, (input, field)) in self.present(&df.schema())? {
            let output = field.name().clone();
            let index = Index::new(&input, &self.labels[i], &self.options.handle_invalid);
            let labels = frame::column(OWNER, &table, &input)?;
            let indices = function::call("string_index", Arc::new(index), field, vec![labels]);
            table = frame::with_column(&table, &output, indices)?;
            invalid_free.push(output);
        }
        if self.options.handle_invalid != "skip" {
            return Ok(table);
        }
        invalid_free.iter().try_fold(table, |table, output| {
            let indices = frame::column(OWNER, &table, output)?;
            frame::filter(&table, indices.is_not_null())
        })
    }

    /// The columns that are there: number, input, output field.
    fn present(&self, schema: &Schema) -> Result<Vec<(usize, (String, Field))>> {
        let mut found = Vec::new();
        for (i, (input, output)) in self.options.pairs()?.into_iter().enumerate() {
            let Ok(field) = frame::field(OWNER, schema, &input) else { continue };
            text::ensure_labels(OWNER, &field)?;
            frame::ensure_new(OWNER, schema, &output)?;
            found.push((i, (input, index_field(&output, self.labels_of(i), self.options.keeps()))));
        }
        if self.labels.len() != self.options.pairs()?.len() {
            let got = format!("{} columns", self.options.pairs()?.len());
            return Err(err::invalid_argument("StringIndexerModel", "inputCols")
                .expected(format!("{} columns, as many as were fitted", self.labels.len()))
                .got(got));
        }
        Ok(found)
    }
}

loadable!(StringIndexerModel);

/// Reads a saved model, for the registry.
pub(crate) fn read(saved: &SavedStage) -> Result<PipelineStage> {
    let options = StringIndexer::restored(saved)?;
    let data = saved.data()?;
    let texts = |array: &ArrayRef| -> Result<Vec<String>> {
        let texts: &StringArray = saved.typed(array, "labelsArray")?;
        Ok(texts.iter().map(|text| text.unwrap_or_default().to_owned()).collect())
    };
    let labels = if data.column_by_name("labelsArray").is_some() {
        let rows: &ListArray = saved.column(&data, "labelsArray")?;
        let columns = rows.value(0);
        let columns: &ListArray = saved.typed(&columns, "labelsArray")?;
        (0..columns.len()).map(|i| texts(&columns.value(i))).collect::<Result<_>>()?
    } else {
        // as Spark 2 wrote it
        let rows: &ListArray = saved.column(&data, "labels")?;
        vec![texts(&rows.value(0))?]
    };
    Ok(PipelineStage::Transformer(Box::new(StringIndexerModel { options, labels })))
}

impl Stage for StringIndexerModel {
    stage_basics!("org.apache.spark.ml.feature.StringIndexerModel", options);

    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        let fields = self.present(schema)?.into_iter().map(|(_, (_, field))| field);
        Ok(columns::extended(schema, fields))
    }

    fn into_stage(self: Box<Self>) -> PipelineStage {
        PipelineStage::Transformer(self)
    }

    fn content(&self) -> Result<StageContent<'_>> {
        let mut builder = ListBuilder::new(ListBuilder::new(StringBuilder::new()));
        for labels in &self.labels {
            labels.iter().for_each(|label| builder.values().values().append_value(label));
            builder.values().append(true);
        }
        builder.append(true);
        let array = builder.finish();
        let field = Field::new("labelsArray", array.data_type().clone(), true);
        let batch = RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![Arc::new(array)]);
        let batch = batch.map_err(|source| err::internal("labels do not fit").caused_by(source))?;
        Ok(StageContent::of_data(batch))
    }
}

impl Transformer for StringIndexerModel {
    fn transform(&self, df: &DataFrame) -> Result<DataFrame> {
        Self::transform(self, df)
    }

    fn copy(&self) -> Box<dyn Transformer> {
        Box::new(self.clone())
    }
}

impl Model for StringIndexerModel {}

/// The field of a column of indices, with its labels.
pub(super) fn index_field(name: &str, mut labels: Vec<String>, keeps: bool) -> Field {
    let known = !labels.is_empty();
    if keeps && known {
        labels.push("__unknown".to_owned());
    }
    let field = Field::new(name, DataType::Float64, true);
    if !known {
        return field;
    }
    with_ml_attr(field, &Attribute::nominal(labels).with_name(name).to_json())
}

/// The function that gives the indices.
#[derive(Debug)]
struct Index {
    column: String,
    indices: IndexMap<String, usize>,
    invalid: String,
}

impl Index {
    fn new(column: &str, labels: &[String], invalid: &str) -> Self {
        let indices = labels.iter().enumerate().map(|(i, label)| (label.clone(), i)).collect();
        Self { column: column.to_owned(), indices, invalid: invalid.to_owned() }
    }

    fn refusal(&self, label: Option<&str>) -> Error {
        let got = label.map_or_else(|| "null".to_owned(), |label| format!("`{label}`"));
        err::invalid_argument("StringIndexerModel", &self.column)
            .expected("a label that was there when the model was fitted")
            .got(got)
            .fix("set handle_invalid to `skip` or `keep`")
    }
}

impl ColumnFunction for Index {
    fn compute(&self, inputs: &[ArrayRef]) -> Result<ArrayRef> {
        let texts = text::of_column(&inputs[0])?;
        let index = |label: Option<&str>| {
            let known = label.and_then(|label| self.indices.get(label)).map(|&i| i as f64);
            match (known, self.invalid.as_str()) {
                (Some(index), _) => Ok(Some(index)),
                (None, "keep") => Ok(Some(self.indices.len() as f64)),
                (None, "skip") => Ok(None),
                (None, _) => Err(self.refusal(label)),
            }
        };
        let texts: ArrayRef = Arc::new(texts);
        let indices =
            texts.as_string::<i32>().iter().map(index).collect::<Result<Float64Array>>()?;
        Ok(Arc::new(indices))
    }
}
