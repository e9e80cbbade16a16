// SPDX-License-Identifier: MIT OR Apache-2.0
//! `StageRegistry`: which class of a saved folder is read by what.

use std::path::Path;
use std::sync::Arc;

use firesteel_core::names::nearest;
use firesteel_core::{IndexMap, Result, err};

use super::SavedStage;
use crate::pipeline::PipelineStage;
use crate::{classification, clustering, feature, pipeline};

/// Makes a stage of its saved folder.
pub type StageReader = fn(&SavedStage) -> Result<PipelineStage>;

/// The classes that can be loaded; others may be added.
#[derive(Clone, Debug)]
pub struct StageRegistry {
    readers: IndexMap<String, StageReader>,
}

impl StageRegistry {
    /// The classes of this crate.
    pub fn builtin() -> Self {
        let families =
            [pipeline::READERS, feature::READERS, classification::READERS, clustering::READERS];
        let readers = families.into_iter().flatten();
        Self { readers: readers.map(|&(class, reader)| (class.to_owned(), reader)).collect() }
    }

    /// The registry with one more class.
    #[must_use]
    pub fn with(mut self, class: impl Into<String>, reader: StageReader) -> Self {
        self.readers.insert(class.into(), reader);
        self
    }

    /// Loads a stage.
    ///
    /// # Errors
    /// `Io` for a missing folder, `Format` for a damaged one, `Unsupported` for a class that is not known.
    pub fn load(self, path: impl AsRef<Path>) -> Result<PipelineStage> {
        let registry = Arc::new(self);
        let saved = SavedStage::open(path.as_ref(), Arc::clone(&registry))?;
        registry.read(&saved)
    }

    pub(crate) fn read(&self, saved: &SavedStage) -> Result<PipelineStage> {
        if let Some(reader) = self.readers.get(saved.class()) {
            return reader(saved);
        }
        let known = self.readers.keys().map(String::as_str);
        let near =
            nearest(saved.class(), known).map(|near| format!("the nearest known one is `{near}`"));
        let error = err::unsupported(format!("class `{}` cannot be loaded", saved.class()));
        let error = error.at(saved.path().display());
        Err(near.into_iter().fold(error, |error, near| error.fix(near)))
    }
}

#[cfg(test)]
mod tests;
