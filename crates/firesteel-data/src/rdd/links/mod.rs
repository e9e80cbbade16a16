// SPDX-License-Identifier: MIT OR Apache-2.0
//! The operations that take one element at a time.

mod filter;
mod flat_map;
mod map;
mod read_lines;

pub(crate) use filter::FilterLink;
pub(crate) use flat_map::FlatMapLink;
pub(crate) use map::MapLink;
pub(crate) use read_lines::ReadLinesLink;
