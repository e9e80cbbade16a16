// SPDX-License-Identifier: MIT OR Apache-2.0
//! A value as Spark prints it in `show`, and as Python prints it in a row.

use std::fmt;

use datafusion::arrow::temporal_conversions::{date32_to_datetime, timestamp_us_to_datetime};

use super::Value;
use crate::{java_double, java_float};

/// As in `show`: `NULL`, `1.0E7`, `[1, 2]`, `{k -> 1}`, `{1, z}`, `[61 62]`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("NULL"),
            Self::Boolean(flag) => write!(f, "{flag}"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Float(number) => f.write_str(&java_float(*number)),
            Self::Double(number) => f.write_str(&java_double(*number)),
            Self::Decimal(digits, scale) => f.write_str(&decimal(*digits, *scale)),
            Self::String(text) => f.write_str(text),
            Self::Binary(bytes) => {
                let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
                write!(f, "[{}]", pairs.join(" "))
            }
            Self::Date(days) => f.write_str(&date(*days)),
            Self::Timestamp(micros) => f.write_str(&timestamp(*micros)),
            Self::Array(items) => write!(f, "[{}]", joined(items)),
            Self::Map(pairs) => {
                let pairs: Vec<String> =
                    pairs.iter().map(|(key, value)| format!("{key} -> {value}")).collect();
                write!(f, "{{{}}}", pairs.join(", "))
            }
            Self::Struct(fields) => write!(f, "{{{}}}", joined(fields.iter().map(|(_, v)| v))),
            Self::Vector(vector) => write!(f, "{vector}"),
        }
    }
}

fn joined<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    values.into_iter().map(Value::to_string).collect::<Vec<_>>().join(", ")
}

/// `12.30` of 1230 and 2.
fn decimal(digits: i128, scale: i8) -> String {
    let Ok(places) = usize::try_from(scale) else {
        return format!("{digits}{}", "0".repeat(usize::from(scale.unsigned_abs())));
    };
    if places == 0 {
        return digits.to_string();
    }
    let sign = if digits < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", digits.unsigned_abs(), width = places + 1);
    let (whole, fraction) = text.split_at(text.len() - places);
    format!("{sign}{whole}.{fraction}")
}

pub(crate) fn date(days: i32) -> String {
    date32_to_datetime(days).map_or_else(|| days.to_string(), |day| day.date().to_string())
}

/// To the second, with as many digits behind it as are needed.
pub(crate) fn timestamp(micros: i64) -> String {
    let Some(moment) = timestamp_us_to_datetime(micros) else { return micros.to_string() };
    let text = moment.format("%Y-%m-%d %H:%M:%S%.6f").to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Value {
    /// As Python prints it in a row: `None`, `'x'`, `10000000000.0`, `Row(a=1)`.
    pub(crate) fn python(&self) -> String {
        let list = |items: &[Self]| items.iter().map(Self::python).collect::<Vec<_>>().join(", ");
        match self {
            Self::Null => "None".to_owned(),
            Self::Boolean(true) => "True".to_owned(),
            Self::Boolean(false) => "False".to_owned(),
            Self::Float(number) => python_double(f64::from(*number)),
            Self::Double(number) => python_double(*number),
            Self::Decimal(..) => format!("Decimal('{self}')"),
            Self::String(text) => python_text(text),
            Self::Binary(bytes) => format!("bytearray(b'{}')", bytes.escape_ascii()),
            Self::Date(days) => python_date(*days),
            Self::Timestamp(micros) => python_moment(*micros),
            Self::Array(items) => format!("[{}]", list(items)),
            Self::Map(pairs) => {
                let pairs = pairs.iter().map(|(k, v)| format!("{}: {}", k.python(), v.python()));
                format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
            }
            Self::Struct(fields) => python_row(fields.iter().map(|(name, v)| (name.as_str(), v))),
            Self::Vector(vector) => python_vector(vector),
            Self::Int(_) => self.to_string(),
        }
    }
}

/// `Row(a=1, b='x')`.
pub(crate) fn python_row<'a>(fields: impl Iterator<Item = (&'a str, &'a Value)>) -> String {
    let fields: Vec<String> = fields.map(|(name, v)| format!("{name}={}", v.python())).collect();
    format!("Row({})", fields.join(", "))
}

/// Python writes exponents from 1e16 on and below 1e-4, with two digits at least.
fn python_double(x: f64) -> String {
    if x.is_nan() || x.is_infinite() || x == 0.0 || (1e-4..1e16).contains(&x.abs()) {
        return format!("{x:?}").to_lowercase();
    }
    let text = format!("{x:e}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    match exponent.strip_prefix('-') {
        Some(exponent) => format!("{digits}e-{exponent:0>2}"),
        None => format!("{digits}e+{exponent:0>2}"),
    }
}

fn python_text(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            c if c == quote => out.extend(['\\', c]),
            c if c.is_control() => out += &format!("\\x{:02x}", c as u32),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

fn python_date(days: i32) -> String {
    let Some(day) = date32_to_datetime(days) else { return days.to_string() };
    format!("datetime.date({})", day.format("%Y, %-m, %-d"))
}

fn python_moment(micros: i64) -> String {
    let Some(moment) = timestamp_us_to_datetime(micros) else { return micros.to_string() };
    let mut text = moment.format("%Y, %-m, %-d, %-H, %-M").to_string();
    let (second, micro) =
        (micros.div_euclid(1_000_000).rem_euclid(60), micros.rem_euclid(1_000_000));
    if second != 0 || micro != 0 {
        text += &format!(", {second}");
    }
    if micro != 0 {
        text += &format!(", {micro}");
    }
    format!("datetime.datetime({text})")
}

fn python_vector(vector: &crate::vector::Vector) -> String {
    use crate::vector::Vector;
    match vector {
        Vector::Dense(values) => {
            let values: Vec<String> = values.iter().map(|x| python_double(*x)).collect();
            format!("DenseVector([{}])", values.join(", "))
        }
        Vector::Sparse { size, indices, values } => {
            let pairs =
                indices.iter().zip(values).map(|(i, x)| format!("{i}: {}", python_double(*x)));
            let pairs: Vec<String> = pairs.collect();
            format!("SparseVector({size}, {{{}}})", pairs.join(", "))
        }
    }
}
