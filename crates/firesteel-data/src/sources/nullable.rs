// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables from files may have nulls everywhere, whatever the files say, as in Spark.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};

use crate::vector::is_vector_type;

/// The columns, each of which may be null, with all that is in it.
pub(super) fn nullable(schema: &Schema) -> SchemaRef {
    let fields = all(schema.fields());
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

fn all(fields: &Fields) -> Fields {
    fields.iter().map(one).collect()
}

fn one(field: &FieldRef) -> FieldRef {
    let data_type = within(field.data_type());
    Arc::new(Field::clone(field).with_data_type(data_type).with_nullable(true))
}

/// The type, with nullable parts; vectors are no nested type in Spark, and keys of maps are never null.
fn within(data_type: &DataType) -> DataType {
    match data_type {
        vector if is_vector_type(vector) => vector.clone(),
        DataType::Struct(fields) => DataType::Struct(all(fields)),
        DataType::List(item) => DataType::List(one(item)),
        DataType::LargeList(item) => DataType::LargeList(one(item)),
        DataType::FixedSizeList(item, length) => DataType::FixedSizeList(one(item), *length),
        DataType::Map(entries, sorted) => DataType::Map(values(entries), *sorted),
        other => other.clone(),
    }
}

/// The entries of a map, whose values may be null.
fn values(entries: &FieldRef) -> FieldRef {
    let DataType::Struct(pair) = entries.data_type() else { return Arc::clone(entries) };
    let [key, value] = pair.as_ref() else { return Arc::clone(entries) };
    let key = Field::clone(key).with_data_type(within(key.data_type()));
    let pair = DataType::Struct(Fields::from(vec![Arc::new(key), one(value)]));
    Arc::new(Field::clone(entries).with_data_type(pair))
}
