// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Block`: memory for a result, which lies on a shelf between its uses.
//!
//! Each step of a training run makes results of the same lengths. Memory fresh from the system costs a page
//! fault for every 4 KiB, which was a quarter of a step; a block that a former step has let go costs nothing.
//! What nobody has asked for during the last [`PATIENCE`] requests is given back.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::backend::flex::FlexTensor;
use burn::tensor::{AllocationProperty, Bytes, TensorData};

/// Shorter results come from the allocator, which keeps a shelf of its own for them.
const LONG: usize = 1 << 14;
/// So many requests a block waits for its next use.
const PATIENCE: u64 = 1 << 12;

static SHELF: Mutex<Shelf> = Mutex::new(Shelf { waiting: BTreeMap::new(), requests: 0 });

/// Numbers that belong to one result, in memory that others had before.
pub(crate) struct Block {
    values: Vec<f32>,
    /// The memory may be longer than the result.
    len: usize,
}

impl Block {
    /// Room for so many numbers; what they are is left from earlier uses.
    pub(crate) fn new(len: usize) -> Self {
        let used = if len < LONG { None } else { shelf().take(len) };
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

/// Memory by its length, that used last at the end, with the number of the request before it was put back.
struct Shelf {
    waiting: BTreeMap<usize, Vec<(u64, Vec<f32>)>>,
    requests: u64,
}

impl Shelf {
    /// Memory of at least the length and little more.
    fn take(&mut self, len: usize) -> Option<Vec<f32>> {
        self.requests += 1;
        if self.requests.is_multiple_of(PATIENCE / 4) {
            self.give_back();
        }
        let (&found, stack) = self.waiting.range_mut(len..=len + len / 8).next()?;
        let (_, values) = stack.pop()?;
        if stack.is_empty() {
            self.waiting.remove(&found);
        }
        Some(values)
    }

    fn put(&mut self, values: Vec<f32>) {
        self.waiting.entry(values.len()).or_default().push((self.requests, values));
    }

    /// Frees what has waited too long.
    fn give_back(&mut self) {
        let oldest = self.requests.saturating_sub(PATIENCE);
        self.waiting.retain(|_, stack| {
            stack.retain(|(since, _)| *since >= oldest);
            !stack.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf() -> Shelf {
        Shelf { waiting: BTreeMap::new(), requests: 0 }
    }

    #[test]
    fn memory_is_used_again_for_results_of_about_its_length() {
        let mut shelf = shelf();
        shelf.put(vec![1.0; 1000]);
        assert_eq!(shelf.take(1001), None);
        assert_eq!(shelf.take(500), None);
        assert_eq!(shelf.take(950), Some(vec![1.0; 1000]));
        assert_eq!(shelf.take(950), None);
    }

    #[test]
    fn what_nobody_asks_for_is_given_back() {
        let mut shelf = shelf();
        shelf.put(vec![0.0; 10]);
        for _ in 0..PATIENCE - 1 {
            shelf.take(1000);
        }
        assert_eq!(shelf.waiting.len(), 1);
        for _ in 0..PATIENCE {
            shelf.take(1000);
        }
        assert_eq!(shelf.waiting.len(), 0);
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
