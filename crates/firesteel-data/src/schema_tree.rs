// SPDX-License-Identifier: MIT OR Apache-2.0
//! The tree that `print_schema` prints.

use datafusion::arrow::datatypes::{DataType, Field, Schema};

use crate::type_name::long;
use crate::vector::is_vector_type;

/// ` |-- name: type (nullable = true)` for each column, parts of nested types below.
pub(crate) fn tree(schema: &Schema) -> String {
    let mut text = "root\n".to_owned();
    schema.fields().iter().for_each(|field| column(field, " |", &mut text));
    // the line break with which printing ends
    text.push('\n');
    text
}

fn column(field: &Field, prefix: &str, text: &mut String) {
    let (name, data_type) = (field.name(), field.data_type());
    *text +=
        &format!("{prefix}-- {name}: {} (nullable = {})\n", long(data_type), field.is_nullable());
    parts(data_type, &format!("{prefix}    |"), text);
}

fn parts(data_type: &DataType, prefix: &str, text: &mut String) {
    match data_type {
        data_type if is_vector_type(data_type) => {}
        DataType::Struct(fields) => fields.iter().for_each(|field| column(field, prefix, text)),
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            let contains = format!(" (containsNull = {})", item.is_nullable());
            part("element", item, &contains, prefix, text);
        }
        DataType::Map(entries, _) => {
            let DataType::Struct(pair) = entries.data_type() else { return };
            part("key", &pair[0], "", prefix, text);
            let contains = format!(" (valueContainsNull = {})", pair[1].is_nullable());
            part("value", &pair[1], &contains, prefix, text);
        }
        _ => {}
    }
}

fn part(name: &str, field: &Field, note: &str, prefix: &str, text: &mut String) {
    *text += &format!("{prefix}-- {name}: {}{note}\n", long(field.data_type()));
    parts(field.data_type(), &format!("{prefix}    |"), text);
}
