// SPDX-License-Identifier: MIT OR Apache-2.0
//! What tells one recurrent layer from another, and what all of them share.

use crate::matrix::Matrix;
use crate::panels::Panels;
use crate::tiles::Lines;
use crate::vector::{Kernel, Simd};
use crate::{Isa, MatMul};

use super::backward::{Product, Sums};
use super::{Sequence, Weights};

/// A recurrent layer with `N` states.
///
/// A row of the tape belongs to one step of one sequence. It holds `ROW` times `units` numbers: the
/// gates, the output before the step, and what else the cell wants to keep.
pub(crate) trait Cell<const N: usize>: Copy + Send + Sync {
    /// Gates side by side in the kernels.
    const GATES: usize;
    /// Gates of the first recurrent product; the others follow in a second one.
    const FIRST: usize;
    /// Numbers in a row of the tape, over `units`.
    const ROW: usize;

    fn sequence(&self) -> &Sequence;

    /// Rows of the bias.
    fn bias_rows(&self) -> usize {
        1
    }

    /// Spreads the bias over that of the input's product and that of the second recurrent one.
    fn spread_bias(&self, bias: &[f32], input: &mut [f32], _second: &mut [f32]) {
        input.copy_from_slice(bias);
    }

    /// The gradients by the weights, from those by the gates.
    fn weight_gradients(&self, sums: &mut Sums<'_, '_, N>) {
        let (gates, state) = (0..Self::GATES, Some(Self::GATES));
        sums.product(Product { right: 0, gates, input: true, state, bias: Some(0) });
    }

    /// From the input's part of the gates in the tape and the states before to the states after.
    fn forward(&self, isa: Isa, kernels: &Kernels<'_>, step: Step<'_, N>);

    /// From the gradients by the states after to those by the states before and, in the tape, by
    /// the gates.
    fn backward(&self, isa: Isa, kernels: &Kernels<'_>, step: Step<'_, N>);
}

/// Numbers in a tape.
pub(crate) fn tape_len<C: Cell<N>, const N: usize>(cell: &C) -> usize {
    cell.sequence().output_len() * C::ROW
}

/// The input's kernel, and the recurrent kernel in two parts.
pub(crate) struct Kernels<'a> {
    pub(crate) input: Panels<'a>,
    pub(crate) first: Panels<'a>,
    pub(crate) second: Panels<'a>,
}

impl<'a> Kernels<'a> {
    /// Numbers that they take up.
    pub(crate) fn len<C: Cell<N>, const N: usize>(isa: Isa, cell: &C) -> usize {
        let Sequence { inputs, units, .. } = *cell.sequence();
        let (first, second) = (C::FIRST * units, (C::GATES - C::FIRST) * units);
        let larger = |a, b| Panels::len(isa, a, b).max(Panels::len(isa, b, a));
        larger(inputs, first + second) + larger(units, first) + larger(units, second)
    }

    /// For forward.
    pub(crate) fn forward<C: Cell<N>, const N: usize>(
        isa: Isa,
        cell: &C,
        weights: &Weights<'_>,
        mut room: &'a mut [f32],
    ) -> Self {
        let Sequence { inputs, units, .. } = *cell.sequence();
        let (all, first) = (C::GATES * units, C::FIRST * units);
        let mut pack = |inner, columns, matrix| {
            Panels::pack(isa, MatMul::new(0, inner, columns), matrix, &mut room)
        };
        let recurrent = Matrix::new(weights.recurrent_kernel, all);
        let mut input = pack(inputs, all, Matrix::new(weights.kernel, all));
        let first_part = pack(units, first, recurrent);
        let mut second = pack(units, all - first, recurrent.skip_columns(first));
        if let Some(bias) = weights.bias {
            cell.spread_bias(bias, input.bias(), second.bias());
        }
        Self { input, first: first_part, second }
    }

    /// For backward: all transposed.
    pub(crate) fn backward<C: Cell<N>, const N: usize>(
        isa: Isa,
        cell: &C,
        weights: &Weights<'_>,
        mut room: &'a mut [f32],
    ) -> Self {
        let Sequence { inputs, units, .. } = *cell.sequence();
        let (all, first) = (C::GATES * units, C::FIRST * units);
        let mut pack = |inner, columns, matrix| {
            let shape = MatMul::new(0, inner, columns).right_transposed();
            Panels::pack(isa, shape, matrix, &mut room)
        };
        let recurrent = Matrix::new(weights.recurrent_kernel, all);
        Self {
            input: pack(all, inputs, Matrix::new(weights.kernel, all)),
            first: pack(first, units, recurrent),
            second: pack(all - first, units, recurrent.skip_columns(first)),
        }
    }
}

/// One step of a block of rows.
pub(crate) struct Step<'a, const N: usize> {
    pub(crate) units: usize,
    /// The tape from the first row of the step on.
    pub(crate) tape: &'a mut [f32],
    /// Numbers from one row of the step to the next.
    pub(crate) stride: usize,
    /// The states, or the gradients by them: `(rows, units)` each.
    pub(crate) states: [&'a mut [f32]; N],
    /// As large as a state, for what does not outlive the step.
    pub(crate) spare: &'a mut [f32],
    pub(crate) mask: Mask<'a>,
}

impl<const N: usize> Step<'_, N> {
    /// The lines of a product of something as large as a state with the tape.
    pub(crate) fn lines_to_tape(&self) -> Lines {
        Lines::one_group(self.spare.len() / self.units, self.units, self.stride)
    }

    /// The lines of a product of the tape with something as large as a state.
    pub(crate) fn lines_of_tape(&self) -> Lines {
        Lines::one_group(self.spare.len() / self.units, self.stride, self.units)
    }

    /// The same step, lent for a while.
    pub(crate) fn lend(&mut self) -> Step<'_, N> {
        Step {
            units: self.units,
            tape: self.tape,
            stride: self.stride,
            states: self.states.each_mut().map(|state| &mut **state),
            spare: self.spare,
            mask: self.mask,
        }
    }
}

/// Which rows of a step count.
#[derive(Clone, Copy)]
pub(crate) struct Mask<'a> {
    /// From the first row's answer on; none where all rows count.
    pub(crate) answers: Option<&'a [bool]>,
    /// Answers from one row to the next.
    pub(crate) stride: usize,
}

impl Mask<'_> {
    /// Whether `row` counts.
    #[inline(always)]
    pub(crate) fn counts(&self, row: usize) -> bool {
        self.answers.is_none_or(|answers| answers[row * self.stride])
    }
}

/// What is done with each row of a step in one pass over memory.
pub(crate) trait RowWork<const N: usize>: Copy {
    /// Works on the row's tape, its states and its part of the spare numbers, if the row `counts`;
    /// implementations are `#[inline(always)]`.
    fn row<S: Simd>(self, simd: S, row: Row<'_, N>, counts: bool);
}

/// One row of a step.
pub(crate) struct Row<'a, const N: usize> {
    pub(crate) tape: &'a mut [f32],
    pub(crate) states: [&'a mut [f32]; N],
    pub(crate) spare: &'a mut [f32],
}

/// Work on all rows of a step.
pub(crate) struct EachRow<'a, W, const N: usize> {
    pub(crate) work: W,
    pub(crate) step: Step<'a, N>,
}

impl<W: RowWork<N>, const N: usize> Kernel for EachRow<'_, W, N> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Step { units, tape, stride, states, spare, mask } = self.step;
        let states = &mut states.map(|state| state.chunks_exact_mut(units));
        let rows = tape.chunks_mut(stride).zip(spare.chunks_exact_mut(units)).enumerate();
        for (index, (tape, spare)) in rows {
            let states = states.each_mut().map(|state| state.next().unwrap_or_default());
            self.work.row(simd, Row { tape, states, spare }, mask.counts(index));
        }
    }
}

/// The first `P` pieces of `units` numbers.
#[inline(always)]
pub(crate) fn pieces<const P: usize>(row: &mut [f32], units: usize) -> [&mut [f32]; P] {
    let mut pieces = row.chunks_exact_mut(units);
    std::array::from_fn(|_| pieces.next().unwrap_or_default())
}

/// Evaluates an expression with `$state` and `$gate` standing for the vector code of the two
/// activations: their own code for the usual pair, a common one for the others.
macro_rules! with_curves {
    ($cell:expr, ($state:ident, $gate:ident) => $body:expr) => {
        match ($cell.activation, $cell.recurrent_activation) {
            ($crate::Activation::Tanh, $crate::Activation::Sigmoid) => {
                let ($state, $gate) = ($crate::activation::Tanh, $crate::activation::Sigmoid);
                $body
            }
            (state, gate) => {
                let ($state, $gate) =
                    ($crate::activation::Any(state), $crate::activation::Any(gate));
                $body
            }
        }
    };
}
pub(crate) use with_curves;
