// SPDX-License-Identifier: MIT OR Apache-2.0
//! Text files: which files a path means, how they are split, and how lines are read from a split.

mod line_reader;
mod paths;
mod split;

pub(crate) use line_reader::LineReader;
pub(crate) use paths::find_files;
pub(crate) use split::{Split, split_files};
