// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ClassIndex`: the names of the classes that a network tells apart.

use std::path::Path;

use firesteel_core::{Json, Result, err, files};

/// The names of the classes that a network tells apart, in the order of its outputs.
///
/// # Source
/// The file `imagenet_class_index.json` that Keras downloads: `{"0": ["n01440764", "tench"], ..}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassIndex(Vec<(String, String)>);

impl ClassIndex {
    /// Reads a class index file.
    ///
    /// # Errors
    /// `Io` when the file cannot be read, `Format` when it is no such file.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let json: Json = serde_json::from_slice(&files::read(path)?).map_err(|error| {
            err::format(path, "the JSON is damaged").got(&error).caused_by(error)
        })?;
        Self::from_json(&json).ok_or_else(|| {
            err::format(path, "no index of classes")
                .expected("an object such as {\"0\": [\"n01440764\", \"tench\"], ..}")
        })
    }

    fn from_json(json: &Json) -> Option<Self> {
        let entries = json.as_object()?;
        let class = |number: usize| {
            let entry = entries.get(&number.to_string())?;
            let text = |place: usize| entry.get(place)?.as_str().map(str::to_owned);
            Some((text(0)?, text(1)?))
        };
        (0..entries.len()).map(class).collect::<Option<Vec<_>>>().map(Self)
    }

    /// The number of classes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no class.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name and the description of a class, such as `n01440764` and `tench`.
    pub fn get(&self, class: usize) -> Option<(&str, &str)> {
        self.0.get(class).map(|(name, description)| (name.as_str(), description.as_str()))
    }
}
