// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a file may ask for: a small one must not make us allocate or walk without end.

use firesteel_core::{Result, err};

/// How deep groups may lie in each other; Keras' own files stay below 20.
const DEPTH: usize = 64;
/// How many groups and datasets there may be.
const OBJECTS: usize = 200_000;
/// Up to here a file may declare any size.
const HARMLESS_BYTES: u64 = 256 << 20;
/// By how much the declared size may exceed the file beyond that.
const EXPANSION: u64 = 1000;

/// Counts what was met so far.
#[derive(Debug)]
pub(super) struct Limits {
    place: String,
    file_bytes: u64,
    objects: usize,
    declared: u64,
}

impl Limits {
    pub(super) fn new(place: &str, file_bytes: usize) -> Self {
        Self { place: place.to_owned(), file_bytes: file_bytes as u64, objects: 0, declared: 0 }
    }

    /// Counts a group or dataset.
    ///
    /// # Errors
    /// `Format` for too many, or too deep a one, as links that go round in circles make them.
    pub(super) fn object(&mut self, path: &str) -> Result<()> {
        self.objects += 1;
        if self.objects > OBJECTS || path.split('/').count() > DEPTH {
            return Err(err::format(&self.place, "the groups lie too deep or are too many")
                .expected(format!("at most {OBJECTS} objects, {DEPTH} deep"))
                .got(format!("object {} at `{}`", self.objects, shortened(path))));
        }
        Ok(())
    }

    /// Counts the size that a dataset declares.
    ///
    /// # Errors
    /// `Format` when the file declares far more than it holds.
    pub(super) fn dataset(&mut self, path: &str, shape: &[u64], element: u64) -> Result<()> {
        let bytes = shape.iter().try_fold(element, |bytes, axis| bytes.checked_mul(*axis));
        let declared = bytes.and_then(|bytes| self.declared.checked_add(bytes));
        let limit = self.file_bytes.saturating_mul(EXPANSION).max(HARMLESS_BYTES);
        match declared.filter(|declared| *declared <= limit) {
            Some(declared) => self.declared = declared,
            None => {
                return Err(err::format(&self.place, "the file declares more than it can hold")
                    .expected(format!("at most {limit} bytes in all"))
                    .got(format!("shape {shape:?} for `{}`", shortened(path))));
            }
        }
        Ok(())
    }
}

fn shortened(path: &str) -> String {
    path.chars().take(80).collect()
}
