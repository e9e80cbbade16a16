// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::json;

/// A table with a row of each kind.
#[derive(Clone, Debug, PartialEq, crate::Options)]
#[options(camel_case)]
struct Sample {
    /// Size.
    #[option(required, min = 1, max = 9)]
    num_units: usize,
    /// Rate.
    #[option(default = 0.0, min = 0, below = 1)]
    rate: f64,
    /// Weights.
    #[option(default = [1.0, 2.0], above = 0)]
    weights: Vec<f64>,
    /// Padding.
    #[option(default = "valid", one_of = ["valid", "same"])]
    padding: String,
    /// Groups; a name of one letter.
    #[option(default = None, min = 2)]
    k: Option<usize>,
    /// Anything.
    #[option(default = Json::Null)]
    extra: Json,
}

/// A table that does not do what it should.
struct Broken {
    inner: Sample,
    how: &'static str,
}

impl Options for Broken {
    fn type_name(&self) -> &'static str {
        self.inner.type_name()
    }

    fn table(&self) -> &'static [OptionSpec] {
        self.inner.table()
    }

    fn get(&self, name: &str) -> Option<Json> {
        self.inner.get(name)
    }

    fn set(&mut self, name: &str, value: &Json) -> Result<()> {
        match self.how {
            "deaf" if name == "rate" => Ok(()),
            "lenient" if self.get(name).is_none() => Ok(()),
            "loose" if value.is_object() => Ok(()),
            "mute" => self.inner.set(name, value).map_err(|_| failed("no")),
            _ => self.inner.set(name, value),
        }
    }

    fn validate(&self) -> Result<()> {
        if self.how == "boundless" { Ok(()) } else { self.inner.validate() }
    }
}

#[test]
fn a_table_that_keeps_everything_passes_and_stays_as_it_was() {
    let before = Sample::new(3).rate(0.25).weights([3.0]).padding("same").k(5).extra("x");
    let mut sample = before.clone();
    check_table(&mut sample).unwrap();
    assert_eq!(sample, before);
    check_type::<Sample>(&[("numUnits", json!(3))]).unwrap();
}

#[test]
fn what_a_table_does_not_keep_is_said() {
    let check = |how| {
        let inner = Sample::new(3).rate(0.25);
        check_table(&mut Broken { inner, how })
    };
    check("nothing").unwrap();
    for (how, message) in [
        ("boundless", "check_table(Sample): `numUnits`: 0 is taken, expected an error"),
        ("deaf", "`rate`: rate does not keep its value, expected 0.0, got 0.25"),
        ("lenient", "`numUnits`: option `unmUnits` is taken"),
        ("loose", "`numUnits`: a value of another type is taken"),
        ("mute", "`numUnits`: the error does not say that a value is of another type, got no"),
    ] {
        let error = check(how).unwrap_err().to_string();
        assert!(error.contains(message), "{how}: {error}");
    }
}

#[test]
fn what_a_decoder_does_not_keep_is_said() {
    let required = [("numUnits", json!(3))];
    let check = |decode: fn(&JsonMap<String, Json>) -> Result<Box<Sample>>| {
        check_decoder(decode, &required).unwrap_err().to_string()
    };
    let other_default = check(|config| Ok(Box::new(Sample::from_config(config)?.k(2))));
    assert!(other_default.contains("k does not keep its value"), "{other_default}");
    let forgetful = check(|config| {
        let units = config.get("numUnits").and_then(Json::as_u64);
        Ok(Box::new(Sample::new(units.unwrap_or(1) as usize)))
    });
    assert!(forgetful.contains("option `unmUnits` is taken"), "{forgetful}");
}

#[test]
fn names_are_misspelt_into_none_that_is_there() {
    let table = Sample::new(1).table();
    assert_eq!(misspelt("rate", table).as_deref(), Some("arte"));
    assert_eq!(misspelt("k", table).as_deref(), Some("kk"));
    assert_eq!(misspelt("arte", table), None);
    assert_eq!(misspelt("eextra", table).as_deref(), Some("eeextra"));
}
