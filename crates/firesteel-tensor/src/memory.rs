// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Block`: memory for a result, which lies on a shelf between its uses.
//!
//! Each step of a training run makes results of the same lengths. Memory fresh from the system costs a page
//! fault for every 4 KiB, which was a quarter of a step; a block that a former step has let go costs nothing.
//!
//! What lies on the shelf is bounded twice. What nobody has asked for during the last [`PATIENCE`] requests is given
//! back, where [`SHORT_FOR_ONE`] short results count as one request. And together with the blocks in use it is no
//! more than [`SPARE`] times what was in use at once of late, or [`ALWAYS`] where that is more: what has waited
//! longest goes first.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::backend::flex::FlexTensor;
use burn::tensor::{AllocationProperty, Bytes, TensorData};

/// Shorter results come from the allocator, which keeps a shelf of its own for them.
const LONG: usize = 1 << 14;
/// So many requests a block waits for its next use.
const PATIENCE: u64 = 1 << 12;
/// So many short results count as one request.
const SHORT_FOR_ONE: u64 = 16;
/// Short results between two looks at the shelf.
const SHORT: u64 = SHORT_FOR_ONE << 8;
/// How many times what was in use at once may be held; each length of results has its own time at which it is used
/// most, so that a step holds up to three times what it uses at once.
const SPARE: usize = 3;
/// Numbers that may always be held: 64 MB.
const ALWAYS: usize = 1 << 24;

static SHELF: Mutex<Shelf> = Mutex::new(Shelf::new(ALWAYS));
/// Short results so far. They are too many, and made too quickly, to take the lock for each.
static SHORT_RESULTS: AtomicU64 = AtomicU64::new(0);

/// Numbers that belong to one result, in memory that others had before.
pub(crate) struct Block {
    values: Vec<f32>,
    /// The memory may be longer than the result.
    len: usize,
}

impl Block {
    /// Room for so many numbers; what they are is left from earlier uses.
    pub(crate) fn new(len: usize) -> Self {
        let used = if len < LONG { short() } else { shelf().take(len) };
        Self { values: used.unwrap_or_else(|| vec![0.0; len]), len }
    }

    /// The same memory as positions.
    pub(crate) fn as_positions(&self) -> &[u32] {
        bytemuck::cast_slice(self)
    }

    /// The same memory as positions.
    pub(crate) fn as_positions_mut(&mut self) -> &mut [u32] {
        bytemuck::cast_slice_mut(self)
    }

    /// The tensor of these numbers; with its last clone the memory goes back to the shelf.
    pub(crate) fn into_tensor(mut self, axes: Vec<usize>) -> FlexTensor {
        if self.len < LONG {
            let values = std::mem::take(&mut self.values);
            return FlexTensor::from_data(TensorData::new(values, axes));
        }
        let shared = bytes::Bytes::from_owner(self);
        let bytes = Bytes::from_shared(shared, AllocationProperty::Native);
        FlexTensor::from_data(TensorData::from_bytes(bytes, axes, burn::tensor::DType::F32))
    }
}

impl Deref for Block {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.values[..self.len]
    }
}

impl DerefMut for Block {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.values[..self.len]
    }
}

impl AsRef<[u8]> for Block {
    fn as_ref(&self) -> &[u8] {
        bytemuck::cast_slice(self)
    }
}

impl Clone for Block {
    fn clone(&self) -> Self {
        let mut copy = Self::new(self.len);
        copy.copy_from_slice(self);
        copy
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Block of {}", self.len)
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if self.values.len() >= LONG {
            shelf().put(std::mem::take(&mut self.values));
        }
    }
}

fn shelf() -> MutexGuard<'static, Shelf> {
    SHELF.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts a short result, which finds nothing on the shelf.
fn short() -> Option<Vec<f32>> {
    let before = SHORT_RESULTS.fetch_add(1, Ordering::Relaxed);
    if (before + 1).is_multiple_of(SHORT) {
        shelf().pass(SHORT / SHORT_FOR_ONE);
    }
    None
}

/// Memory by its length, that used last at the end, with the number of the request before it was put back.
struct Shelf {
    waiting: BTreeMap<usize, Vec<(u64, Vec<f32>)>>,
    requests: u64,
    /// The request at which to look again for what has waited too long.
    next_look: u64,
    /// Numbers that wait.
    unused: usize,
    /// Numbers in blocks that are not here.
    used: usize,
    /// The most that were in use at once, between the last few looks.
    peaks: [usize; 4],
    /// Numbers that may be held however few were in use.
    always: usize,
}

impl Shelf {
    const fn new(always: usize) -> Self {
        Self {
            waiting: BTreeMap::new(),
            requests: 0,
            next_look: PATIENCE / 4,
            unused: 0,
            used: 0,
            peaks: [0; 4],
            always,
        }
    }

    /// Memory of at least the length and little more; `None` where the caller must make some.
    fn take(&mut self, len: usize) -> Option<Vec<f32>> {
        self.pass(1);
        let found = self.find(len);
        self.used += found.as_ref().map_or(len, Vec::len);
        self.peaks[0] = self.peaks[0].max(self.used);
        self.keep_within_bound();
        found
    }

    fn find(&mut self, len: usize) -> Option<Vec<f32>> {
        let (&found, stack) = self.waiting.range_mut(len..=len + len / 8).next()?;
        let (_, values) = stack.pop()?;
        if stack.is_empty() {
            self.waiting.remove(&found);
        }
        self.unused -= found;
        Some(values)
    }

    /// Takes memory back that [`take`](Shelf::take) gave, or had the caller make.
    fn put(&mut self, values: Vec<f32>) {
        self.used -= values.len();
        self.unused += values.len();
        self.waiting.entry(values.len()).or_default().push((self.requests, values));
        self.keep_within_bound();
    }

    /// Counts requests, and now and then frees what has waited too long.
    fn pass(&mut self, requests: u64) {
        self.requests += requests;
        if self.requests < self.next_look {
            return;
        }
        self.next_look = self.requests + PATIENCE / 4;
        self.peaks.rotate_right(1);
        self.peaks[0] = self.used;
        let oldest = self.requests.saturating_sub(PATIENCE);
        self.waiting.retain(|_, stack| {
            stack.retain(|(since, _)| *since >= oldest);
            !stack.is_empty()
        });
        let lengths = self.waiting.iter().map(|(len, stack)| len * stack.len());
        self.unused = lengths.sum();
        self.keep_within_bound();
    }

    /// Frees what has waited longest while too much is held.
    fn keep_within_bound(&mut self) {
        let peak = self.peaks.iter().copied().max().unwrap_or_default();
        let bound = self.always.max(SPARE * peak);
        while self.used + self.unused > bound {
            let since =
                |(&len, stack): (&usize, &Vec<(u64, Vec<f32>)>)| Some((stack.first()?.0, len));
            let Some((_, len)) = self.waiting.iter().filter_map(since).min() else { return };
            let Some(stack) = self.waiting.get_mut(&len) else { return };
            stack.remove(0);
            if stack.is_empty() {
                self.waiting.remove(&len);
            }
            self.unused -= len;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a block and hands it back.
    fn made(shelf: &mut Shelf, len: usize) {
        let values = shelf.take(len).unwrap_or_else(|| vec![1.0; len]);
        shelf.put(values);
    }

    #[test]
    fn memory_is_used_again_for_results_of_about_its_length() {
        let mut shelf = Shelf::new(ALWAYS);
        made(&mut shelf, 1000);
        assert_eq!(shelf.take(1001), None);
        assert_eq!(shelf.take(500), None);
        assert_eq!(shelf.take(950), Some(vec![1.0; 1000]));
        assert_eq!(shelf.take(950), None);
        assert_eq!((shelf.used, shelf.unused), (1001 + 500 + 1000 + 950, 0));
    }

    #[test]
    fn what_nobody_asks_for_is_given_back() {
        let mut shelf = Shelf::new(ALWAYS);
        made(&mut shelf, 10);
        for _ in 0..PATIENCE - 1 {
            made(&mut shelf, 1000);
        }
        assert_eq!((shelf.waiting.len(), shelf.unused), (2, 1010));
        for _ in 0..PATIENCE {
            made(&mut shelf, 1000);
        }
        assert_eq!((shelf.waiting.len(), shelf.unused), (1, 1000));
    }

    #[test]
    fn short_results_let_long_ones_go() {
        let mut shelf = Shelf::new(ALWAYS);
        made(&mut shelf, 1000);
        for _ in 0..2 * PATIENCE / (SHORT / SHORT_FOR_ONE) {
            shelf.pass(SHORT / SHORT_FOR_ONE);
        }
        assert_eq!((shelf.waiting.len(), shelf.unused), (0, 0));
        // those of this program look at the shelf of this program
        let before = super::shelf().requests;
        for _ in 0..SHORT {
            Block::new(1);
        }
        assert!(super::shelf().requests >= before + SHORT / SHORT_FOR_ONE);
    }

    /// Results that are each of another length, as where batches differ.
    #[test]
    fn no_more_is_held_than_a_few_times_what_was_in_use() {
        let mut shelf = Shelf::new(100);
        for len in (1_000..100_000).step_by(200) {
            made(&mut shelf, len);
            assert!(shelf.unused <= SPARE * len, "{} for {len}", shelf.unused);
        }
        // the newest has stayed
        let newest = 100_000 - 200;
        assert!(shelf.take(newest).is_some());
        let mut shelf = Shelf::new(1_000);
        for len in 1..40 {
            made(&mut shelf, 1 << (len % 5));
        }
        assert_eq!(shelf.unused, 1 + 2 + 4 + 8 + 16);
    }

    /// What a step needs all at once stays for the next step, whatever its lengths.
    #[test]
    fn a_step_finds_what_the_one_before_it_used() {
        let mut shelf = Shelf::new(0);
        // so far apart that no length serves for another
        let lengths = || std::iter::successors(Some(1_000), |len| Some(len * 5 / 4)).take(20);
        let mut made = [0; 3];
        for made in &mut made {
            let mut count = |shelf: &mut Shelf, len| {
                shelf.take(len).unwrap_or_else(|| {
                    *made += 1;
                    vec![0.0; len]
                })
            };
            let results: Vec<Vec<f32>> = lengths().map(|len| count(&mut shelf, len)).collect();
            for result in results.into_iter().rev() {
                let gradient = count(&mut shelf, result.len());
                shelf.put(result);
                shelf.put(gradient);
            }
        }
        assert_eq!(made[1..], [0, 0]);
    }

    #[test]
    fn the_memory_of_a_dropped_tensor_becomes_the_next_result() {
        // a length that no other test asks for
        let len = 3 * LONG + 17;
        let mut block = Block::new(len);
        block.fill(7.0);
        let tensor = block.into_tensor(vec![len]);
        assert_eq!(tensor.storage::<f32>()[len - 1], 7.0);
        drop(tensor);
        assert_eq!(Block::new(len)[len - 1], 7.0);
    }

    #[test]
    fn a_tensor_that_is_written_to_leaves_its_clones_alone() {
        let len = 2 * LONG + 3;
        let mut block = Block::new(len);
        block.fill(1.0);
        let kept = block.into_tensor(vec![len]);
        let mut changed = kept.clone();
        changed.storage_mut::<f32>()[0] = 2.0;
        assert_eq!((kept.storage::<f32>()[0], changed.storage::<f32>()[0]), (1.0, 2.0));
    }
}
