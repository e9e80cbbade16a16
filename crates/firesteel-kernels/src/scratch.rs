// SPDX-License-Identifier: MIT OR Apache-2.0
//! Working memory that each thread keeps, so that a warmed-up step maps no new pages.

use std::cell::RefCell;

/// One cache line; what a scratch buffer is made of, hence aligned to.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f32; LINE]);

const LINE: usize = 16;

thread_local! {
    /// Buffers not lent at present.
    static FREE: RefCell<Vec<Vec<Line>>> = const { RefCell::new(Vec::new()) };
}

/// Lends `len` numbers, aligned to a cache line, whose values are left over from earlier use.
///
/// A thread that waits inside `work` may start another task that asks for scratch too: each
/// gets a buffer of its own.
pub(crate) fn with<R>(len: usize, work: impl FnOnce(&mut [f32]) -> R) -> R {
    let mut lines = FREE.with_borrow_mut(Vec::pop).unwrap_or_default();
    let needed = len.div_ceil(LINE);
    if lines.len() < needed {
        lines.resize(needed, Line([0.0; LINE]));
    }
    let result = work(&mut lines.as_flattened_numbers()[..len]);
    FREE.with_borrow_mut(|free| free.push(lines));
    result
}

/// As [`with`], all zero.
pub(crate) fn with_zeros<R>(len: usize, work: impl FnOnce(&mut [f32]) -> R) -> R {
    with(len, |buffer| {
        buffer.fill(0.0);
        work(buffer)
    })
}

trait Numbers {
    fn as_flattened_numbers(&mut self) -> &mut [f32];
}

impl Numbers for [Line] {
    fn as_flattened_numbers(&mut self) -> &mut [f32] {
        let len = self.len() * LINE;
        // SAFETY: a `Line` is sixteen numbers without padding, and the lines are contiguous.
        unsafe { std::slice::from_raw_parts_mut(self.as_mut_ptr().cast(), len) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_buffers_are_distinct_and_aligned() {
        with(5, |outer| {
            outer.fill(1.0);
            with_zeros(40, |inner| {
                assert_eq!(inner.as_ptr().addr() % 64, 0);
                inner.fill(2.0);
            });
            assert_eq!(outer, [1.0; 5]);
        });
    }

    #[test]
    fn a_buffer_is_used_again() {
        let first = with(100, |buffer| buffer.as_ptr().addr());
        let second = with(50, |buffer| buffer.as_ptr().addr());
        assert_eq!(first, second);
    }
}
