// SPDX-License-Identifier: MIT OR Apache-2.0
//! A slice that several tasks write to, each its own part.

use std::marker::PhantomData;

/// A mutable slice whose parts are handed to tasks.
#[derive(Debug)]
pub(crate) struct Shared<'a> {
    start: *mut f32,
    len: usize,
    lifetime: PhantomData<&'a mut [f32]>,
}

// SAFETY: access is through `at` and `slice` only, whose callers keep the parts disjoint.
unsafe impl Sync for Shared<'_> {}
// SAFETY: as above.
unsafe impl Send for Shared<'_> {}

impl<'a> Shared<'a> {
    pub(crate) fn new(slice: &'a mut [f32]) -> Self {
        Self { start: slice.as_mut_ptr(), len: slice.len(), lifetime: PhantomData }
    }

    /// A pointer to position `start`, behind which `len` numbers lie.
    ///
    /// # Panics
    /// Where they do not.
    #[inline(always)]
    pub(crate) fn at(&self, start: usize, len: usize) -> *mut f32 {
        assert!(start + len <= self.len, "part outside the slice");
        self.start.wrapping_add(start)
    }

    /// The `len` numbers from `start`.
    ///
    /// # Safety
    /// No other task touches them while the result lives.
    #[inline(always)]
    #[expect(clippy::mut_from_ref, reason = "the caller keeps the parts disjoint")]
    pub(crate) unsafe fn slice(&self, start: usize, len: usize) -> &mut [f32] {
        // SAFETY: `at` checks that they exist; the caller promises that they are its own.
        unsafe { std::slice::from_raw_parts_mut(self.at(start, len), len) }
    }
}
