// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Record`: values with named fields; tuples are the built-in ones.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, NullBufferBuilder, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use firesteel_core::{Result, err};

use super::{ColumnBuilder, ColumnReader, Element, other_type, reject_nulls};

/// A struct or tuple whose fields are [`Element`]s; derived with `#[derive(Row)]`.
///
/// The fields travel as a chain of pairs that ends in `()`: a struct of three is `(A, (B, (C, ())))`.
///
/// # Examples
/// ```
/// use firesteel_data::rdd::Record;
///
/// struct City { name: String, rating: f64 }
///
/// impl Record for City {
///     type Fields = (String, (f64, ()));
///     const NAMES: &'static [&'static str] = &["name", "rating"];
///
///     fn into_fields(self) -> Self::Fields {
///         (self.name, (self.rating, ()))
///     }
///
///     fn from_fields((name, (rating, ())): Self::Fields) -> Self {
///         Self { name, rating }
///     }
/// }
/// ```
pub trait Record: Sized + Send + 'static {
    /// The fields' types, as a chain of pairs.
    type Fields: FieldList;
    /// The fields' names, in the same order.
    const NAMES: &'static [&'static str];

    /// Takes the value apart.
    fn into_fields(self) -> Self::Fields;

    /// Puts a value together.
    fn from_fields(fields: Self::Fields) -> Self;
}

/// A chain of pairs of [`Element`]s that ends in `()`.
pub trait FieldList: Sized + Send + 'static {
    /// The builders of the fields' columns.
    type Builders: Default + Send;
    /// The readers of the fields' columns.
    type Readers: Send;

    /// The descriptions of the columns.
    fn fields(names: &[&str]) -> Vec<Field>;
    /// Adds one value to each column.
    fn append(self, builders: &mut Self::Builders);
    /// Adds an absent value to each column.
    fn append_null(builders: &mut Self::Builders);
    /// How many bytes of text the columns hold.
    fn text_bytes(builders: &Self::Builders) -> usize;
    /// The columns.
    fn finish(builders: &mut Self::Builders) -> Vec<ArrayRef>;
    /// Readers over columns.
    ///
    /// # Errors
    /// `Schema` when a column has another type or lacks values.
    fn readers(
        columns: &[ArrayRef],
        names: &[&str],
        present: Option<&NullBuffer>,
    ) -> Result<Self::Readers>;
    /// The values of a row.
    fn get(readers: &Self::Readers, row: usize) -> Self;
}

impl FieldList for () {
    type Builders = ();
    type Readers = ();

    fn fields(_: &[&str]) -> Vec<Field> {
        Vec::new()
    }

    fn append(self, (): &mut ()) {}

    fn append_null((): &mut ()) {}

    fn text_bytes((): &()) -> usize {
        0
    }

    fn finish((): &mut ()) -> Vec<ArrayRef> {
        Vec::new()
    }

    fn readers(_: &[ArrayRef], _: &[&str], _: Option<&NullBuffer>) -> Result<()> {
        Ok(())
    }

    fn get((): &(), _: usize) -> Self {}
}

impl<H: Element, R: FieldList> FieldList for (H, R) {
    type Builders = (H::Builder, R::Builders);
    type Readers = (H::Reader, R::Readers);

    fn fields(names: &[&str]) -> Vec<Field> {
        let (name, rest) = names.split_first().unwrap_or((&"", &[]));
        let mut fields = vec![H::field(name)];
        fields.extend(R::fields(rest));
        fields
    }

    #[inline]
    fn append(self, (head, rest): &mut Self::Builders) {
        head.append(self.0);
        self.1.append(rest);
    }

    fn append_null((head, rest): &mut Self::Builders) {
        head.append_null();
        R::append_null(rest);
    }

    fn text_bytes((head, rest): &Self::Builders) -> usize {
        head.text_bytes().max(R::text_bytes(rest))
    }

    fn finish((head, rest): &mut Self::Builders) -> Vec<ArrayRef> {
        let mut columns = vec![head.finish()];
        columns.extend(R::finish(rest));
        columns
    }

    fn readers(
        columns: &[ArrayRef],
        names: &[&str],
        present: Option<&NullBuffer>,
    ) -> Result<Self::Readers> {
        let (Some((column, columns)), Some((name, names))) =
            (columns.split_first(), names.split_first())
        else {
            return Err(err::internal("a record has fewer columns than fields"));
        };
        let head = H::Reader::new(column, present)
            .map_err(|error| error.at(format!("column `{name}`")))?;
        Ok((head, R::readers(columns, names, present)?))
    }

    #[inline]
    fn get((head, rest): &Self::Readers, row: usize) -> Self {
        (head.get(row), R::get(rest, row))
    }
}

/// Collects records.
pub struct RecordBuilder<R: Record> {
    columns: <R::Fields as FieldList>::Builders,
    present: NullBufferBuilder,
}

/// Gives records out.
pub struct RecordReader<R: Record>(<R::Fields as FieldList>::Readers);

fn fields<R: Record>() -> Fields {
    R::Fields::fields(R::NAMES).into()
}

impl<R: Record> Default for RecordBuilder<R> {
    fn default() -> Self {
        Self {
            columns: <R::Fields as FieldList>::Builders::default(),
            present: NullBufferBuilder::new(0),
        }
    }
}

impl<R: Record> fmt::Debug for RecordBuilder<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordBuilder({})", R::NAMES.join(", "))
    }
}

impl<R: Record> fmt::Debug for RecordReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordReader({})", R::NAMES.join(", "))
    }
}

impl<R: Record> Element for R {
    type Builder = RecordBuilder<R>;
    type Reader = RecordReader<R>;
    const IS_RECORD: bool = true;

    fn data_type() -> DataType {
        DataType::Struct(fields::<R>())
    }
}

impl<R: Record> ColumnBuilder<R> for RecordBuilder<R> {
    #[inline]
    fn append(&mut self, value: R) {
        self.present.append_non_null();
        value.into_fields().append(&mut self.columns);
    }

    fn append_null(&mut self) {
        self.present.append_null();
        R::Fields::append_null(&mut self.columns);
    }

    fn text_bytes(&self) -> usize {
        R::Fields::text_bytes(&self.columns)
    }

    fn finish(&mut self) -> ArrayRef {
        let n_rows = self.present.len();
        let (columns, present) = (R::Fields::finish(&mut self.columns), self.present.finish());
        Arc::new(if columns.is_empty() {
            StructArray::new_empty_fields(n_rows, present)
        } else {
            StructArray::new(fields::<R>(), columns, present)
        })
    }
}

impl<R: Record> ColumnReader<R> for RecordReader<R> {
    fn new(column: &ArrayRef, present: Option<&NullBuffer>) -> Result<Self> {
        let record = column.as_struct_opt();
        let record = record.filter(|record| record.num_columns() == R::NAMES.len());
        let record = record.ok_or_else(|| other_type(column, &R::data_type()))?;
        reject_nulls(record, present)?;
        Ok(Self(R::Fields::readers(record.columns(), R::NAMES, present)?))
    }

    #[inline]
    fn get(&self, row: usize) -> R {
        R::from_fields(R::Fields::get(&self.0, row))
    }
}

macro_rules! chain_type {
    () => { () };
    ($head:ident $(, $rest:ident)*) => { ($head, chain_type!($($rest),*)) };
}

macro_rules! tuples {
    ($(($($field:ident $name:literal),+))+) => {
        $(
            #[expect(non_snake_case, reason = "one identifier names a field's type and its value")]
            impl<$($field: Element),+> Record for ($($field,)+) {
                type Fields = chain_type!($($field),+);
                const NAMES: &'static [&'static str] = &[$($name),+];

                #[inline]
                fn into_fields(self) -> Self::Fields {
                    let ($($field,)+) = self;
                    chain_type!($($field),+)
                }

                #[inline]
                fn from_fields(chain_type!($($field),+): Self::Fields) -> Self {
                    ($($field,)+)
                }
            }
        )+
    };
}

tuples! {
    (A "_1")
    (A "_1", B "_2")
    (A "_1", B "_2", C "_3")
    (A "_1", B "_2", C "_3", D "_4")
    (A "_1", B "_2", C "_3", D "_4", E "_5")
    (A "_1", B "_2", C "_3", D "_4", E "_5", F "_6")
    (A "_1", B "_2", C "_3", D "_4", E "_5", F "_6", G "_7")
    (A "_1", B "_2", C "_3", D "_4", E "_5", F "_6", G "_7", H "_8")
}
