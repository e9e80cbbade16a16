// SPDX-License-Identifier: MIT OR Apache-2.0
//! Long short-term memory.

use super::cell::{Cell, EachRow, Kernels, Row, RowWork, Step, pieces, with_curves};
use super::{Sequence, methods};
use crate::activation::Curve;
use crate::pointwise::{self, Pointwise};
use crate::rows::Vectors;
use crate::vector::Simd;
use crate::{Activation, Isa};

/// Long short-term memory, with the states `h` and `c` and the gates i, f, c, o in this order:
///
/// ```text
/// i, f, o = gate(x k + h r + b)      g = act(x k + h r + b)      each with its part of k, r, b
/// c' = f c + i g                     h' = o act(c')
/// ```
///
/// The tape has `6 * units` numbers for each step: the gates, `h` and `c` before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lstm {
    /// The sequence.
    pub sequence: Sequence,
    /// `act`
    pub activation: Activation,
    /// `gate`
    pub recurrent_activation: Activation,
}

impl Lstm {
    /// The usual one, with tanh and sigmoid.
    pub fn new(sequence: Sequence) -> Self {
        let (activation, recurrent_activation) = (Activation::Tanh, Activation::Sigmoid);
        Self { sequence, activation, recurrent_activation }
    }
}

methods!(Lstm, 2);

impl Cell<2> for Lstm {
    const GATES: usize = 4;
    const FIRST: usize = 4;
    const ROW: usize = 6;

    fn sequence(&self) -> &Sequence {
        &self.sequence
    }

    fn forward(&self, isa: Isa, kernels: &Kernels<'_>, step: Step<'_, 2>) {
        kernels.first.multiply_add(step.lines_to_tape(), step.states[0], step.tape);
        with_curves!(self, (state, gate) => {
            isa.run(EachRow { work: Forward { state, gate }, step });
        });
    }

    fn backward(&self, isa: Isa, kernels: &Kernels<'_>, mut step: Step<'_, 2>) {
        with_curves!(self, (state, gate) => {
            isa.run(EachRow { work: Backward { state, gate }, step: step.lend() });
        });
        kernels.first.multiply_add(step.lines_of_tape(), step.tape, step.states[0]);
    }
}

#[derive(Clone, Copy)]
struct Forward<A, G> {
    state: A,
    gate: G,
}

impl<A: Curve, G: Curve> RowWork<2> for Forward<A, G> {
    #[inline(always)]
    fn row<S: Simd>(self, simd: S, row: Row<'_, 2>, counts: bool) {
        let Row { tape, states: [h, c], .. } = row;
        let [i, f, g, o, h_before, c_before] = pieces(tape, h.len());
        if counts {
            pointwise::pass(simd, self, [i, f, g, o, h_before, c_before, c, h], []);
        } else {
            h_before.copy_from_slice(h);
        }
    }
}

impl<A: Curve, G: Curve> Pointwise<8, 0, 0> for Forward<A, G> {
    #[inline(always)]
    fn at<S: Simd>(
        self,
        simd: S,
        ([i, f, g, o, _, _, c_before, h_before], [], []): Vectors<S::F, 8, 0, 0>,
    ) -> [S::F; 8] {
        let (i, f) = (self.gate.value(simd, i), self.gate.value(simd, f));
        let (g, o) = (self.state.value(simd, g), self.gate.value(simd, o));
        let c = simd.mul_add(f, c_before, simd.mul(i, g));
        let h = simd.mul(o, self.state.value(simd, c));
        [i, f, g, o, h_before, c_before, c, h]
    }
}

#[derive(Clone, Copy)]
struct Backward<A, G> {
    state: A,
    gate: G,
}

impl<A: Curve, G: Curve> RowWork<2> for Backward<A, G> {
    #[inline(always)]
    fn row<S: Simd>(self, simd: S, row: Row<'_, 2>, counts: bool) {
        let Row { tape, states: [dh, dc], .. } = row;
        let [i, f, g, o, _, c_before] = pieces(tape, dh.len());
        if counts {
            pointwise::pass(simd, self, [i, f, g, o, dc, dh], [c_before]);
        } else {
            [i, f, g, o].into_iter().for_each(|gate| gate.fill(0.0));
        }
    }
}

impl<A: Curve, G: Curve> Pointwise<6, 1, 0> for Backward<A, G> {
    #[inline(always)]
    fn at<S: Simd>(
        self,
        simd: S,
        ([i, f, g, o, dc, dh], [c], []): Vectors<S::F, 6, 1, 0>,
    ) -> [S::F; 6] {
        let by_gate = |d, y| simd.mul(d, self.gate.slope(simd, y));
        let new = self.state.value(simd, simd.mul_add(f, c, simd.mul(i, g)));
        let dnew = simd.mul(simd.mul(dh, o), self.state.slope(simd, new));
        let dc = simd.add(dc, dnew);
        let (di, df) = (by_gate(simd.mul(dc, g), i), by_gate(simd.mul(dc, c), f));
        let dg = simd.mul(simd.mul(dc, i), self.state.slope(simd, g));
        let d_o = by_gate(simd.mul(dh, new), o);
        [di, df, dg, d_o, simd.mul(dc, f), simd.splat(0.0)]
    }
}
