// SPDX-License-Identifier: MIT OR Apache-2.0
//! Working memory that each thread keeps, so that a warmed-up step maps no new pages.
//!
//! What a thread keeps is bounded: no more than [`KEPT`] numbers together, and of these, once in [`TERM`] uses,
//! what none of them needed is given back.

use std::cell::RefCell;

/// One cache line; what a scratch buffer is made of, hence aligned to.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f32; LINE]);

const LINE: usize = 16;
/// Numbers that a thread keeps between uses, at most: 128 MB.
const KEPT: usize = 1 << 25;
/// Uses after which a thread looks at what they needed: a hundred steps of a network or so.
const TERM: u32 = 1 << 14;

thread_local! {
    static SHELF: RefCell<Shelf> = const { RefCell::new(Shelf { free: Vec::new(), uses: 0 }) };
}

/// Lends `len` numbers, aligned to a cache line, whose values are left over from earlier use.
///
/// A thread that waits inside `work` may start another task that asks for scratch too: each
/// gets a buffer of its own.
pub(crate) fn with<R>(len: usize, work: impl FnOnce(&mut [f32]) -> R) -> R {
    let mut buffer = SHELF.with_borrow_mut(|shelf| shelf.free.pop()).unwrap_or_default();
    let result = work(buffer.lend(len));
    SHELF.with_borrow_mut(|shelf| shelf.put(buffer));
    result
}

/// As [`with`], all zero.
pub(crate) fn with_zeros<R>(len: usize, work: impl FnOnce(&mut [f32]) -> R) -> R {
    with(len, |buffer| {
        buffer.fill(0.0);
        work(buffer)
    })
}

#[derive(Default)]
struct Buffer {
    lines: Vec<Line>,
    /// The most lines that a use needed since the thread last looked.
    needed: usize,
}

impl Buffer {
    fn lend(&mut self, len: usize) -> &mut [f32] {
        let needed = len.div_ceil(LINE);
        if self.lines.len() < needed {
            self.lines.resize(needed, Line([0.0; LINE]));
        }
        self.needed = self.needed.max(needed);
        &mut self.lines.as_flattened_numbers()[..len]
    }
}

/// Buffers of a thread that are not lent at present, the one lent next at the end.
struct Shelf {
    free: Vec<Buffer>,
    /// Uses since the thread last looked at what they needed.
    uses: u32,
}

impl Shelf {
    fn put(&mut self, buffer: Buffer) {
        if (self.lines() + buffer.lines.len()) * LINE <= KEPT {
            self.free.push(buffer);
        }
        self.uses += 1;
        if self.uses == TERM {
            self.uses = 0;
            self.give_back();
        }
    }

    fn lines(&self) -> usize {
        self.free.iter().map(|buffer| buffer.lines.len()).sum()
    }

    /// Frees the buffers that no use of the term needed, and the larger half of those that none needed whole.
    fn give_back(&mut self) {
        self.free.retain_mut(|buffer| {
            let needed = std::mem::take(&mut buffer.needed);
            if needed < buffer.lines.len() / 2 {
                buffer.lines.truncate(needed);
                buffer.lines.shrink_to_fit();
            }
            needed > 0
        });
    }
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

    fn shelf(buffers: &[usize]) -> Shelf {
        let free = buffers.iter().map(|&len| {
            let mut buffer = Buffer::default();
            buffer.lend(len);
            Buffer { needed: 0, ..buffer }
        });
        Shelf { free: free.collect(), uses: 0 }
    }

    /// A use as [`with`] makes it.
    fn borrow(shelf: &mut Shelf, len: usize) {
        let mut buffer = shelf.free.pop().unwrap_or_default();
        assert_eq!(buffer.lend(len).len(), len);
        shelf.put(buffer);
    }

    #[test]
    fn a_thread_keeps_no_more_than_it_may() {
        let mut shelf = shelf(&[]);
        borrow(&mut shelf, KEPT + 1);
        assert_eq!(shelf.lines(), 0);
        borrow(&mut shelf, KEPT / 2);
        let mut second = Buffer::default();
        second.lend(KEPT / 2);
        shelf.put(second);
        assert_eq!(shelf.lines() * LINE, KEPT);
        let mut third = Buffer::default();
        third.lend(1);
        shelf.put(third);
        assert_eq!(shelf.lines() * LINE, KEPT);
    }

    #[test]
    fn what_a_term_does_not_need_is_given_back() {
        // the first one is never on top, the second one larger than needed
        let mut shelf = shelf(&[500 * LINE, 1_000 * LINE]);
        for _ in 1..TERM {
            borrow(&mut shelf, 20 * LINE);
        }
        assert_eq!(shelf.lines(), 1_500);
        borrow(&mut shelf, 30 * LINE);
        assert_eq!((shelf.free.len(), shelf.lines()), (1, 30));
    }

    #[test]
    fn what_is_needed_now_and_then_stays() {
        let mut shelf = shelf(&[]);
        for turn in 0..3 * TERM {
            borrow(&mut shelf, if turn % 5_000 == 0 { 1_000 * LINE } else { 7 });
        }
        assert_eq!(shelf.lines(), 1_000);
    }
}
