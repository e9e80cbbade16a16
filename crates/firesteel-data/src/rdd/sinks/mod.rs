// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ends of programs: elements become record batches.

mod combine_by_key;
mod count;
mod encode;
mod glom;
mod ordered;
mod reduce;

use crate::rdd::any_iter::AnyIter;
use crate::rdd::part::Pulled;
use firesteel_core::Result;

pub(crate) use combine_by_key::CombineByKeySink;
pub(crate) use count::CountSink;
pub(crate) use encode::EncodeSink;
pub(crate) use glom::GlomSink;
pub(crate) use ordered::{OrderedSink, in_order};
pub(crate) use reduce::ReduceSink;

/// Elements taken before others may run.
const CHUNK: usize = 8192;

/// Feeds a chunk of elements to a function.
#[inline]
fn each<T: 'static>(rows: &mut AnyIter, mut take: impl FnMut(T)) -> Result<Pulled> {
    let rows = rows.typed::<T>()?;
    for _ in 0..CHUNK {
        match rows.next() {
            Some(row) => take(row),
            None => return Ok(Pulled::All),
        }
    }
    Ok(Pulled::More)
}
