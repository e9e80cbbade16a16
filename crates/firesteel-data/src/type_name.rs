// SPDX-License-Identifier: MIT OR Apache-2.0
//! Spark's names for column types, in both directions.

use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use firesteel_core::{Result, err};

use crate::vector::is_vector_type;

/// The short name, as `dtypes` and SQL use it: `int`, `bigint`, `array<string>`.
pub(crate) fn short(data_type: &DataType) -> String {
    match data_type {
        data_type if is_vector_type(data_type) => "vector".to_owned(),
        DataType::Int8 => "tinyint".to_owned(),
        DataType::Int16 | DataType::UInt8 => "smallint".to_owned(),
        DataType::Int32 | DataType::UInt16 => "int".to_owned(),
        DataType::Int64 | DataType::UInt32 => "bigint".to_owned(),
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            format!("array<{}>", short(item.data_type()))
        }
        DataType::Struct(fields) => {
            let one = |field: &Field| format!("{}:{}", field.name(), short(field.data_type()));
            let fields: Vec<String> = fields.iter().map(|field| one(field)).collect();
            format!("struct<{}>", fields.join(","))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) => {
                let [key, value] = [0, 1].map(|index| short(pair[index].data_type()));
                format!("map<{key},{value}>")
            }
            other => other.to_string(),
        },
        other => long(other),
    }
}

/// The long name of a type without parts, as `print_schema` uses it: `integer`, `long`.
pub(crate) fn long(data_type: &DataType) -> String {
    let name = match data_type {
        data_type if is_vector_type(data_type) => "vector",
        DataType::Null => "void",
        DataType::Boolean => "boolean",
        DataType::Int8 => "byte",
        DataType::Int16 | DataType::UInt8 => "short",
        DataType::Int32 | DataType::UInt16 => "integer",
        DataType::Int64 | DataType::UInt32 => "long",
        DataType::UInt64 => "decimal(20,0)",
        DataType::Float16 | DataType::Float32 => "float",
        DataType::Float64 => "double",
        DataType::Decimal128(precision, scale) => return format!("decimal({precision},{scale})"),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "string",
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => "binary",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Timestamp(_, Some(_)) => "timestamp",
        DataType::Timestamp(_, None) => "timestamp_ntz",
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => "array",
        DataType::Struct(_) => "struct",
        DataType::Map(..) => "map",
        DataType::Dictionary(_, value) => return long(value),
        other => return other.to_string(),
    };
    name.to_owned()
}

/// Names that a schema text and `cast` take.
const SIMPLE: &[(&str, DataType)] = &[
    ("boolean", DataType::Boolean),
    ("tinyint", DataType::Int8),
    ("byte", DataType::Int8),
    ("smallint", DataType::Int16),
    ("short", DataType::Int16),
    ("int", DataType::Int32),
    ("integer", DataType::Int32),
    ("bigint", DataType::Int64),
    ("long", DataType::Int64),
    ("float", DataType::Float32),
    ("real", DataType::Float32),
    ("double", DataType::Float64),
    ("string", DataType::Utf8),
    ("binary", DataType::Binary),
    ("date", DataType::Date32),
    ("timestamp_ntz", DataType::Timestamp(TimeUnit::Microsecond, None)),
];

/// The type of moments: microseconds in UTC.
pub(crate) fn timestamp() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// The type of this name: `int`, `decimal(10,2)`, `timestamp`.
pub(crate) fn parse(name: &str) -> Result<DataType> {
    let lower = name.trim().to_lowercase();
    if let Some((_, data_type)) = SIMPLE.iter().find(|(known, _)| *known == lower) {
        return Ok(data_type.clone());
    }
    if lower == "timestamp" {
        return Ok(timestamp());
    }
    if let Some(decimal) = decimal(&lower) {
        return Ok(decimal);
    }
    let known = SIMPLE.iter().map(|(known, _)| *known).chain(["timestamp", "decimal"]);
    Err(err::unknown_name("type", name.trim(), known))
}

/// `decimal`, `decimal(10)`, `decimal(10,2)`.
fn decimal(text: &str) -> Option<DataType> {
    let rest = text.strip_prefix("decimal")?.trim();
    if rest.is_empty() {
        return Some(DataType::Decimal128(10, 0));
    }
    let inner = rest.strip_prefix('(')?.strip_suffix(')')?;
    let (precision, scale) = inner.split_once(',').unwrap_or((inner, "0"));
    let (precision, scale) = (precision.trim().parse().ok()?, scale.trim().parse().ok()?);
    let fits = (1..=38).contains(&precision) && (0..=precision as i8).contains(&scale);
    fits.then_some(DataType::Decimal128(precision, scale))
}

/// The fields of a schema text such as `"a int, b double"`.
pub(crate) fn parse_fields(text: &str) -> Result<Vec<Field>> {
    split_outside_brackets(text).into_iter().map(|part| parse_field(&part)).collect()
}

fn parse_field(part: &str) -> Result<Field> {
    let part = part.trim();
    let wrong = || {
        err::invalid_argument("schema", part).expected("a name and a type").got(format!("`{part}`"))
    };
    let (name, data_type) = match part.strip_prefix('`') {
        Some(rest) => rest.split_once('`').ok_or_else(wrong)?,
        None => part.split_once([' ', ':']).ok_or_else(wrong)?,
    };
    let data_type = data_type.trim().trim_start_matches(':').trim();
    let required = data_type.to_lowercase().strip_suffix("not null").map(str::len);
    let (data_type, nullable) = match required {
        Some(length) => (&data_type[..length], false),
        None => (data_type, true),
    };
    Ok(Field::new(name, parse(data_type)?, nullable))
}

/// The parts between commas, where commas in brackets do not count.
fn split_outside_brackets(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in text.chars() {
        match c {
            '(' | '<' => depth += 1,
            ')' | '>' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}
