// SPDX-License-Identifier: MIT OR Apache-2.0
//! Numbers and truth values as elements.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, BooleanBuilder, PrimitiveArray,
    PrimitiveBuilder,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{
    DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use firesteel_core::Result;

use super::{ColumnBuilder, ColumnReader, Element, other_type, reject_nulls};

/// Collects numbers.
#[derive(Debug)]
pub struct NumberBuilder<A: ArrowPrimitiveType>(PrimitiveBuilder<A>);

impl<A: ArrowPrimitiveType> Default for NumberBuilder<A> {
    fn default() -> Self {
        Self(PrimitiveBuilder::new())
    }
}

/// Gives numbers out.
#[derive(Debug)]
pub struct NumberReader<A: ArrowPrimitiveType>(PrimitiveArray<A>);

impl<A: ArrowPrimitiveType> NumberReader<A> {
    fn over(column: &ArrayRef, present: Option<&NullBuffer>) -> Result<Self> {
        let typed = column.as_primitive_opt::<A>();
        let typed = typed.ok_or_else(|| other_type(column, &A::DATA_TYPE))?;
        reject_nulls(typed, present)?;
        Ok(Self(typed.clone()))
    }
}

macro_rules! numbers {
    ($($number:ty => $arrow:ident),+ $(,)?) => {
        $(
            impl Element for $number {
                type Builder = NumberBuilder<$arrow>;
                type Reader = NumberReader<$arrow>;

                fn data_type() -> DataType {
                    $arrow::DATA_TYPE
                }
            }

            impl ColumnBuilder<$number> for NumberBuilder<$arrow> {
                #[inline]
                fn append(&mut self, value: $number) {
                    self.0.append_value(value as <$arrow as ArrowPrimitiveType>::Native);
                }

                fn append_null(&mut self) {
                    self.0.append_null();
                }

                fn finish(&mut self) -> ArrayRef {
                    Arc::new(self.0.finish())
                }
            }

            impl ColumnReader<$number> for NumberReader<$arrow> {
                fn new(column: &ArrayRef, present: Option<&NullBuffer>) -> Result<Self> {
                    Self::over(column, present)
                }

                #[inline]
                fn get(&self, row: usize) -> $number {
                    self.0.value(row) as $number
                }
            }
        )+
    };
}

numbers! {
    f32 => Float32Type,
    f64 => Float64Type,
    i8 => Int8Type,
    i16 => Int16Type,
    i32 => Int32Type,
    i64 => Int64Type,
    isize => Int64Type,
    u8 => UInt8Type,
    u16 => UInt16Type,
    u32 => UInt32Type,
    u64 => UInt64Type,
    usize => UInt64Type,
}

/// Collects truth values.
#[derive(Debug)]
pub struct BoolBuilder(BooleanBuilder);

/// Gives truth values out.
#[derive(Debug)]
pub struct BoolReader(BooleanArray);

impl Default for BoolBuilder {
    fn default() -> Self {
        Self(BooleanBuilder::new())
    }
}

impl Element for bool {
    type Builder = BoolBuilder;
    type Reader = BoolReader;

    fn data_type() -> DataType {
        DataType::Boolean
    }
}

impl ColumnBuilder<bool> for BoolBuilder {
    fn append(&mut self, value: bool) {
        self.0.append_value(value);
    }

    fn append_null(&mut self) {
        self.0.append_null();
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

impl ColumnReader<bool> for BoolReader {
    fn new(column: &ArrayRef, present: Option<&NullBuffer>) -> Result<Self> {
        let typed =
            column.as_boolean_opt().ok_or_else(|| other_type(column, &DataType::Boolean))?;
        reject_nulls(typed, present)?;
        Ok(Self(typed.clone()))
    }

    fn get(&self, row: usize) -> bool {
        self.0.value(row)
    }
}
