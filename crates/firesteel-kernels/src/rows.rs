// SPDX-License-Identifier: MIT OR Apache-2.0
//! Row-major matrices walked together, and the vectors at one place of all of them.

use std::array;

use crate::scratch;
use crate::vector::Simd;

/// `N` matrices to rewrite, `M` to read, and `P` vectors that repeat in every row.
///
/// All matrices have the same length; the last row may be cut short.
pub(crate) struct Rows<'a, const N: usize, const M: usize, const P: usize> {
    pub(crate) state: [&'a mut [f32]; N],
    pub(crate) input: [&'a [f32]; M],
    pub(crate) column: [&'a [f32]; P],
    pub(crate) width: usize,
    pub(crate) len: usize,
}

/// Rows at least this long waste little of their last vector.
const WIDE: usize = 64;

impl<'a, const N: usize, const M: usize, const P: usize> Rows<'a, N, M, P> {
    /// Rows of `width` positions.
    ///
    /// # Panics
    /// Where the slices do not fit together.
    pub(crate) fn new(
        state: [&'a mut [f32]; N],
        input: [&'a [f32]; M],
        column: [&'a [f32]; P],
        width: usize,
    ) -> Self {
        let len = state
            .first()
            .map(|slice| slice.len())
            .or_else(|| input.first().map(|slice| slice.len()));
        let len = len.unwrap_or_default();
        let equal = state.iter().all(|slice| slice.len() == len)
            && input.iter().all(|slice| slice.len() == len);
        assert!(equal, "slices of different lengths");
        assert!(column.iter().all(|slice| slice.len() == width), "a column is not {width} long");
        assert!(len == 0 || width > 0, "rows without positions");
        assert!(len == 0 || len.is_multiple_of(width), "{len} numbers are no rows of {width}");
        Self { state, input, column, width, len }
    }

    /// Calls `work` with rows that are long enough for vectors: several short ones are taken as
    /// one, with the columns repeated as often.
    pub(crate) fn widened<R>(self, work: impl FnOnce(Rows<'_, N, M, P>) -> R) -> R {
        let Rows { state, input, column, width: narrow, len } = self;
        if narrow >= WIDE || len < 2 * narrow {
            return work(Rows { state, input, column, width: narrow, len });
        }
        let width = narrow * WIDE.min(len / narrow);
        scratch::with(P * width, |repeated| {
            for (values, row) in repeated.chunks_exact_mut(width).zip(column) {
                values.chunks_exact_mut(narrow).for_each(|copy| copy.copy_from_slice(row));
            }
            let repeated = &*repeated;
            let column = array::from_fn(|p| &repeated[p * width..][..width]);
            work(Rows { state, input, column, width, len })
        })
    }

    /// All positions as one row, where no column tells rows apart.
    pub(crate) fn flat(self) -> Self {
        Self { width: self.len.max(1), ..self }
    }

    /// The first `middle` positions and the others.
    pub(crate) fn split_at(self, middle: usize) -> (Self, Self) {
        let mut tails: [&mut [f32]; N] = array::from_fn(|_| Default::default());
        let mut tail = tails.iter_mut();
        let heads = self.state.map(|slice| {
            let (before, after) = slice.split_at_mut(middle);
            if let Some(place) = tail.next() {
                *place = after;
            }
            before
        });
        let (before, after) = (self.input.map(|s| &s[..middle]), self.input.map(|s| &s[middle..]));
        let rest = self.len - middle;
        let left = Rows { state: heads, input: before, len: middle, ..self };
        let right = Rows { state: tails, input: after, len: rest, ..self };
        (left, right)
    }

    /// Where everything starts.
    pub(crate) fn start(&mut self) -> Place<N, M, P> {
        Place {
            state: self.state.each_mut().map(|slice| slice.as_mut_ptr()),
            input: self.input.map(<[f32]>::as_ptr),
            column: self.column.map(<[f32]>::as_ptr),
        }
    }
}

/// A position in every slice.
#[derive(Clone, Copy)]
pub(crate) struct Place<const N: usize, const M: usize, const P: usize> {
    state: [*mut f32; N],
    input: [*const f32; M],
    column: [*const f32; P],
}

/// A vector from each slice: of the state, the input, the columns.
pub(crate) type Vectors<F, const N: usize, const M: usize, const P: usize> =
    ([F; N], [F; M], [F; P]);

// Vectors are moved by plain loops: `array::map` may become a call, which costs a trip through
// memory in code compiled for wider registers.
impl<const N: usize, const M: usize, const P: usize> Place<N, M, P> {
    /// `positions` further on in the matrices, and `columns` further on in the row.
    #[inline(always)]
    pub(crate) fn moved(mut self, positions: usize, columns: usize) -> Self {
        for from in &mut self.state {
            *from = from.wrapping_add(positions);
        }
        for from in &mut self.input {
            *from = from.wrapping_add(positions);
        }
        for from in &mut self.column {
            *from = from.wrapping_add(columns);
        }
        self
    }

    /// The vectors here.
    ///
    /// # Safety
    /// A whole vector lies here in every slice.
    #[inline(always)]
    pub(crate) unsafe fn load<S: Simd>(&self, simd: S) -> Vectors<S::F, N, M, P> {
        let zero = simd.splat(0.0);
        let (mut state, mut input, mut column) = ([zero; N], [zero; M], [zero; P]);
        for (value, &from) in state.iter_mut().zip(&self.state) {
            // SAFETY: the caller promises a whole vector in every slice, here and below.
            *value = unsafe { simd.load(from) };
        }
        for (value, &from) in input.iter_mut().zip(&self.input) {
            // SAFETY: as above.
            *value = unsafe { simd.load(from) };
        }
        for (value, &from) in column.iter_mut().zip(&self.column) {
            // SAFETY: as above.
            *value = unsafe { simd.load(from) };
        }
        (state, input, column)
    }

    /// Writes the state here.
    ///
    /// # Safety
    /// A whole vector lies here in every slice of the state.
    #[inline(always)]
    pub(crate) unsafe fn store<S: Simd>(&self, simd: S, values: [S::F; N]) {
        for (&to, value) in self.state.iter().zip(values) {
            // SAFETY: the caller promises a whole vector in every slice.
            unsafe { simd.store(to, value) };
        }
    }

    /// The first `count` lanes of the vectors here.
    ///
    /// # Safety
    /// At least `count` positions lie here in every slice, and a vector has no fewer.
    #[inline(always)]
    pub(crate) unsafe fn load_head<S: Simd>(
        &self,
        simd: S,
        count: usize,
    ) -> Vectors<S::F, N, M, P> {
        let zero = simd.splat(0.0);
        let (mut state, mut input, mut column) = ([zero; N], [zero; M], [zero; P]);
        for (value, &from) in state.iter_mut().zip(&self.state) {
            // SAFETY: the caller promises `count` positions in every slice, here and below.
            *value = unsafe { simd.load_head(from, count) };
        }
        for (value, &from) in input.iter_mut().zip(&self.input) {
            // SAFETY: as above.
            *value = unsafe { simd.load_head(from, count) };
        }
        for (value, &from) in column.iter_mut().zip(&self.column) {
            // SAFETY: as above.
            *value = unsafe { simd.load_head(from, count) };
        }
        (state, input, column)
    }

    /// Writes the first `count` lanes of the state here.
    ///
    /// # Safety
    /// At least `count` positions lie here in every slice of the state, and a vector has no fewer.
    #[inline(always)]
    pub(crate) unsafe fn store_head<S: Simd>(&self, simd: S, count: usize, values: [S::F; N]) {
        for (&to, value) in self.state.iter().zip(values) {
            // SAFETY: the caller promises `count` positions in every slice.
            unsafe { simd.store_head(to, count, value) };
        }
    }
}
