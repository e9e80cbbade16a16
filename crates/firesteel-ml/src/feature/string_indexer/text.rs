// SPDX-License-Identifier: MIT OR Apache-2.0
//! Labels as texts: a number is a label by the text that Spark makes of it.

use firesteel_core::{Result, err};
use firesteel_data::datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use firesteel_data::datafusion::arrow::compute::cast;
use firesteel_data::datafusion::arrow::datatypes::{DataType, FieldRef, Float64Type};
use firesteel_data::java_double;

use crate::frame;

/// Refuses a column that holds neither texts nor numbers.
pub(super) fn ensure_labels(owner: &str, field: &FieldRef) -> Result<()> {
    let data_type = field.data_type();
    let is_text = matches!(
        data_type,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null
    ) || matches!(data_type, DataType::Dictionary(_, value) if value.is_string());
    if is_text || data_type.is_numeric() {
        return Ok(());
    }
    Err(frame::wrong_type(owner, field, "texts or numbers"))
}

/// The labels of a column as texts; NaN is no label, as null is none.
pub(super) fn of_column(column: &ArrayRef) -> Result<StringArray> {
    let no_nan = |x: Option<f64>| x.filter(|x| !x.is_nan());
    let broken = |source| err::engine("cannot read a column of labels", source);
    if column.data_type().is_floating() {
        let numbers = cast(column, &DataType::Float64).map_err(broken)?;
        let numbers = numbers.as_primitive::<Float64Type>();
        // a float keeps its own, shorter digits
        if *column.data_type() == DataType::Float64 {
            return Ok(numbers.iter().map(|x| no_nan(x).map(java_double)).collect());
        }
        let shortest = |x: f64| format!("{:?}", x as f32).parse().unwrap_or(x);
        return Ok(numbers.iter().map(|x| no_nan(x).map(|x| java_double(shortest(x)))).collect());
    }
    let texts = cast(column, &DataType::Utf8).map_err(broken)?;
    Ok(texts.as_string::<i32>().clone())
}
