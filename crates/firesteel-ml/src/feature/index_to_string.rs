// SPDX-License-Identifier: MIT OR Apache-2.0
//! `IndexToString`: indices back to labels.

use std::sync::Arc;

use firesteel_core::{Options, Result, err};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::array::{ArrayRef, StringArray};
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::attribute::Attribute;
use crate::dataset::{ensure_numeric, numeric_column};
use crate::function::{self, ColumnFunction};
use crate::pipeline::PipelineStage;
use crate::stage::{loadable, options_only_reader, restorable, stage_basics};
use crate::uid::Uid;
use crate::{Names, Stage, Transformer, columns, frame};

/// Turns indices back into labels: those given, or those that the column of indices carries.
///
/// # Shapes
/// input: indices `(rows)`; output: texts `(rows)`.
///
/// # Examples
/// ```
/// use firesteel_ml::feature::IndexToString;
///
/// let names = IndexToString::new().input_col("prediction").output_col("name").labels(["no", "yes"]);
/// # let _ = names;
/// ```
///
/// # Source
/// Spark 4.3, `pyspark.ml.feature.IndexToString`.
#[derive(Clone, Debug, Options)]
#[options(camel_case)]
pub struct IndexToString {
    /// The column of indices.
    #[option(default = None)]
    input_col: Option<String>,
    /// The column of labels.
    #[option(default = None)]
    output_col: Option<String>,
    /// The labels in the order of their indices; without them those that the input column carries.
    #[option(default = None)]
    labels: Option<Names>,
    #[option(skip)]
    uid: Uid,
}

const OWNER: &str = "IndexToString";

impl IndexToString {
    fn output_field(&self, schema: &Schema) -> Result<Field> {
        let input = columns::required(OWNER, "inputCol", self.input_col.as_ref())?;
        ensure_numeric(OWNER, &frame::field(OWNER, schema, input)?)?;
        let output = columns::output(OWNER, &self.uid, self.output_col.as_ref());
        frame::ensure_new(OWNER, schema, &output)?;
        Ok(Field::new(output, DataType::Utf8, true))
    }

    fn labels_for(&self, schema: &Schema) -> Result<Vec<String>> {
        if let Some(labels) = self.labels.as_ref().filter(|labels| !labels.is_empty()) {
            return Ok(labels.to_vec());
        }
        let input = columns::required(OWNER, "inputCol", self.input_col.as_ref())?;
        let attribute = Attribute::of_field(&*frame::field(OWNER, schema, input)?);
        let known = attribute.and_then(|attribute| attribute.values().map(<[String]>::to_vec));
        known.ok_or_else(|| {
            let got = format!("none, and column `{input}` carries none");
            err::invalid_argument(OWNER, "labels").expected("given").got(got)
        })
    }
}

restorable!(IndexToString);
options_only_reader!(IndexToString);
loadable!(IndexToString);

impl Stage for IndexToString {
    stage_basics!("org.apache.spark.ml.feature.IndexToString");

    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        Ok(columns::extended(schema, [self.output_field(schema)?]))
    }

    fn into_stage(self: Box<Self>) -> PipelineStage {
        PipelineStage::Transformer(self)
    }
}

impl Transformer for IndexToString {
    fn transform(&self, df: &DataFrame) -> Result<DataFrame> {
        let schema = df.schema();
        let field = self.output_field(&schema)?;
        let input = columns::required(OWNER, "inputCol", self.input_col.as_ref())?;
        let lookup = Lookup { column: input.to_owned(), labels: self.labels_for(&schema)? };
        let indices = frame::column(OWNER, df, input)?;
        let name = field.name().clone();
        let texts = function::call("index_to_string", Arc::new(lookup), field, vec![indices]);
        frame::with_column(df, &name, texts)
    }

    fn copy(&self) -> Box<dyn Transformer> {
        Box::new(self.clone())
    }
}

/// The function that looks labels up.
#[derive(Debug)]
struct Lookup {
    column: String,
    labels: Vec<String>,
}

impl ColumnFunction for Lookup {
    fn compute(&self, inputs: &[ArrayRef]) -> Result<ArrayRef> {
        let label = |index: Option<f64>| {
            // as Java turns a double into an int
            let place = index.filter(|&index| index > -1.0).map(|index| index as usize);
            place
                .and_then(|place| self.labels.get(place))
                .map(|label| Some(label.as_str()))
                .ok_or_else(|| {
                    err::invalid_argument(OWNER, &self.column)
                        .expected(format!("an index below {}", self.labels.len()))
                        .got(index.map_or_else(|| "null".to_owned(), |index| index.to_string()))
                })
        };
        let indices = numeric_column(&inputs[0])?;
        let labels = indices.iter().map(label).collect::<Result<StringArray>>()?;
        Ok(Arc::new(labels))
    }
}
