// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ranges of numbers, as the four numbers that describe them.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::error::Result;

use super::damaged;
use crate::range_table::RangeTable;
use crate::shipped_range::ShippedRange;

const MARK: &[u8] = b"firesteel range 1\n";

pub(super) fn write(table: &RangeTable, out: &mut Vec<u8>) {
    out.extend(MARK);
    let numbers = [table.start, table.end, table.step, table.partitions as i64];
    numbers.iter().for_each(|number| out.extend(number.to_le_bytes()));
}

/// The range that the bytes hold, or `None` when they are not ours.
pub(super) fn read(bytes: &[u8]) -> Option<Result<Arc<dyn TableProvider>>> {
    let (numbers, rest) = bytes.strip_prefix(MARK)?.as_chunks::<8>();
    let numbers: Vec<i64> = numbers.iter().map(|number| i64::from_le_bytes(*number)).collect();
    Some(match *numbers.as_slice() {
        [start, end, step, partitions] if step != 0 && partitions > 0 && rest.is_empty() => {
            let partitions = partitions as usize;
            Ok(Arc::new(ShippedRange(RangeTable { start, end, step, partitions })))
        }
        _ => Err(damaged("a range")),
    })
}
