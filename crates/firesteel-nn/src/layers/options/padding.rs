// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Padding`: the option that says what a window does at the border of an image.

use firesteel_core::{Json, OptionValue, Result};
use firesteel_tensor::ops;

/// What a window does at the border of an image: `"valid"` stays inside, `"same"` adds a border so that with
/// stride one the size stays. Case does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Padding(String);

/// The names that are known.
pub(crate) const PADDINGS: [&str; 2] = [VALID, SAME];
const VALID: &str = "valid";
const SAME: &str = "same";

impl Padding {
    /// What the name stands for.
    ///
    /// # Errors
    /// `UnknownName` when there is none.
    pub(crate) fn resolve(&self) -> Result<ops::Padding> {
        let known = [(VALID, ops::Padding::Valid), (SAME, ops::Padding::Same)];
        firesteel_core::names::find("padding", &self.0, &known).copied()
    }
}

impl From<&str> for Padding {
    fn from(name: &str) -> Self {
        Self(name.to_lowercase())
    }
}

impl From<String> for Padding {
    fn from(name: String) -> Self {
        Self::from(name.as_str())
    }
}

impl OptionValue for Padding {
    const EXPECTS: &'static str = "\"valid\" or \"same\"";

    fn encode(&self) -> Json {
        self.0.encode()
    }

    fn decode(json: &Json) -> Result<Self> {
        String::decode(json).map(Self::from)
    }
}
