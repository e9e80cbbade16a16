// SPDX-License-Identifier: MIT OR Apache-2.0
//! The schema of a table as Spark writes it into the footer of a Parquet file.

use firesteel_core::{Json, Result, err, json};
use firesteel_data::datafusion::arrow::datatypes::{DataType, Field, Schema};
use firesteel_data::vector::is_vector_type;

/// The JSON that Spark calls `row.metadata`; without it Spark refuses vector columns.
pub(crate) fn to_json(schema: &Schema) -> Result<Json> {
    fields(schema.fields().iter().map(AsRef::as_ref))
}

fn fields<'a>(fields: impl Iterator<Item = &'a Field>) -> Result<Json> {
    let field = |field: &Field| {
        let data_type = type_json(field.data_type())?;
        Ok(
            json!({"name": field.name(), "type": data_type, "nullable": field.is_nullable(), "metadata": {}}),
        )
    };
    let fields = fields.map(field).collect::<Result<Vec<Json>>>()?;
    Ok(json!({"type": "struct", "fields": fields}))
}

fn type_json(data_type: &DataType) -> Result<Json> {
    Ok(match data_type {
        DataType::Boolean => json!("boolean"),
        DataType::Int8 => json!("byte"),
        DataType::Int32 => json!("integer"),
        DataType::Int64 => json!("long"),
        DataType::Float64 => json!("double"),
        DataType::Utf8 => json!("string"),
        vector if is_vector_type(vector) => vector_json(vector)?,
        DataType::List(item) => json!({
            "type": "array",
            "elementType": type_json(item.data_type())?,
            "containsNull": item.is_nullable(),
        }),
        DataType::Struct(inner) => fields(inner.iter().map(AsRef::as_ref))?,
        DataType::Map(entries, _) => map_json(entries)?,
        other => return Err(err::internal(format!("a saved table has a column of type {other}"))),
    })
}

fn vector_json(data_type: &DataType) -> Result<Json> {
    let DataType::Struct(parts) = data_type else { return type_json(data_type) };
    Ok(json!({
        "type": "udt",
        "class": "org.apache.spark.ml.linalg.VectorUDT",
        "pyClass": "pyspark.ml.linalg.VectorUDT",
        "sqlType": fields(parts.iter().map(AsRef::as_ref))?,
    }))
}

fn map_json(entries: &Field) -> Result<Json> {
    let DataType::Struct(parts) = entries.data_type() else {
        return Err(err::internal("a map without keys and values"));
    };
    Ok(json!({
        "type": "map",
        "keyType": type_json(parts[0].data_type())?,
        "valueType": type_json(parts[1].data_type())?,
        "valueContainsNull": parts[1].is_nullable(),
    }))
}
