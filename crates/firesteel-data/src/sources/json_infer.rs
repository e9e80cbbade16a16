// SPDX-License-Identifier: MIT OR Apache-2.0
//! The columns of JSON lines, found in all of them as Spark finds them.

use std::collections::BTreeMap;

use datafusion::arrow::datatypes::{DataType, Field, Fields, Schema};
use serde_json::{Map, Value as Json};

/// What a field may still be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Nothing,
    Boolean,
    Long,
    Double,
    String,
    /// A text in one place and something else in another.
    Mixed,
    List(Box<Shape>),
    Object(BTreeMap<String, Shape>),
}

impl Shape {
    /// An object without fields so far.
    pub(super) fn new() -> Self {
        Self::Object(BTreeMap::new())
    }

    /// Looks at one line.
    pub(super) fn see(&mut self, line: &Map<String, Json>) {
        let Self::Object(fields) = self else { return };
        for (name, value) in line {
            let known = fields.entry(name.clone()).or_insert(Self::Nothing);
            let joined = std::mem::replace(known, Self::Nothing).joined(Self::of(value));
            *known = joined;
        }
    }

    /// The columns in the order of their names.
    pub(super) fn schema(&self) -> Schema {
        match self {
            Self::Object(fields) => Schema::new(columns(fields)),
            _ => Schema::empty(),
        }
    }

    fn of(value: &Json) -> Self {
        match value {
            Json::Null => Self::Nothing,
            Json::Bool(_) => Self::Boolean,
            Json::Number(number) if number.is_i64() => Self::Long,
            Json::Number(_) => Self::Double,
            Json::String(_) => Self::String,
            Json::Array(items) => {
                let joined = items.iter().map(Self::of).fold(Self::Nothing, Self::joined);
                Self::List(Box::new(joined))
            }
            Json::Object(object) => {
                let mut shape = Self::new();
                shape.see(object);
                shape
            }
        }
    }

    /// The narrowest shape that holds both.
    fn joined(self, other: Self) -> Self {
        use Shape::{Double, List, Long, Mixed, Nothing, Object};
        match (self, other) {
            (a, b) if a == b => a,
            (Nothing, a) | (a, Nothing) => a,
            (Long, Double) | (Double, Long) => Double,
            (List(a), List(b)) => List(Box::new(a.joined(*b))),
            (Object(mut a), Object(b)) => {
                for (name, shape) in b {
                    let known = a.remove(&name).unwrap_or(Nothing);
                    a.insert(name, known.joined(shape));
                }
                Object(a)
            }
            _ => Mixed,
        }
    }

    /// Whether there is a field anywhere that is a text in some lines only.
    pub(super) fn is_mixed(&self) -> bool {
        match self {
            Self::Mixed => true,
            Self::List(item) => item.is_mixed(),
            Self::Object(fields) => fields.values().any(Self::is_mixed),
            _ => false,
        }
    }

    /// The type; a field that never has a value is a string.
    fn data_type(&self) -> DataType {
        match self {
            Self::Boolean => DataType::Boolean,
            Self::Long => DataType::Int64,
            Self::Double => DataType::Float64,
            Self::Nothing | Self::String | Self::Mixed => DataType::Utf8,
            Self::List(item) => DataType::new_list(item.data_type(), true),
            Self::Object(fields) => DataType::Struct(columns(fields)),
        }
    }
}

fn columns(fields: &BTreeMap<String, Shape>) -> Fields {
    fields.iter().map(|(name, shape)| Field::new(name, shape.data_type(), true)).collect()
}
