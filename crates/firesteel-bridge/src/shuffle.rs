// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ShuffleBuffer`: random order for rows that come one after the other.
//!
//! ```text
//! fill the buffer; then for each further row: give out a random one of the buffer, put the new row in its place
//! at the end: give out what is left, in random order
//! ```
//! A table that fits into the buffer comes in a uniformly random order; of a larger one a row can come early only
//! by the length of the buffer. Memory is bounded by the buffer.

use firesteel_core::Rng;

/// How many rows a buffer has unless said otherwise, if they fit into its memory.
const ROWS: usize = 65_536;

/// How many rows of this width wait unless said otherwise: no more than these bytes hold, and at least one.
pub(crate) fn usual_rows(width: usize, bytes: usize) -> usize {
    (bytes / size_of::<f32>()).checked_div(width).unwrap_or(ROWS).clamp(1, ROWS)
}

/// Rows of one width, of which a random one is given out for every one that is put in.
#[derive(Debug)]
pub(crate) struct ShuffleBuffer {
    rng: Option<Rng>,
    capacity: usize,
    width: usize,
    values: Vec<f32>,
    /// Where the next row is taken from when there is no randomness.
    front: usize,
}

impl ShuffleBuffer {
    /// A buffer for `capacity` rows; without a generator rows come out in the order in which they went in.
    pub(crate) fn new(rng: Option<Rng>, capacity: usize, width: usize) -> Self {
        let capacity = if rng.is_some() { capacity.max(1) } else { 0 };
        Self { rng, capacity, width, values: Vec::new(), front: 0 }
    }

    /// The number of rows in the buffer.
    pub(crate) fn len(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0) - self.front
    }

    /// Puts a row in.
    pub(crate) fn push(&mut self, row: &[f32]) {
        self.values.extend_from_slice(row);
    }

    /// Whether a row may be given out while more may come.
    pub(crate) fn is_ready(&self) -> bool {
        self.len() > self.capacity
    }

    /// Takes a row out and appends it to `into`; nothing happens when there is none.
    pub(crate) fn pop(&mut self, into: &mut Vec<f32>) {
        let n = self.len();
        if n == 0 {
            return;
        }
        let width = self.width;
        let Some(rng) = &mut self.rng else {
            let from = self.front * width;
            into.extend_from_slice(&self.values[from..from + width]);
            self.front += 1;
            self.compact();
            return;
        };
        let (picked, last) = (rng.below(n) * width, (n - 1) * width);
        into.extend_from_slice(&self.values[picked..picked + width]);
        self.values.copy_within(last..last + width, picked);
        self.values.truncate(last);
    }

    /// Forgets rows that were given out, once they are the larger part.
    fn compact(&mut self) {
        if self.front * self.width * 2 > self.values.len() {
            self.values.drain(..self.front * self.width);
            self.front = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use firesteel_core::Seed;

    use super::*;

    fn run(rng: Option<Rng>, capacity: usize, n: usize) -> Vec<f32> {
        let mut buffer = ShuffleBuffer::new(rng, capacity, 1);
        let mut order = Vec::new();
        for i in 0..n {
            buffer.push(&[i as f32]);
            if buffer.is_ready() {
                buffer.pop(&mut order);
            }
            assert!(buffer.len() <= capacity.max(1));
        }
        while buffer.len() > 0 {
            buffer.pop(&mut order);
        }
        order
    }

    #[test]
    fn every_row_comes_once() {
        for (capacity, n) in [(1, 10), (7, 100), (1000, 100), (3, 0)] {
            let order = run(Some(Seed::new(2).rng()), capacity, n);
            let mut sorted = order.clone();
            sorted.sort_by(f32::total_cmp);
            assert_eq!(sorted, (0..n).map(|i| i as f32).collect::<Vec<_>>());
            assert!(n < 50 || order != sorted);
        }
    }

    #[test]
    fn without_randomness_the_order_stays() {
        assert_eq!(run(None, 5, 50), (0..50).map(|i| i as f32).collect::<Vec<_>>());
    }

    #[test]
    fn wide_rows_wait_in_bounded_memory() {
        assert_eq!(usual_rows(4, 256 << 20), ROWS);
        assert_eq!(usual_rows(150_528, 256 << 20), 445);
        assert_eq!(usual_rows(1000, 100), 1);
        let (width, bytes) = (10, 400);
        let rng = Some(Seed::new(2).rng());
        let mut buffer = ShuffleBuffer::new(rng, usual_rows(width, bytes), width);
        let mut given = Vec::new();
        for _ in 0..50 {
            buffer.push(&[1.0; 10]);
            if buffer.is_ready() {
                buffer.pop(&mut given);
            }
            assert!(buffer.values.len() * size_of::<f32>() <= bytes);
        }
        assert_eq!((buffer.len(), given.len()), (10, 40 * width));
    }

    #[test]
    fn the_seed_decides() {
        let run = |seed| run(Some(Seed::new(seed).rng()), 20, 100);
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
    }
}
