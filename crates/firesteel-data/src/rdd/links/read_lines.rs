// SPDX-License-Identifier: MIT OR Apache-2.0
//! The lines of text files, from descriptors of byte ranges.

use std::sync::Arc;

use firesteel_core::Result;
use firesteel_ship::Build;

use crate::rdd::any_iter::{AnyIter, Iter};
use crate::rdd::part::{Link, Part};
use crate::rdd::text::{LineReader, Split};
use crate::rdd::watch::Watch;

/// Each byte range becomes its lines.
pub(crate) struct ReadLinesLink;

impl Build<()> for ReadLinesLink {
    type Output = Part;

    fn build(_: Arc<()>) -> Part {
        Part::Link(Arc::new(Self))
    }
}

impl Link for ReadLinesLink {
    fn apply(&self, rows: AnyIter, watch: &Watch) -> Result<AnyIter> {
        let splits = rows.into_typed::<Split>()?;
        Ok(AnyIter::new(Lines { splits, current: None, watch: watch.clone() }))
    }
}

struct Lines {
    splits: Iter<Split>,
    current: Option<LineReader>,
    watch: Watch,
}

impl Lines {
    fn next_line(&mut self) -> Result<Option<String>> {
        loop {
            if let Some(reader) = &mut self.current {
                if let Some(line) = reader.next_line()? {
                    return Ok(Some(line));
                }
                self.current = None;
            }
            match self.splits.next() {
                Some(split) => self.current = Some(LineReader::open(split)?),
                None => return Ok(None),
            }
        }
    }
}

impl Iterator for Lines {
    type Item = String;

    #[inline]
    fn next(&mut self) -> Option<String> {
        self.next_line().unwrap_or_else(|error| {
            self.watch.fail(error);
            None
        })
    }
}
