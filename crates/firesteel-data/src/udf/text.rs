// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functions on texts where the engine's differ from Spark's, and numbers as the texts that Java makes of them.

use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _, StringArray};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{DataFusionError, Result};
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::kernel::function;
use crate::Value;

pub(super) fn functions() -> [ScalarUDF; 2] {
    [title_case(), ScalarUDF::new_from_impl(TextOf::new())]
}

/// Words end at blanks only.
fn title_case() -> ScalarUDF {
    function("initcap", &[&[DataType::Utf8]], DataType::Utf8, |args| {
        let texts = args[0].as_string::<i32>().iter();
        Ok(Arc::new(texts.map(|text| text.map(capitals)).collect::<StringArray>()))
    })
}

fn capitals(text: &str) -> String {
    let mut starts = true;
    let mut new = String::with_capacity(text.len());
    for c in text.chars() {
        match starts {
            true => new.extend(c.to_uppercase()),
            false => new.extend(c.to_lowercase()),
        }
        starts = c == ' ';
    }
    new
}

pub(crate) fn initcap(text: Expr) -> Expr {
    title_case().call(vec![text])
}

/// Whether the engine makes another text of such values than Spark.
pub(crate) fn differs(data_type: &DataType) -> bool {
    data_type.is_floating() || matches!(data_type, DataType::Timestamp(..))
}

/// The value as Spark's `CAST(.. AS STRING)` writes it.
pub(crate) fn text_of(value: Expr) -> Expr {
    ScalarUDF::new_from_impl(TextOf::new()).call(vec![value])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct TextOf {
    signature: Signature,
}

impl TextOf {
    fn new() -> Self {
        Self { signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for TextOf {
    fn name(&self) -> &str {
        "text_of"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        make_scalar_function(texts, Vec::new())(&args.args)
    }
}

fn texts(args: &[ArrayRef]) -> Result<ArrayRef> {
    let values = &args[0];
    let field = Field::new("value", values.data_type().clone(), true);
    let text = |row: usize| -> Result<Option<String>> {
        if values.is_null(row) {
            return Ok(None);
        }
        let value = Value::read(values, row, &field);
        let value = value.map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(Some(value.to_string()))
    };
    let texts = (0..values.len()).map(text).collect::<Result<StringArray>>()?;
    Ok(Arc::new(texts))
}
