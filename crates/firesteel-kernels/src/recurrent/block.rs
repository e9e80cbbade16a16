// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cutting a batch into blocks of rows, each walked through all steps by one thread.

use super::cell::{Cell, Mask};
use super::{Input, Sequence};

/// Multiplications below which one thread takes the whole batch.
const PARALLEL_FROM: usize = 1 << 20;
/// Rows below which a block would load the packed kernels for too little work.
const FEWEST: usize = 4;

/// Some rows of the batch, and what is written for them.
pub(super) struct Block<'a, const N: usize> {
    /// The first row's number in the batch.
    pub(super) first: usize,
    pub(super) rows: usize,
    pub(super) tape: Option<&'a mut [f32]>,
    /// What is written for each step: the output, or the gradient by the input.
    pub(super) sequence: Option<&'a mut [f32]>,
    /// The states at the end of the walk, or the gradients by those at its start.
    pub(super) states: [Option<&'a mut [f32]>; N],
}

impl<'a, const N: usize> Block<'a, N> {
    /// Calls `work` with blocks of about equal size, as many as there are threads.
    /// For each step `width` numbers are written.
    pub(super) fn share<C: Cell<N>>(
        self,
        cell: &C,
        width: usize,
        work: &(impl Fn(Block<'_, N>) + Sync),
    ) {
        let Sequence { steps, inputs, units, .. } = *cell.sequence();
        let multiplications = self.rows * steps * (inputs + units) * C::GATES * units;
        let parallel = multiplications >= PARALLEL_FROM;
        let n_blocks = if parallel { rayon::current_num_threads() } else { 1 };
        let rows_each = self.rows.div_ceil(n_blocks).max(FEWEST);
        self.halve([steps * C::ROW * units, steps * width, units], rows_each, work);
    }

    fn halve(self, row: [usize; 3], rows_each: usize, work: &(impl Fn(Block<'_, N>) + Sync)) {
        if self.rows <= rows_each {
            return work(self);
        }
        let middle = (self.rows / 2).next_multiple_of(rows_each);
        let (left, right) = self.split(row, middle);
        rayon::join(|| left.halve(row, rows_each, work), || right.halve(row, rows_each, work));
    }

    /// The first `rows` rows and the others, a row having so much tape, sequence and state.
    fn split(mut self, [tape, sequence, state]: [usize; 3], rows: usize) -> (Self, Self) {
        let head = Self {
            first: self.first,
            rows,
            tape: head(&mut self.tape, rows * tape),
            sequence: head(&mut self.sequence, rows * sequence),
            states: self.states.each_mut().map(|slice| head(slice, rows * state)),
        };
        let tail = Self { first: self.first + rows, rows: self.rows - rows, ..self };
        (head, tail)
    }

    /// Which of the block's rows count at step `time` of the input.
    pub(super) fn mask<'m>(&self, shape: &Sequence, input: &Input<'m, N>, time: usize) -> Mask<'m> {
        let answers = input.mask.map(|mask| &mask[self.first * shape.steps + time..]);
        Mask { answers, stride: shape.steps }
    }
}

/// Numbers of the tape that one product with the input's kernel fills, or uses: they should stay in
/// the second cache beside the recurrent kernel.
const CHUNK: usize = 1 << 16;
/// Steps of a chunk are a multiple of this, so that register tiles are high.
const STEPS: usize = 6;

/// Steps whose products with the input's kernel are done at once, for so many rows of a block.
pub(super) fn chunk<C: Cell<N>, const N: usize>(cell: &C, rows: usize) -> usize {
    let Sequence { steps, units, .. } = *cell.sequence();
    let chunk = CHUNK / (rows * C::ROW * units).max(1) / STEPS * STEPS;
    chunk.max(STEPS).min(steps.max(1))
}

/// Takes the first `len` numbers off a slice that may be missing.
fn head<'a>(slice: &mut Option<&'a mut [f32]>, len: usize) -> Option<&'a mut [f32]> {
    slice.as_mut()?.split_off_mut(..len)
}
