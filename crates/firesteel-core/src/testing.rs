// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks that every option table must pass, for tables of these crates and of their users.
//!
//! - [`check_table`]: of a value that is there;
//! - [`check_type`]: of a type with a derived table, its way through a config included;
//! - [`check_decoder`]: of what a registry rebuilds from a config.
//!
//! All of them return an error that says what is wrong, so that a test is one line.

use crate::{
    Error, ErrorKind, FromConfig, Json, JsonMap, OptionSpec, OptionValue, Options, Result,
};

/// Checks the option table of a value, which is left as it was:
///
/// - each option can be read, and set again to the same, under both of its names, and so can its default;
/// - values out of bounds, names that are not allowed and values of another type are refused by an error that says
///   where, what was expected and what was given;
/// - a misspelt option is refused with the right name.
///
/// # Errors
/// `InvalidArgument` for the first row that does not keep this.
pub fn check_table<O: Options + ?Sized>(options: &mut O) -> Result<()> {
    let owner = options.type_name();
    for row in options.table() {
        let checked = check_row(options, row);
        checked.map_err(|error| error.at(format!("check_table({owner}): `{}`", row.name)))?;
    }
    Ok(())
}

/// Checks a type by its derived table: [`check_table`], and what [`check_decoder`] adds.
///
/// `required` are the arguments of its `new`.
///
/// # Errors
/// `InvalidArgument` for the first thing that does not hold.
///
/// # Examples
/// ```
/// use firesteel_core::testing::check_type;
/// use firesteel_core::{Options, json};
///
/// /// Drops a part of its inputs.
/// #[derive(Clone, Debug, Options)]
/// pub struct Dropout {
///     /// The share of inputs that is dropped.
///     #[option(required, min = 0, below = 1)]
///     rate: f64,
/// }
///
/// check_type::<Dropout>(&[("rate", json!(0.5))])?;
/// # Ok::<(), firesteel_core::Error>(())
/// ```
pub fn check_type<O: Options + FromConfig>(required: &[(&str, Json)]) -> Result<()> {
    check_decoder(|config| O::from_config(config).map(Box::new), required)
}

/// Checks what `decode` makes of a config: [`check_table`]; what the config does not name has its default; the options
/// survive a way through JSON; a misspelt option in the config is refused with the right name.
///
/// # Errors
/// `InvalidArgument` for the first thing that does not hold; whatever `decode` reports for `required` alone.
pub fn check_decoder<O: Options + ?Sized>(
    decode: impl Fn(&JsonMap<String, Json>) -> Result<Box<O>>,
    required: &[(&str, Json)],
) -> Result<()> {
    let given = required.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    let given: JsonMap<String, Json> = given.collect();
    let mut options = decode(&given)?;
    let owner = options.type_name();
    check_table(&mut *options)?;
    let at = |error: Error| error.at(format!("check_decoder({owner})"));
    for row in options.table().iter().filter(|row| !given.contains_key(row.name)) {
        same(row.name, options.get(row.name), row.default.map(|default| default())).map_err(at)?;
    }
    let config = options.config();
    let again = decode(&config)?.config();
    same("the config", Some(Json::Object(again)), Some(Json::Object(config))).map_err(at)?;
    for row in options.table() {
        let Some(wrong) = misspelt(row.name, options.table()) else { continue };
        let mut config = given.clone();
        config.insert(wrong.clone(), Json::from(1));
        refused_with(&wrong, row.name, decode(&config).map(|_| ())).map_err(at)?;
    }
    Ok(())
}

fn check_row<O: Options + ?Sized>(options: &mut O, row: &OptionSpec) -> Result<()> {
    let value = options.get(row.name).ok_or_else(|| failed("it cannot be read"))?;
    for kept in [row.default.map(|default| default()), Some(value.clone())].iter().flatten() {
        row.check(options.type_name(), kept)?;
        for name in [row.name, row.setter] {
            options.set(name, &through_text(kept)?)?;
            same(name, options.get(name), Some(kept.clone()))?;
        }
    }
    for bad in row.bad_values() {
        check_bad_value(options, row, &bad)?;
        options.set(row.name, &value)?;
    }
    check_mistyped(options, row)?;
    match misspelt(row.name, options.table()) {
        Some(wrong) => refused_with(&wrong, row.name, options.set(&wrong, &value)),
        None => Ok(()),
    }
}

/// The value as it comes back from a file.
fn through_text(value: &Json) -> Result<Json> {
    serde_json::from_str(&value.to_string())
        .map_err(|error| failed("its value is no JSON").caused_by(error))
}

fn check_bad_value<O: Options + ?Sized>(
    options: &mut O,
    row: &OptionSpec,
    bad: &Json,
) -> Result<()> {
    let mut set = options.set(row.name, bad);
    if set.is_err() {
        // a bound of a list is one of its items
        set = options.set(row.name, &Json::from(vec![bad.clone()]));
    }
    let Err(error) = set.and_then(|()| options.validate()) else {
        return Err(failed(format!("{bad} is taken")).expected("an error"));
    };
    let (text, name) = (error.to_string(), row.name);
    let rules =
        [("at least", row.min), ("at most", row.max), ("above", row.above), ("below", row.below)];
    let out_of_bounds = rules.iter().filter_map(|(rule, bound)| {
        bound.map(|bound| format!("`{name}` must be {rule} {bound}, got "))
    });
    let unknown = format!("unknown {name} `no_such_name`; known names: ");
    let is_clear = (error.is_invalid_argument() || error.is_unknown_name())
        && text.starts_with(options.type_name())
        && out_of_bounds.chain([unknown]).any(|part| text.contains(&part));
    if is_clear { Ok(()) } else { Err(unclear(format!("{bad} is not allowed"), error)) }
}

/// A value of a type that no option has.
fn check_mistyped<O: Options + ?Sized>(options: &mut O, row: &OptionSpec) -> Result<()> {
    if row.expects == Json::EXPECTS {
        return Ok(());
    }
    let mut object = JsonMap::new();
    object.insert("no".to_owned(), Json::from("such value"));
    let Err(error) = options.set(row.name, &Json::Object(object)) else {
        return Err(failed("a value of another type is taken").expected("an error"));
    };
    let text = error.to_string();
    let is_clear =
        text.starts_with(options.type_name()) && text.contains(&format!("`{}`", row.name));
    if is_clear { Ok(()) } else { Err(unclear("a value is of another type", error)) }
}

/// The name with its first two letters exchanged, or the first one doubled; `None` where that is a name too.
fn misspelt(name: &str, table: &[OptionSpec]) -> Option<String> {
    let mut letters: Vec<char> = name.chars().collect();
    let first = *letters.first()?;
    if letters.get(1).is_some_and(|second| *second != first) {
        letters.swap(0, 1);
    } else {
        letters.insert(0, first);
    }
    let wrong: String = letters.into_iter().collect();
    let is_known = table.iter().any(|row| row.name == wrong || row.setter == wrong);
    (!is_known).then_some(wrong)
}

/// That `wrong` was refused and `right` proposed.
fn refused_with(wrong: &str, right: &str, result: Result<()>) -> Result<()> {
    let proposal = format!("unknown option `{wrong}`; did you mean `{right}`?");
    match result {
        Err(error) if error.is_unknown_name() && error.to_string().contains(&proposal) => Ok(()),
        Err(error) => Err(unclear(format!("option `{right}` is misspelt"), error)),
        Ok(()) => Err(failed(format!("option `{wrong}` is taken")).expected("an error")),
    }
}

fn same(what: &str, got: Option<Json>, expected: Option<Json>) -> Result<()> {
    if got == expected {
        return Ok(());
    }
    let text = |value: Option<Json>| value.unwrap_or_default().to_string();
    Err(failed(format!("{what} does not keep its value")).expected(text(expected)).got(text(got)))
}

fn unclear(what: impl Into<String>, error: Error) -> Error {
    let what = format!("the error does not say that {}", what.into());
    failed(what).got(error.to_string()).caused_by(error)
}

fn failed(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, what)
}

#[cfg(test)]
mod tests;
