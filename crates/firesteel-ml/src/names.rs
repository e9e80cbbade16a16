// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Names`: a list of names as an option takes it, from arrays and vectors of any texts.

use std::ops::Deref;

use firesteel_core::options::mismatch;
use firesteel_core::{Json, OptionValue, Result};

/// A list of names: `input_cols(["x", "y"])`, or any vector of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Vec<String>);

impl Deref for Names {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for Names {
    fn from(names: [S; N]) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

impl<S: Into<String>> From<Vec<S>> for Names {
    fn from(names: Vec<S>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

impl<S: Clone + Into<String>> From<&[S]> for Names {
    fn from(names: &[S]) -> Self {
        Self(names.iter().cloned().map(Into::into).collect())
    }
}

impl OptionValue for Names {
    const EXPECTS: &'static str = "a list of names";

    fn encode(&self) -> Json {
        self.0.iter().map(|name| Json::from(name.as_str())).collect()
    }

    fn decode(json: &Json) -> Result<Self> {
        let names = json.as_array().and_then(|items| {
            items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        names.map(Self).ok_or_else(|| mismatch::<Self>(json))
    }
}
