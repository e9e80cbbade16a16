// SPDX-License-Identifier: MIT OR Apache-2.0
//! What stops a query over values: division by zero, numbers that do not fit, elements that are not there.
//!
//! The messages begin with the names that Spark gives to these conditions.

use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use firesteel_core::{Error, ErrorKind};

fn fault(condition: &str, what: impl AsRef<str>, fix: &str) -> Error {
    let text = format!("[{condition}] {}", what.as_ref());
    Error::new(ErrorKind::InvalidArgument, text).fix(fix)
}

pub(super) fn divide_by_zero() -> Error {
    let fix = "`try_divide`, or `nullif(divisor, 0)` in its place, gives null there";
    fault("DIVIDE_BY_ZERO", "division by zero", fix)
}

pub(super) fn remainder_by_zero() -> Error {
    let fix = "`try_mod`, or `nullif(divisor, 0)` in its place, gives null there";
    fault("REMAINDER_BY_ZERO", "remainder of a division by zero", fix)
}

pub(super) fn overflow(what: &str, data_type: &str, tolerant: Option<&str>) -> Error {
    let condition = match data_type {
        "tinyint" | "smallint" => "BINARY_ARITHMETIC_OVERFLOW",
        _ => "ARITHMETIC_OVERFLOW",
    };
    let fix = match tolerant {
        Some(tolerant) => format!("cast to a wider type first, or `{tolerant}` gives null there"),
        None => "cast to a wider type first".to_owned(),
    };
    let what = what.strip_prefix("Overflow happened on: ").unwrap_or(what);
    fault(condition, format!("{what} does not fit into {data_type}"), &fix)
}

pub(super) fn no_such_index(index: i64, length: usize) -> Error {
    let what = format!("index {index} is outside of the array of {length} elements, from 0");
    fault("INVALID_ARRAY_INDEX", what, "`get` gives null there")
}

pub(super) fn no_such_element(position: i64, length: usize) -> Error {
    let what = format!("position {position} is outside of the array of {length} elements, from 1");
    fault("INVALID_ARRAY_INDEX_IN_ELEMENT_AT", what, "`try_element_at` gives null there")
}

pub(super) fn element_zero() -> Error {
    fault("INVALID_INDEX_OF_ZERO", "elements are counted from 1", "`get` counts from 0")
}

/// An error of our own on its way through the engine.
pub(super) fn carried(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// The condition behind an error of the engine, if it is about a value.
pub(crate) fn of_engine(error: &DataFusionError) -> Option<Error> {
    let text = match error {
        DataFusionError::ArrowError(error, _) => match error.as_ref() {
            ArrowError::ComputeError(text) => text,
            other => return of_arrow(other),
        },
        DataFusionError::Execution(text) => text,
        _ => return None,
    };
    let overflow = text.contains(" overflow on ");
    overflow.then(|| fault("ARITHMETIC_OVERFLOW", text, "cast to a wider type first"))
}

/// The condition behind an error of the engine's arithmetic and casts, if it is one.
fn of_arrow(error: &ArrowError) -> Option<Error> {
    let tolerant = "`try_cast` gives null there";
    match error {
        ArrowError::DivideByZero => Some(divide_by_zero()),
        ArrowError::ArithmeticOverflow(text) => {
            let fix = "cast to a wider type first";
            Some(fault("ARITHMETIC_OVERFLOW", text.to_lowercase(), fix))
        }
        ArrowError::CastError(text) if text.starts_with("Can't cast value") => {
            Some(fault("CAST_OVERFLOW", text, tolerant))
        }
        ArrowError::CastError(text) | ArrowError::ParseError(text) => {
            Some(fault("CAST_INVALID_INPUT", text, tolerant))
        }
        ArrowError::InvalidArgumentError(text) if text.contains("too large to store") => {
            let text = text.split(". ").next().unwrap_or(text);
            Some(fault("NUMERIC_VALUE_OUT_OF_RANGE", text, tolerant))
        }
        _ => None,
    }
}
