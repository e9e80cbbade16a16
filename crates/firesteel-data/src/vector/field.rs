// SPDX-License-Identifier: MIT OR Apache-2.0
//! The Arrow type and field of a vector column, and the machine-learning metadata of any column.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Fields};
use firesteel_core::Json;

/// The key under which a field says that it is of a type of ours.
pub const TYPE_KEY: &str = "firesteel.type";

/// The key under which a field keeps what Spark calls its `ml_attr`: names and categories of its values, as JSON.
pub const ML_ATTR: &str = "ml_attr";

/// The Arrow type of a vector column.
pub fn vector_type() -> DataType {
    let list = |item| DataType::List(Arc::new(Field::new("element", item, false)));
    DataType::Struct(Fields::from(vec![
        Field::new("type", DataType::Int8, false),
        Field::new("size", DataType::Int32, true),
        Field::new("indices", list(DataType::Int32), true),
        Field::new("values", list(DataType::Float64), true),
    ]))
}

/// The field of a vector column.
pub fn vector_field(name: impl Into<String>, nullable: bool) -> Field {
    let metadata = [(TYPE_KEY.to_owned(), "vector".to_owned())];
    Field::new(name, vector_type(), nullable).with_metadata(metadata.into())
}

/// Whether a type is that of a vector column, whoever wrote it: names and kinds of its parts decide.
pub fn is_vector_type(data_type: &DataType) -> bool {
    let DataType::Struct(fields) = data_type else { return false };
    let is_list = |field: &Field, item: &DataType| matches!(field.data_type(), DataType::List(inner) if inner.data_type() == item);
    matches!(fields.iter().map(AsRef::as_ref).collect::<Vec<&Field>>().as_slice(), [kind, size, indices, values]
        if kind.name() == "type" && *kind.data_type() == DataType::Int8
            && size.name() == "size" && *size.data_type() == DataType::Int32
            && indices.name() == "indices" && is_list(indices, &DataType::Int32)
            && values.name() == "values" && is_list(values, &DataType::Float64))
}

/// The machine-learning metadata of a column, where it has some.
pub fn ml_attr(field: &Field) -> Option<Json> {
    field.metadata().get(ML_ATTR).and_then(|text| serde_json::from_str(text).ok())
}

/// The field with other machine-learning metadata.
pub fn with_ml_attr(field: Field, attr: &Json) -> Field {
    let mut metadata = field.metadata().clone();
    metadata.insert(ML_ATTR.to_owned(), attr.to_string());
    field.with_metadata(metadata)
}
