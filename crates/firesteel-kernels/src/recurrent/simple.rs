// SPDX-License-Identifier: MIT OR Apache-2.0
//! The simple recurrent layer.

use super::cell::{Cell, EachRow, Kernels, Row, RowWork, Step, pieces};
use super::{Sequence, methods};
use crate::activation::{Curve, with_curve};
use crate::pointwise::{self, Pointwise};
use crate::rows::Vectors;
use crate::vector::Simd;
use crate::{Activation, Isa};

/// The simple recurrent layer, `h' = act(x k + h r + b)`, whose only gate is the new state.
///
/// The tape has `2 * units` numbers for each step: `h` after and before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SimpleRnn {
    /// The sequence.
    pub sequence: Sequence,
    /// `act`
    pub activation: Activation,
}

impl SimpleRnn {
    /// The usual one, with tanh.
    pub fn new(sequence: Sequence) -> Self {
        Self { sequence, activation: Activation::Tanh }
    }
}

methods!(SimpleRnn, 1);

impl Cell<1> for SimpleRnn {
    const GATES: usize = 1;
    const FIRST: usize = 1;
    const ROW: usize = 2;

    fn sequence(&self) -> &Sequence {
        &self.sequence
    }

    fn forward(&self, isa: Isa, kernels: &Kernels<'_>, step: Step<'_, 1>) {
        kernels.first.multiply_add(step.lines_to_tape(), step.states[0], step.tape);
        with_curve!(self.activation, curve => isa.run(EachRow { work: Forward(curve), step }));
    }

    fn backward(&self, isa: Isa, kernels: &Kernels<'_>, mut step: Step<'_, 1>) {
        with_curve!(self.activation, curve => {
            isa.run(EachRow { work: Backward(curve), step: step.lend() });
        });
        kernels.first.multiply_add(step.lines_of_tape(), step.tape, step.states[0]);
    }
}

#[derive(Clone, Copy)]
struct Forward<A>(A);

impl<A: Curve> RowWork<1> for Forward<A> {
    #[inline(always)]
    fn row<S: Simd>(self, simd: S, row: Row<'_, 1>, counts: bool) {
        let Row { tape, states: [h], .. } = row;
        let [new, before] = pieces(tape, h.len());
        before.copy_from_slice(h);
        if counts {
            pointwise::pass(simd, self, [new, h], []);
        }
    }
}

impl<A: Curve> Pointwise<2, 0, 0> for Forward<A> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([new, _], [], []): Vectors<S::F, 2, 0, 0>) -> [S::F; 2] {
        let new = self.0.value(simd, new);
        [new, new]
    }
}

#[derive(Clone, Copy)]
struct Backward<A>(A);

impl<A: Curve> RowWork<1> for Backward<A> {
    #[inline(always)]
    fn row<S: Simd>(self, simd: S, row: Row<'_, 1>, counts: bool) {
        let Row { tape, states: [dh], .. } = row;
        let [new] = pieces(tape, dh.len());
        if counts {
            pointwise::pass(simd, self, [new, dh], []);
        } else {
            new.fill(0.0);
        }
    }
}

impl<A: Curve> Pointwise<2, 0, 0> for Backward<A> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([new, dh], [], []): Vectors<S::F, 2, 0, 0>) -> [S::F; 2] {
        [self.0.gradient(simd, new, dh), simd.splat(0.0)]
    }
}
