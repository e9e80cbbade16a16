// SPDX-License-Identifier: MIT OR Apache-2.0
//! One cell of an Arrow array as a `Value`.

use std::sync::Arc;

use datafusion::arrow::array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float16Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use datafusion::arrow::array::{Array, ArrayRef, AsArray as _};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use firesteel_core::{Result, err};

use super::Value;
use crate::vector::{VectorColumn, VectorRef, is_vector_type};

impl Value {
    /// The cell of a column; the field says whether a struct is a vector.
    ///
    /// # Errors
    /// `Unsupported` for a type that has no form in Spark.
    pub fn read(array: &ArrayRef, row: usize, field: &Field) -> Result<Self> {
        if array.is_null(row) {
            return Ok(Self::Null);
        }
        if is_vector_type(field.data_type()) {
            let vector = VectorColumn::new(array)?.row(row).map(VectorRef::to_vector);
            return Ok(vector.map_or(Self::Null, Self::Vector));
        }
        match array.data_type() {
            DataType::Boolean => Ok(Self::Boolean(array.as_boolean().value(row))),
            DataType::Int8 => Ok(int::<Int8Type>(array, row)),
            DataType::Int16 => Ok(int::<Int16Type>(array, row)),
            DataType::Int32 => Ok(int::<Int32Type>(array, row)),
            DataType::Int64 => Ok(int::<Int64Type>(array, row)),
            DataType::UInt8 => Ok(int::<UInt8Type>(array, row)),
            DataType::UInt16 => Ok(int::<UInt16Type>(array, row)),
            DataType::UInt32 => Ok(int::<UInt32Type>(array, row)),
            DataType::UInt64 => Ok(unsigned(array.as_primitive::<UInt64Type>().value(row))),
            DataType::Float16 => {
                Ok(Self::Float(array.as_primitive::<Float16Type>().value(row).to_f32()))
            }
            DataType::Float32 => Ok(Self::Float(array.as_primitive::<Float32Type>().value(row))),
            DataType::Float64 => Ok(Self::Double(array.as_primitive::<Float64Type>().value(row))),
            DataType::Decimal128(_, scale) => {
                Ok(Self::Decimal(array.as_primitive::<Decimal128Type>().value(row), *scale))
            }
            DataType::Date32 => Ok(Self::Date(array.as_primitive::<Date32Type>().value(row))),
            DataType::Utf8 => Ok(Self::String(array.as_string::<i32>().value(row).to_owned())),
            DataType::Binary => Ok(Self::Binary(array.as_binary::<i32>().value(row).to_vec())),
            _ => nested(array, row),
        }
    }
}

fn int<T: ArrowPrimitiveType>(array: &ArrayRef, row: usize) -> Value
where
    T::Native: Into<i64>,
{
    Value::Int(array.as_primitive::<T>().value(row).into())
}

/// Spark has no unsigned numbers; those past its largest are decimals.
fn unsigned(number: u64) -> Value {
    i64::try_from(number).map_or_else(|_| Value::Decimal(i128::from(number), 0), Value::Int)
}

fn nested(array: &ArrayRef, row: usize) -> Result<Value> {
    match array.data_type() {
        DataType::List(element) => {
            let items = array.as_list::<i32>().value(row);
            Ok(Value::Array(all(&items, element)?))
        }
        DataType::FixedSizeList(element, _) => {
            let items = array.as_fixed_size_list().value(row);
            Ok(Value::Array(all(&items, element)?))
        }
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns().iter().zip(fields);
            let values = columns.map(|(column, field)| {
                Ok((field.name().clone(), Value::read(column, row, field)?))
            });
            Ok(Value::Struct(values.collect::<Result<_>>()?))
        }
        DataType::Map(entries, _) => map(array, row, entries),
        _ => converted(array, row),
    }
}

fn all(items: &ArrayRef, element: &Field) -> Result<Vec<Value>> {
    (0..items.len()).map(|index| Value::read(items, index, element)).collect()
}

fn map(array: &ArrayRef, row: usize, entries: &Field) -> Result<Value> {
    let pairs = array.as_map().value(row);
    let DataType::Struct(fields) = entries.data_type() else {
        return Err(err::internal("a map column without entries"));
    };
    let [key, value] = [0, 1].map(|index| (pairs.column(index), &fields[index]));
    let pair =
        |index| Ok((Value::read(key.0, index, key.1)?, Value::read(value.0, index, value.1)?));
    Ok(Value::Map((0..pairs.len()).map(pair).collect::<Result<_>>()?))
}

/// The other widths and encodings, brought to the one that is read above.
fn converted(array: &ArrayRef, row: usize) -> Result<Value> {
    let target = match array.data_type() {
        DataType::Null => return Ok(Value::Null),
        DataType::Timestamp(TimeUnit::Microsecond, _) => DataType::Int64,
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
        DataType::Date64 => DataType::Date32,
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary | DataType::FixedSizeBinary(_) => {
            DataType::Binary
        }
        DataType::LargeList(element) | DataType::ListView(element) => {
            DataType::List(Arc::clone(element))
        }
        DataType::Dictionary(_, value) => value.as_ref().clone(),
        other => {
            return Err(err::unsupported(format!("a column of type {other} has no form in Spark")));
        }
    };
    let is_time = matches!(array.data_type(), DataType::Timestamp(TimeUnit::Microsecond, _));
    let one = cast(&array.slice(row, 1), &target);
    let one =
        one.map_err(|error| err::engine(format!("cannot read a {}", array.data_type()), error))?;
    match Value::read(&one, 0, &Field::new("", target, true))? {
        Value::Int(micros) if is_time => Ok(Value::Timestamp(micros)),
        other => Ok(other),
    }
}
