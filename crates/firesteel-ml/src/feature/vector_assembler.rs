// SPDX-License-Identifier: MIT OR Apache-2.0
//! `VectorAssembler`: columns side by side as one vector.

use std::sync::Arc;

use firesteel_core::{Error, Options, Result, err};
use firesteel_data::DataFrame;
use firesteel_data::datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use firesteel_data::vector::{
    VectorBuilder, VectorColumn, is_vector_type, vector_field, with_ml_attr,
};

use crate::attribute::{Attribute, AttributeGroup};
use crate::dataset::numeric_column;
use crate::function::{self, ColumnFunction};
use crate::pipeline::PipelineStage;
use crate::stage::{loadable, options_only_reader, restorable, stage_basics};
use crate::uid::Uid;
use crate::{Names, Stage, Transformer, columns, frame};

/// Puts columns of numbers, booleans and vectors side by side into one vector.
///
/// A vector with many zeros comes out sparse, by Spark's rule: where `1.5 * (nonzeros + 1) < size`. Where the column of
/// an input vector does not tell its size, `transform` looks at the first row, as Spark does.
///
/// # Shapes
/// inputs: numbers `(rows)` or vectors `(rows, size)`; output: vectors `(rows, sum of sizes)`.
///
/// # Examples
/// ```
/// use firesteel_ml::feature::VectorAssembler;
///
/// let assembler = VectorAssembler::new().input_cols(["x", "y"]).output_col("features");
/// # let _ = assembler;
/// ```
///
/// # Source
/// Spark 4.3, `pyspark.ml.feature.VectorAssembler`.
#[derive(Clone, Debug, Options)]
#[options(camel_case)]
pub struct VectorAssembler {
    /// The columns, in the order of the vector.
    #[option(default = Names::default())]
    input_cols: Names,
    /// The column of vectors.
    #[option(default = None)]
    output_col: Option<String>,
    /// What to do with null and NaN: `error`, `skip` the row, or `keep` it with NaN in its place.
    #[option(default = "error", one_of = ["error", "skip", "keep"])]
    handle_invalid: String,
    #[option(skip)]
    uid: Uid,
}

const OWNER: &str = "VectorAssembler";

impl VectorAssembler {
    fn output_name(&self) -> String {
        columns::output(OWNER, &self.uid, self.output_col.as_ref())
    }

    /// The checked output field; `size_of` finds out the size of vectors whose column does not tell.
    fn output_field(
        &self,
        schema: &Schema,
        size_of: impl Fn(&str) -> Result<Option<usize>>,
    ) -> Result<Field> {
        self.validate()?;
        if self.input_cols.is_empty() {
            return Err(err::invalid_argument(OWNER, "inputCols").expected("set").got("nothing"));
        }
        let name = self.output_name();
        frame::ensure_new(OWNER, schema, &name)?;
        let inputs = self.input_cols.iter().map(|name| frame::field(OWNER, schema, name));
        let inputs = inputs.collect::<Result<Vec<_>>>()?;
        inputs.iter().try_for_each(ensure_assemblable)?;
        let field = vector_field(name, true);
        let mut attributes = Vec::new();
        for input in &inputs {
            match attributes_of(input, &size_of)? {
                Some(places) => attributes.extend(places),
                None => return Ok(field),
            }
        }
        Ok(with_ml_attr(field, &AttributeGroup::new(attributes).to_json()))
    }
}

restorable!(VectorAssembler);
options_only_reader!(VectorAssembler);
loadable!(VectorAssembler);

impl Stage for VectorAssembler {
    stage_basics!("org.apache.spark.ml.feature.VectorAssembler");

    fn transform_schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        Ok(columns::extended(schema, [self.output_field(schema, |_| Ok(None))?]))
    }

    fn into_stage(self: Box<Self>) -> PipelineStage {
        PipelineStage::Transformer(self)
    }
}

impl Transformer for VectorAssembler {
    fn transform(&self, df: &DataFrame) -> Result<DataFrame> {
        let field = self.output_field(&df.schema(), |name| first_size(df, name))?;
        let inputs = self.input_cols.iter().map(|name| frame::column(OWNER, df, name));
        let inputs = inputs.collect::<Result<Vec<_>>>()?;
        let name = field.name().clone();
        let assemble =
            Assemble { names: self.input_cols.to_vec(), invalid: self.handle_invalid.clone() };
        let vectors = function::call("assemble", Arc::new(assemble), field, inputs);
        let table = frame::with_column(df, &name, vectors)?;
        if self.handle_invalid == "skip" {
            let output = frame::column(OWNER, &table, &name)?;
            return frame::filter(&table, output.is_not_null());
        }
        Ok(table)
    }

    fn copy(&self) -> Box<dyn Transformer> {
        Box::new(self.clone())
    }
}

fn ensure_assemblable(field: &FieldRef) -> Result<()> {
    let data_type = field.data_type();
    if data_type.is_numeric() || *data_type == DataType::Boolean || is_vector_type(data_type) {
        return Ok(());
    }
    let fix = "turn text into numbers with a StringIndexer";
    Err(frame::wrong_type(OWNER, field, "numbers, booleans or vectors").fix(fix))
}

/// The places that a column gives to the vector; `None` for vectors of unknown size.
fn attributes_of(
    field: &FieldRef,
    size_of: impl Fn(&str) -> Result<Option<usize>>,
) -> Result<Option<Vec<Attribute>>> {
    let name = field.name();
    if !is_vector_type(field.data_type()) {
        let known = Attribute::of_field(field).unwrap_or_else(Attribute::numeric);
        return Ok(Some(vec![known.with_name(name)]));
    }
    let group = AttributeGroup::of_field(field);
    let attributes = match (group.attributes, group.size) {
        (Some(attributes), _) => attributes,
        (None, Some(size)) => vec![Attribute::numeric(); size],
        (None, None) => match size_of(name)? {
            Some(size) => vec![Attribute::numeric(); size],
            None => return Ok(None),
        },
    };
    let named = |(place, attribute): (usize, Attribute)| {
        let inner = attribute.name.clone().unwrap_or_else(|| place.to_string());
        attribute.with_name(format!("{name}_{inner}"))
    };
    Ok(Some(attributes.into_iter().enumerate().map(named).collect()))
}

/// The size of the first vector of a column, as Spark looks it up.
fn first_size(df: &DataFrame, name: &str) -> Result<Option<usize>> {
    let partitions = frame::fetch(OWNER, &frame::first_row(df)?, &[name])?;
    let Some(batch) = partitions.iter().flatten().find(|batch| batch.num_rows() > 0) else {
        return Ok(None);
    };
    Ok(VectorColumn::new(batch.column(0))?.row(0).map(|vector| vector.size()))
}

/// The function that makes the vectors.
#[derive(Debug)]
struct Assemble {
    names: Vec<String>,
    invalid: String,
}

/// One input of a batch.
enum Input<'a> {
    Numbers(Float64Array),
    Vectors(VectorColumn<'a>, usize),
}

impl ColumnFunction for Assemble {
    fn compute(&self, inputs: &[ArrayRef]) -> Result<ArrayRef> {
        let inputs = inputs.iter().zip(&self.names);
        let inputs = inputs.map(|(array, name)| input(array, name)).collect::<Result<Vec<_>>>()?;
        let n_rows = inputs.first().map_or(0, Input::len);
        let mut builder = VectorBuilder::new();
        let mut nonzero = Vec::new();
        for row in 0..n_rows {
            nonzero.clear();
            match self.gather(&inputs, row, &mut nonzero)? {
                Some(size) => builder.append_compressed(size, &nonzero),
                None => builder.append_null(),
            }
        }
        builder.finish()
    }
}

impl Assemble {
    /// Collects what is not zero in a row and returns the size; `None` for a row to skip.
    fn gather(
        &self,
        inputs: &[Input<'_>],
        row: usize,
        nonzero: &mut Vec<(i32, f64)>,
    ) -> Result<Option<usize>> {
        let mut size = 0;
        for (input, name) in inputs.iter().zip(&self.names) {
            let start = size;
            let mut invalid = false;
            let mut push = |place: usize, value: f64| {
                invalid |= value.is_nan();
                if value != 0.0 {
                    nonzero.push(((start + place) as i32, value));
                }
            };
            size += match input {
                Input::Numbers(numbers) => {
                    push(0, if numbers.is_valid(row) { numbers.value(row) } else { f64::NAN });
                    1
                }
                Input::Vectors(vectors, width) => match vectors.row(row) {
                    Some(vector) => {
                        vector.for_each_active(push);
                        vector.size()
                    }
                    None => {
                        (0..*width).for_each(|place| push(place, f64::NAN));
                        invalid = true;
                        *width
                    }
                },
            };
            match self.invalid.as_str() {
                "error" if invalid => return Err(self.refusal(name, row)),
                "skip" if invalid => return Ok(None),
                _ => {}
            }
        }
        Ok(Some(size))
    }

    fn refusal(&self, name: &str, row: usize) -> Error {
        err::invalid_argument(OWNER, name)
            .expected("neither null nor NaN")
            .got(format!("one in row {row} of its batch"))
            .fix("set handle_invalid to `skip` or `keep`, or fill the column first")
    }
}

impl Input<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Vectors(vectors, _) => vectors.len(),
        }
    }
}

fn input<'a>(array: &'a ArrayRef, name: &str) -> Result<Input<'a>> {
    if !is_vector_type(array.data_type()) {
        return numeric_column(array).map(Input::Numbers);
    }
    let vectors =
        VectorColumn::new(array).map_err(|error| error.at(format!("{OWNER}: `{name}`")))?;
    let width = vectors.iter().flatten().map(|vector| vector.size()).next().unwrap_or(0);
    Ok(Input::Vectors(vectors, width))
}
