// SPDX-License-Identifier: MIT OR Apache-2.0
//! Lists as elements.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, ListArray, NullBufferBuilder};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::{DataType, FieldRef};
use firesteel_core::Result;

use super::{ColumnBuilder, ColumnReader, Element, other_type, reject_nulls};

/// Collects lists.
#[derive(Debug)]
pub struct ListBuilder<T: Element> {
    items: T::Builder,
    lengths: Vec<usize>,
    present: NullBufferBuilder,
}

/// Gives lists out.
#[derive(Debug)]
pub struct ListReader<T: Element> {
    items: T::Reader,
    offsets: OffsetBuffer<i32>,
}

fn item_field<T: Element>() -> FieldRef {
    Arc::new(T::field("item"))
}

impl<T: Element> Default for ListBuilder<T> {
    fn default() -> Self {
        Self {
            items: T::Builder::default(),
            lengths: Vec::new(),
            present: NullBufferBuilder::new(0),
        }
    }
}

impl<T: Element> Element for Vec<T> {
    type Builder = ListBuilder<T>;
    type Reader = ListReader<T>;

    fn data_type() -> DataType {
        DataType::List(item_field::<T>())
    }
}

impl<T: Element> ColumnBuilder<Vec<T>> for ListBuilder<T> {
    fn append(&mut self, value: Vec<T>) {
        self.lengths.push(value.len());
        self.present.append_non_null();
        value.into_iter().for_each(|item| self.items.append(item));
    }

    fn append_null(&mut self) {
        self.lengths.push(0);
        self.present.append_null();
    }

    fn text_bytes(&self) -> usize {
        self.items.text_bytes()
    }

    fn finish(&mut self) -> ArrayRef {
        let offsets = OffsetBuffer::from_lengths(std::mem::take(&mut self.lengths));
        let (items, present) = (self.items.finish(), self.present.finish());
        Arc::new(ListArray::new(item_field::<T>(), offsets, items, present))
    }
}

impl<T: Element> ColumnReader<Vec<T>> for ListReader<T> {
    fn new(column: &ArrayRef, present: Option<&NullBuffer>) -> Result<Self> {
        let list = column.as_list_opt::<i32>();
        let list = list.ok_or_else(|| other_type(column, &Vec::<T>::data_type()))?;
        reject_nulls(list, present)?;
        Ok(Self { items: T::Reader::new(list.values(), None)?, offsets: list.offsets().clone() })
    }

    #[expect(clippy::cast_sign_loss, reason = "offsets of a list count up from zero")]
    fn get(&self, row: usize) -> Vec<T> {
        let (from, to) = (self.offsets[row] as usize, self.offsets[row + 1] as usize);
        (from..to).map(|item| self.items.get(item)).collect()
    }
}
