// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Value`: what one cell of a table holds.

mod display;
mod from;
mod read;

pub(crate) use display::python_row;

use firesteel_core::{Result, err};

use crate::vector::Vector;

/// What one cell of a table holds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// No value.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number of any width.
    Int(i64),
    /// A number of 32 bits.
    Float(f32),
    /// A number of 64 bits.
    Double(f64),
    /// A decimal number: its digits as a whole number, and how many stand behind the point.
    Decimal(i128, i8),
    /// A text.
    String(String),
    /// Bytes.
    Binary(Vec<u8>),
    /// A day, counted from 1970-01-01.
    Date(i32),
    /// A moment in microseconds since 1970-01-01 00:00:00.
    Timestamp(i64),
    /// Values in order.
    Array(Vec<Value>),
    /// Pairs of key and value.
    Map(Vec<(Value, Value)>),
    /// Named values.
    Struct(Vec<(String, Value)>),
    /// A dense or sparse vector of machine learning.
    Vector(Vector),
}

impl Value {
    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// The whole number.
    ///
    /// # Errors
    /// `DType` when it is something else.
    pub fn as_i64(&self) -> Result<i64> {
        match self {
            Self::Int(number) => Ok(*number),
            other => Err(other.is_not("a whole number")),
        }
    }

    /// The number, of whatever kind, as a double.
    ///
    /// # Errors
    /// `DType` when it is no number.
    pub fn as_f64(&self) -> Result<f64> {
        match self {
            Self::Int(number) => Ok(*number as f64),
            Self::Float(number) => Ok(f64::from(*number)),
            Self::Double(number) => Ok(*number),
            Self::Decimal(digits, scale) => Ok(*digits as f64 / 10_f64.powi(i32::from(*scale))),
            other => Err(other.is_not("a number")),
        }
    }

    /// The text.
    ///
    /// # Errors
    /// `DType` when it is something else.
    pub fn as_str(&self) -> Result<&str> {
        match self {
            Self::String(text) => Ok(text),
            other => Err(other.is_not("a string")),
        }
    }

    /// True or false.
    ///
    /// # Errors
    /// `DType` when it is something else.
    pub fn as_bool(&self) -> Result<bool> {
        match self {
            Self::Boolean(flag) => Ok(*flag),
            other => Err(other.is_not("a boolean")),
        }
    }

    /// The vector.
    ///
    /// # Errors
    /// `DType` when it is something else.
    pub fn as_vector(&self) -> Result<&Vector> {
        match self {
            Self::Vector(vector) => Ok(vector),
            other => Err(other.is_not("a vector")),
        }
    }

    fn is_not(&self, expected: &str) -> firesteel_core::Error {
        err::dtype("Row", "the value does not fit").expected(expected).got(self)
    }
}
