// SPDX-License-Identifier: MIT OR Apache-2.0
//! Option tables: from one declaration come setters, config round trip, validation, docs and negative tests.
//!
//! A type derives [`Options`](macro@crate::Options) and annotates its fields; everything else is generated:
//!
//! ```
//! use firesteel_core::{Options, json};
//!
//! /// Drops a part of its inputs.
//! #[derive(Clone, Debug, Options)]
//! pub struct Dropout {
//!     /// The share of inputs that is dropped.
//!     #[option(required, min = 0, below = 1)]
//!     rate: f64,
//!     /// Where the mask comes from.
//!     #[option(default = None)]
//!     seed: Option<u64>,
//! }
//!
//! let dropout = Dropout::new(0.5).seed(7);
//! assert_eq!(json!(dropout.config()), json!({"rate": 0.5, "seed": 7}));
//! assert!(dropout.validate().is_ok());
//! let error = Dropout::new(1.5).validate().unwrap_err();
//! assert_eq!(error.to_string(), "Dropout: `rate` must be below 1, got 1.5");
//! ```
//!
//! Attributes of a field: `required` (an argument of `new`, in order), `default = expr`, `min`, `max`,
//! `above`, `below` (bounds of a number, or of every number in a list), `one_of = ["a", "b"]` (allowed names),
//! `key = "name"` (the serialised name, where it differs from the field's), `skip` (no option at all, made by
//! `Default`), `base` (the part that all layers share: adds `name` and `trainable`). Of the type: `#[options(name = "Conv2D")]`, `#[options(camel_case)]` (serialised names as Spark
//! writes them), `#[options(no_new)]` (the type writes its own `new`).

use crate::{Error, ErrorKind, Json, JsonMap, Result, err};

/// A type that an option can have: how it is written to a config and read back.
pub trait OptionValue: Sized {
    /// What a config must hold, as the error message says it.
    const EXPECTS: &'static str;

    /// The value as it stands in a config.
    fn encode(&self) -> Json;

    /// The value read from a config.
    ///
    /// # Errors
    /// `InvalidArgument` when the config holds something else.
    fn decode(json: &Json) -> Result<Self>;
}

/// The error of an [`OptionValue`] that met something else than it expects.
pub fn mismatch<T: OptionValue>(json: &Json) -> Error {
    Error::new(ErrorKind::InvalidArgument, "the value does not fit").expected(T::EXPECTS).got(json)
}

/// One row of an option table.
#[derive(Clone, Copy, Debug)]

pub struct OptionSpec {
    /// The name in a config, as Keras or Spark spells it.
    pub name: &'static str,
    /// The name of the setter.
    pub setter: &'static str,
    /// What the option does.
    pub doc: &'static str,
    /// What its value must be.
    pub expects: &'static str,
    /// Whether it is an argument of `new`.
    pub required: bool,
    /// Its default, where it has one.
    pub default: Option<fn() -> Json>,
    /// The smallest number allowed.
    pub min: Option<f64>,
    /// The largest number allowed.
    pub max: Option<f64>,
    /// The number it must exceed.
    pub above: Option<f64>,
    /// The number it must stay below.
    pub below: Option<f64>,
    /// The names allowed; empty when any is.
    pub one_of: &'static [&'static str],
}

impl OptionSpec {
    /// A row without bounds, as the derive starts it.
    pub const fn new(
        name: &'static str,
        setter: &'static str,
        doc: &'static str,
        expects: &'static str,
    ) -> Self {
        Self {
            name,
            setter,
            doc,
            expects,
            required: false,
            default: None,
            min: None,
            max: None,
            above: None,
            below: None,
            one_of: &[],
        }
    }

    /// Checks an encoded value against the bounds of this row.
    ///
    /// # Errors
    /// `InvalidArgument` for a number out of bounds, `UnknownName` for a name that is not allowed.
    pub fn check(&self, owner: &str, value: &Json) -> Result<()> {
        match value {
            Json::Array(items) => items.iter().try_for_each(|item| self.check(owner, item)),
            Json::Number(number) => {
                self.check_number(owner, value, number.as_f64().unwrap_or(f64::NAN))
            }
            Json::String(name) if !self.one_of.is_empty() => self.check_name(owner, name),
            // a float that JSON cannot hold: NaN and the infinities are written as these strings
            Json::String(name) if self.has_bounds() => match name.as_str() {
                "NaN" => self.check_number(owner, value, f64::NAN),
                "Infinity" => self.check_number(owner, value, f64::INFINITY),
                "-Infinity" => self.check_number(owner, value, f64::NEG_INFINITY),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn has_bounds(&self) -> bool {
        [self.min, self.max, self.above, self.below].iter().any(Option::is_some)
    }

    fn check_number(&self, owner: &str, value: &Json, number: f64) -> Result<()> {
        let broken = |bound: Option<f64>, holds: fn(f64, f64) -> bool| {
            bound.filter(|&bound| !holds(number, bound))
        };
        let refuse = |rule: &str, bound: f64| {
            Err(err::invalid_argument(owner, self.name)
                .expected(format!("{rule} {bound}"))
                .got(value))
        };
        if let Some(bound) = broken(self.min, |x, bound| x >= bound) {
            return refuse("at least", bound);
        }
        if let Some(bound) = broken(self.max, |x, bound| x <= bound) {
            return refuse("at most", bound);
        }
        if let Some(bound) = broken(self.above, |x, bound| x > bound) {
            return refuse("above", bound);
        }
        if let Some(bound) = broken(self.below, |x, bound| x < bound) {
            return refuse("below", bound);
        }
        Ok(())
    }

    fn check_name(&self, owner: &str, name: &str) -> Result<()> {
        if self.one_of.contains(&name) {
            return Ok(());
        }
        Err(err::unknown_name(self.name, name, self.one_of.iter().copied()).at(owner))
    }

    /// Values that this row must refuse, for negative tests.
    pub fn bad_values(&self) -> Vec<Json> {
        let whole = self.expects.contains("integer");
        let number = |x: f64| if whole { Json::from(x as i64) } else { Json::from(x) };
        let mut bad = Vec::new();
        // a whole number below zero cannot even be given
        bad.extend(self.min.filter(|min| !whole || *min >= 1.0).map(|min| number(min - 1.0)));
        bad.extend(self.max.map(|max| number(max + 1.0)));
        bad.extend(self.above.filter(|above| !whole || *above >= 0.0).map(number));
        bad.extend(self.below.map(number));
        if !self.one_of.is_empty() {
            bad.push(Json::from("no_such_name"));
        }
        bad
    }
}

/// A type with an option table; derive it.
pub trait Options {
    /// The public name of the type, as Keras or Spark spells it.
    fn type_name(&self) -> &'static str;

    /// The rows of the table, in the order of declaration.
    fn table(&self) -> &'static [OptionSpec];

    /// The encoded value of an option, by its name in a config or its setter's.
    fn get(&self, name: &str) -> Option<Json>;

    /// Sets an option from its encoded value; bounds are checked by [`validate`](Options::validate).
    ///
    /// # Errors
    /// `UnknownName` for an unknown option, `InvalidArgument` for a value of the wrong type.
    fn set(&mut self, name: &str, value: &Json) -> Result<()>;

    /// Every option with its encoded value, in the order of the table.
    fn config(&self) -> JsonMap<String, Json> {
        let rows = self.table().iter();
        rows.map(|row| (row.name.to_owned(), self.get(row.name).unwrap_or(Json::Null))).collect()
    }

    /// Checks every option against its row.
    ///
    /// # Errors
    /// The first row that is broken, by name.
    fn validate(&self) -> Result<()> {
        self.table().iter().try_for_each(|row| match self.get(row.name) {
            Some(value) => row.check(self.type_name(), &value),
            None => Ok(()),
        })
    }

    /// Sets every option that a config names.
    ///
    /// A key that is not in the table is fine when it is null, as newer versions of Keras write such keys.
    ///
    /// # Errors
    /// As [`set`](Options::set).
    fn set_all(&mut self, config: &JsonMap<String, Json>) -> Result<()> {
        for (name, value) in config {
            let known = self.table().iter().any(|row| row.name == name || row.setter == name);
            if known || !value.is_null() {
                self.set(name, value)?;
            }
        }
        Ok(())
    }
}

/// A type that can be rebuilt from its options, as generic code sees it; the derive implements it.
pub trait FromConfig: Sized {
    /// Rebuilds it from the options that a config holds.
    ///
    /// # Errors
    /// `InvalidArgument` for a missing or mistyped option, `UnknownName` for an unknown one.
    fn from_config(config: &JsonMap<String, Json>) -> Result<Self>;
}

/// The required option of a config, for the derive.
///
/// # Errors
/// `InvalidArgument` when the config lacks it or holds something else.
pub fn required<T: OptionValue>(
    config: &JsonMap<String, Json>,
    owner: &str,
    name: &str,
) -> Result<T> {
    let Some(value) = config.get(name) else {
        return Err(err::invalid_argument(owner, name).expected("given").got("nothing"));
    };
    T::decode(value).map_err(|error| error.at(format!("{owner}: `{name}`")))
}

macro_rules! whole_numbers {
    ($($type:ty),+) => {
        $(impl OptionValue for $type {
            const EXPECTS: &'static str = "an integer";

            fn encode(&self) -> Json {
                Json::from(*self)
            }

            fn decode(json: &Json) -> Result<Self> {
                // Python writes 3.0 where it computed a length
                let whole = json.as_f64().filter(|x| x.fract() == 0.0 && x.abs() < 9e15);
                let number = json.as_i64().map(i128::from).or(json.as_u64().map(i128::from));
                let number = number.or(whole.map(|x| x as i128));
                number.and_then(|n| <$type>::try_from(n).ok()).ok_or_else(|| mismatch::<Self>(json))
            }
        })+
    };
}

whole_numbers!(usize, u64, i64, u32, i32);

impl OptionValue for f64 {
    const EXPECTS: &'static str = "a number";

    fn encode(&self) -> Json {
        match serde_json::Number::from_f64(*self) {
            Some(number) => Json::Number(number),
            None if self.is_nan() => Json::from("NaN"),
            None if *self > 0.0 => Json::from("Infinity"),
            None => Json::from("-Infinity"),
        }
    }

    fn decode(json: &Json) -> Result<Self> {
        match json.as_str() {
            Some("NaN") => Ok(Self::NAN),
            Some("Infinity") => Ok(Self::INFINITY),
            Some("-Infinity") => Ok(Self::NEG_INFINITY),
            _ => json.as_f64().ok_or_else(|| mismatch::<Self>(json)),
        }
    }
}

impl OptionValue for bool {
    const EXPECTS: &'static str = "true or false";

    fn encode(&self) -> Json {
        Json::Bool(*self)
    }

    fn decode(json: &Json) -> Result<Self> {
        json.as_bool().ok_or_else(|| mismatch::<Self>(json))
    }
}

impl OptionValue for String {
    const EXPECTS: &'static str = "a string";

    fn encode(&self) -> Json {
        Json::from(self.as_str())
    }

    fn decode(json: &Json) -> Result<Self> {
        json.as_str().map(str::to_owned).ok_or_else(|| mismatch::<Self>(json))
    }
}

impl OptionValue for Json {
    const EXPECTS: &'static str = "any JSON value";

    fn encode(&self) -> Json {
        self.clone()
    }

    fn decode(json: &Json) -> Result<Self> {
        Ok(json.clone())
    }
}

impl<T: OptionValue> OptionValue for Option<T> {
    const EXPECTS: &'static str = T::EXPECTS;

    fn encode(&self) -> Json {
        self.as_ref().map_or(Json::Null, T::encode)
    }

    fn decode(json: &Json) -> Result<Self> {
        if json.is_null() { Ok(None) } else { T::decode(json).map(Some) }
    }
}

impl<T: OptionValue> OptionValue for Vec<T> {
    const EXPECTS: &'static str = "a list";

    fn encode(&self) -> Json {
        self.iter().map(T::encode).collect()
    }

    fn decode(json: &Json) -> Result<Self> {
        let items = json.as_array().ok_or_else(|| mismatch::<Self>(json))?;
        items.iter().map(T::decode).collect()
    }
}

impl<T: OptionValue, const N: usize> OptionValue for [T; N] {
    const EXPECTS: &'static str = T::EXPECTS;

    fn encode(&self) -> Json {
        self.iter().map(T::encode).collect()
    }

    /// A list of `N` values; one value alone stands for all of them, as in Keras.
    fn decode(json: &Json) -> Result<Self> {
        let values = match json {
            Json::Array(items) => items.iter().map(T::decode).collect::<Result<Vec<T>>>()?,
            one => (0..N).map(|_| T::decode(one)).collect::<Result<Vec<T>>>()?,
        };
        Self::try_from(values).map_err(|_| {
            Error::new(ErrorKind::InvalidArgument, "the value does not fit")
                .expected(format!("{N} values"))
                .got(json)
        })
    }
}

#[cfg(test)]
mod tests;
