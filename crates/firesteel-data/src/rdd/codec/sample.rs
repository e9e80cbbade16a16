// SPDX-License-Identifier: MIT OR Apache-2.0
//! Samples, as the numbers that decide which rows are drawn.

use datafusion::error::Result;

use super::damaged;
use crate::sample::Draw;

const MARK: &[u8] = b"firesteel sample 1\n";

pub(super) fn write(draw: Draw, out: &mut Vec<u8>) {
    let Draw { seed, lower, upper, sorted } = draw;
    out.extend(MARK);
    let numbers = [seed as u64, lower.to_bits(), upper.to_bits(), u64::from(sorted)];
    numbers.iter().for_each(|number| out.extend(number.to_le_bytes()));
}

/// The sample that the bytes describe, or `None` when they are not ours.
pub(super) fn read(bytes: &[u8]) -> Option<Result<Draw>> {
    let (numbers, rest) = bytes.strip_prefix(MARK)?.as_chunks::<8>();
    let numbers: Vec<u64> = numbers.iter().map(|number| u64::from_le_bytes(*number)).collect();
    Some(match *numbers.as_slice() {
        [seed, lower, upper, sorted] if sorted <= 1 && rest.is_empty() => Ok(Draw {
            seed: seed as i64,
            lower: f64::from_bits(lower),
            upper: f64::from_bits(upper),
            sorted: sorted == 1,
        }),
        _ => Err(damaged("a sample")),
    })
}
