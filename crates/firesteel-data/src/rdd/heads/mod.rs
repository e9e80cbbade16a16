// SPDX-License-Identifier: MIT OR Apache-2.0
//! The starts of programs: record batches become elements.

mod decode;
mod merge_by_key;

pub(crate) use decode::DecodeHead;
pub(crate) use merge_by_key::{Combined, KEY_COLUMN, MergeByKeyHead};
