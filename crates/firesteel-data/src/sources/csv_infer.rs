// SPDX-License-Identifier: MIT OR Apache-2.0
//! The types of csv columns, guessed from all their values as Spark guesses them.

use datafusion::arrow::array::{Array, AsArray as _, RecordBatch};
use datafusion::arrow::compute::kernels::cast_utils::{Parser as _, string_to_timestamp_nanos};
use datafusion::arrow::datatypes::{DataType, Date32Type, Field, Schema};

use crate::type_name::timestamp;

/// What a column may still be, from the narrowest to the widest of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guess {
    Nothing,
    Int,
    Long,
    Decimal(u8),
    Double,
    Date,
    Timestamp,
    Boolean,
    String,
}

/// Most digits that a decimal holds.
const MAX_DIGITS: u8 = 38;

/// The types of columns, while their values go by.
#[derive(Debug)]
pub(super) struct Guesses(Vec<Guess>);

impl Guesses {
    pub(super) fn new(n_columns: usize) -> Self {
        Self(vec![Guess::Nothing; n_columns])
    }

    /// Looks at a batch of strings.
    pub(super) fn see(&mut self, batch: &RecordBatch) {
        for (guess, column) in self.0.iter_mut().zip(batch.columns()) {
            let texts = column.as_string::<i32>();
            let present = (0..texts.len()).filter(|row| !texts.is_null(*row));
            present.for_each(|row| *guess = guess.widened(texts.value(row)));
        }
    }

    /// The columns with the types found; one without any value stays a string.
    pub(super) fn schema(&self, strings: &Schema) -> Schema {
        let fields = strings.fields().iter().zip(&self.0);
        let typed = fields.map(|(field, guess)| Field::new(field.name(), guess.data_type(), true));
        Schema::new(typed.collect::<Vec<_>>())
    }
}

impl Guess {
    fn data_type(self) -> DataType {
        match self {
            Self::Int => DataType::Int32,
            Self::Long => DataType::Int64,
            Self::Decimal(digits) => DataType::Decimal128(digits, 0),
            Self::Double => DataType::Float64,
            Self::Date => DataType::Date32,
            Self::Timestamp => timestamp(),
            Self::Boolean => DataType::Boolean,
            Self::Nothing | Self::String => DataType::Utf8,
        }
    }

    /// The narrowest guess that this value fits too.
    fn widened(self, text: &str) -> Self {
        if self == Self::String {
            return self;
        }
        self.joined(Self::of(text))
    }

    fn of(text: &str) -> Self {
        if text.parse::<i32>().is_ok() {
            Self::Int
        } else if text.parse::<i64>().is_ok() {
            Self::Long
        } else if let Some(digits) = whole_digits(text) {
            if digits <= MAX_DIGITS { Self::Decimal(digits) } else { Self::Double }
        } else if is_double(text) {
            Self::Double
        } else if Date32Type::parse(text).is_some() && text.len() == 10 {
            Self::Date
        } else if is_timestamp(text) {
            Self::Timestamp
        } else if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
            Self::Boolean
        } else {
            Self::String
        }
    }

    fn joined(self, other: Self) -> Self {
        use Guess::{Date, Decimal, Double, Int, Long, Nothing, String, Timestamp};
        match (self, other) {
            (a, b) if a == b => a,
            (Nothing, a) | (a, Nothing) => a,
            (Int, Long) | (Long, Int) => Long,
            (Decimal(a), Decimal(b)) => Decimal(a.max(b)),
            (Decimal(a), Int | Long) | (Int | Long, Decimal(a)) => Decimal(a.max(20)),
            (Double, Int | Long | Decimal(_)) | (Int | Long | Decimal(_), Double) => Double,
            (Date, Timestamp) | (Timestamp, Date) => Timestamp,
            _ => String,
        }
    }
}

/// How many digits a whole number has that no `long` holds.
fn whole_digits(text: &str) -> Option<u8> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = digits.trim_start_matches('0');
    let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    whole.then(|| u8::try_from(digits.len()).unwrap_or(u8::MAX))
}

/// A number with a point or exponent, or one of the words for what is none.
fn is_double(text: &str) -> bool {
    let number = text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
        && text.parse::<f64>().is_ok();
    number || matches!(text, "NaN" | "Inf" | "+Inf" | "-Inf" | "Infinity" | "-Infinity")
}

/// A date and a time of day, with a blank or a `T` between them.
fn is_timestamp(text: &str) -> bool {
    text.len() > 10
        && text.as_bytes().iter().filter(|byte| **byte == b':').count() >= 2
        && string_to_timestamp_nanos(text).is_ok()
}
