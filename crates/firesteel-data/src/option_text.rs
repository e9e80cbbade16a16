// SPDX-License-Identifier: MIT OR Apache-2.0
//! `OptionText` and `SourceOptions`: the options of readers and writers.

use firesteel_core::{IndexMap, Result, err};

/// The value of an option, given as a text, a number or a boolean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionText(pub(crate) String);

impl From<&str> for OptionText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for OptionText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

macro_rules! printed {
    ($($kind:ty),+) => {
        $(impl From<$kind> for OptionText {
            fn from(value: $kind) -> Self {
                Self(value.to_string())
            }
        })+
    };
}

printed!(bool, char, i32, i64, usize, f64);

/// Options by name, whatever the case of the names.
#[derive(Clone, Debug, Default)]
pub(crate) struct SourceOptions(IndexMap<String, (String, String)>);

impl SourceOptions {
    pub(crate) fn set(&mut self, name: &str, value: impl Into<OptionText>) {
        self.0.insert(name.to_lowercase(), (name.to_owned(), value.into().0));
    }

    pub(crate) fn set_all(
        &mut self,
        options: impl IntoIterator<Item = (impl AsRef<str>, impl Into<OptionText>)>,
    ) {
        options.into_iter().for_each(|(name, value)| self.set(name.as_ref(), value));
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(&name.to_lowercase()).map(|(_, value)| value.as_str())
    }

    /// Refuses options that the format does not know.
    pub(crate) fn check(&self, format: &str, known: &[&str]) -> Result<()> {
        let unknown = |lower: &str| !known.iter().any(|name| name.to_lowercase() == lower);
        match self.0.iter().find(|(lower, _)| unknown(lower)) {
            Some((_, (name, _))) => {
                Err(err::unknown_name("option", name, known.iter().copied()).at(format))
            }
            None => Ok(()),
        }
    }

    /// A yes or no.
    pub(crate) fn flag(&self, name: &str, default: bool) -> Result<bool> {
        match self.text(name).map(str::to_lowercase).as_deref() {
            None => Ok(default),
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            Some(other) => Err(err::invalid_argument("option", name)
                .expected("true or false")
                .got(format!("`{other}`"))),
        }
    }

    /// One character of a single byte.
    pub(crate) fn byte(&self, name: &str) -> Result<Option<u8>> {
        match self.text(name).map(|text| (text, text.as_bytes())) {
            None | Some((_, [])) => Ok(None),
            Some(("\\t", _)) => Ok(Some(b'\t')),
            Some((_, [byte])) => Ok(Some(*byte)),
            Some((text, _)) => {
                let wrong = err::invalid_argument("option", name).expected("one ASCII character");
                Err(wrong.got(format!("`{text}`")))
            }
        }
    }
}
