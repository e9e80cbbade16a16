// SPDX-License-Identifier: MIT OR Apache-2.0
//! The gated recurrent unit.

use super::backward::{Product, Sums};
use super::cell::{Cell, EachRow, Kernels, Row, RowWork, Step, pieces, with_curves};
use super::{Sequence, methods};
use crate::activation::Curve;
use crate::pointwise::{self, Pointwise};
use crate::rows::Vectors;
use crate::vector::Simd;
use crate::{Activation, Isa};

/// The gated recurrent unit, with the state `h` and the gates z, r, h in this order:
///
/// ```text
/// z, r = gate(x k + h r + b)                        each with its part of k, r, b
/// n = act(x k + b + r (h r + b'))                   with `reset_after`, b' from the second bias row
/// n = act(x k + b + (r h) r)                        without
/// h' = z h + (1 - z) n
/// ```
///
/// With `reset_after` the bias has two rows, one for each kernel. The tape has `5 * units` numbers
/// for each step: the gates, `h` before it, and `h r + b'` or `r h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gru {
    /// The sequence.
    pub sequence: Sequence,
    /// `act`
    pub activation: Activation,
    /// `gate`
    pub recurrent_activation: Activation,
    /// Whether the reset gate acts after the product with the recurrent kernel.
    pub reset_after: bool,
}

impl Gru {
    /// The usual one, with tanh and sigmoid and the reset gate after the product.
    pub fn new(sequence: Sequence) -> Self {
        let (activation, recurrent_activation) = (Activation::Tanh, Activation::Sigmoid);
        Self { sequence, activation, recurrent_activation, reset_after: true }
    }
}

methods!(Gru, 1);

impl Cell<1> for Gru {
    const GATES: usize = 3;
    const FIRST: usize = 2;
    const ROW: usize = 5;

    fn sequence(&self) -> &Sequence {
        &self.sequence
    }

    fn bias_rows(&self) -> usize {
        if self.reset_after { 2 } else { 1 }
    }

    fn spread_bias(&self, bias: &[f32], input: &mut [f32], second: &mut [f32]) {
        let (of_input, of_state) = bias.split_at(input.len());
        input.copy_from_slice(of_input);
        if self.reset_after {
            let (of_gates, of_new) = of_state.split_at(input.len() - second.len());
            input.iter_mut().zip(of_gates).for_each(|(sum, bias)| *sum += bias);
            second.copy_from_slice(of_new);
        }
    }

    fn weight_gradients(&self, sums: &mut Sums<'_, '_, 1>) {
        let all = Product { right: 0, gates: 0..2, input: true, state: Some(3), bias: Some(0) };
        sums.product(all.clone());
        let new = Product { right: 2, gates: 2..3, state: None, ..all };
        if self.reset_after {
            sums.product(new.clone());
            sums.product(Product { right: 4, input: false, state: Some(3), bias: Some(1), ..new });
            sums.repeat_bias(0..2);
        } else {
            sums.product(Product { state: Some(4), ..new });
        }
    }

    fn forward(&self, isa: Isa, kernels: &Kernels<'_>, mut step: Step<'_, 1>) {
        let (lines, units) = (step.lines_to_tape(), step.units);
        kernels.first.multiply_add(lines, step.states[0], step.tape);
        with_curves!(self, (state, gate) => if self.reset_after {
            kernels.second.multiply(lines, step.states[0], &mut step.tape[4 * units..]);
            isa.run(EachRow { work: After { state, gate }, step });
        } else {
            isa.run(EachRow { work: Reset(gate), step: step.lend() });
            kernels.second.multiply_add(lines, step.spare, &mut step.tape[2 * units..]);
            isa.run(EachRow { work: Before(state), step });
        });
    }

    fn backward(&self, isa: Isa, kernels: &Kernels<'_>, mut step: Step<'_, 1>) {
        let (lines, units) = (step.lines_of_tape(), step.units);
        with_curves!(self, (state, gate) => if self.reset_after {
            let work = AfterBackward { state, gate };
            isa.run(EachRow { work, step: step.lend() });
            kernels.second.multiply_add(lines, &step.tape[4 * units..], step.states[0]);
        } else {
            let work = BeforeBackward { state, gate };
            isa.run(EachRow { work, step: step.lend() });
            kernels.second.multiply(lines, &step.tape[2 * units..], step.spare);
            isa.run(EachRow { work: ResetBackward(gate), step: step.lend() });
        });
        kernels.first.multiply_add(lines, step.tape, step.states[0]);
    }
}

/// `z h + (1 - z) n`
#[inline(always)]
fn mix<S: Simd>(simd: S, z: S::F, h: S::F, n: S::F) -> S::F {
    simd.mul_add(z, h, simd.mul(simd.sub(simd.splat(1.0), z), n))
}

/// The step with the reset gate after the product, which is in the fifth piece.
#[derive(Clone, Copy)]
struct After<A, G> {
    state: A,
    gate: G,
}

impl<A: Curve, G: Curve> RowWork<1> for After<A, G> {
    #[inline(always)]
    fn row<S: Simd>(self, simd: S, row: Row<'_, 1>, counts: bool) {
        let Row { tape, states: [h], .. } = row;
        let [z, r, n, before, inner] = pieces(tape, h.len());
        if counts {
            pointwise::pass(simd, self, [z, r, n, before, h], [inner]);
        } else {
            before.copy_from_slice(h);
        }
    }
}

impl<A: Curve, G: Curve> Pointwise<5, 1, 0> for After<A, G> {
    #[inline(always)]
    fn at<S: Simd>(
        self,
        simd: S,
        ([z, r, n, _, h], [inner], []): Vectors<S::F, 5, 1, 0>,
    ) -> [S::F; 5] {
        let (z, r) = (self.gate.value(simd, z), self.gate.value(simd, r));
        let n = self.state.value(simd, simd.mul_add(r, inner, n));
        [z, r, n, h, mix(simd, z, h, n)]
    }
}

#[derive(Clone, Copy)]
struct AfterBackward<A, G> {
    state: A,
    gate: G,
}

impl<A: Curve, G: Curve> RowWork<1> for AfterBackward<A, G> {
    #[inline(always)]
    fn row<S: Simd>(self, simd: S, row: Row<'_, 1>, counts: bool) {
        let Row { tape, states: [dh], .. } = row;
        let [z, r, n, h, inner] = pieces(tape, dh.len());
        if counts {
            pointwise::pass(simd, self, [z, r, n, inner, dh], [h]);
        } else {
            [z, r, n, inner].into_iter().for_each(|piece| piece.fill(0.0));
        }
    }
}

impl<A: Curve, G: Curve> Pointwise<5, 1, 0> for AfterBackward<A, G> {
    #[inline(always)]
    fn at<S: Simd>(
        self,
        simd: S,
        ([z, r, n, inner, dh], [h], []): Vectors<S::F, 5, 1, 0>,
    ) -> [S::F; 5] {
        let [dz, dn, carried] = mix_backward(simd, (self.state, self.gate), [z, n, h, dh]);
        let dr = simd.mul(simd.mul(dn, inner), self.gate.slope(simd, r));
        [dz, dr, dn, simd.mul(dn, r), carried]
    }
}

/// From `dh` to the gradients before the activations of `z` and `n`, and by `h` on the direct way.
#[inline(always)]
fn mix_backward<S: Simd>(
    simd: S,
    (state, gate): (impl Curve, impl Curve),
    [z, n, h, dh]: [S::F; 4],
) -> [S::F; 3] {
    let dz = simd.mul(simd.mul(dh, simd.sub(h, n)), gate.slope(simd, z));
    let rest = simd.sub(simd.splat(1.0), z);
    let dn = simd.mul(simd.mul(dh, rest), state.slope(simd, n));
    [dz, dn, simd.mul(dh, z)]
}

/// The first half of a step with the reset gate before the product: `r h`.
#[derive(Clone, Copy)]
struct Reset<G>(G);

impl<G: Curve> RowWork<1> for Reset<G> {
    #[inline(always)]
    fn row<S: Simd>(self, simd: S, row: Row<'_, 1>, _: bool) {
        let Row { tape, states: [h], spare } = row;
        let [z, r, _, before, kept] = pieces(tape, h.len());
        pointwise::pass(simd, self, [z, r, before, kept, spare], [h]);
    }
}

impl<G: Curve> Pointwise<5, 1, 0> for Reset<G> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([z, r, _, _, _], [h], []): Vectors<S::F, 5, 1, 0>) -> [S::F; 5] {
        let (z, r) = (self.0.value(simd, z), self.0.value(simd, r));
        let reset = simd.mul(r, h);
        [z, r, h, reset, reset]
    }
}

/// The second half: the new state.
#[derive(Clone, Copy)]
struct Before<A>(A);

impl<A: Curve> RowWork<1> for Before<A> {
    #[inline(always)]
    fn row<S: Simd>(self, simd: S, row: Row<'_, 1>, counts: bool) {
        let Row { tape, states: [h], .. } = row;
        let [z, _, n] = pieces(tape, h.len());
        if counts {
            pointwise::pass(simd, self, [n, h], [z]);
        }
    }
}

impl<A: Curve> Pointwise<2, 1, 0> for Before<A> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([n, h], [z], []): Vectors<S::F, 2, 1, 0>) -> [S::F; 2] {
        let n = self.0.value(simd, n);
        [n, mix(simd, z, h, n)]
    }
}

/// Backward through the second half.
#[derive(Clone, Copy)]
struct BeforeBackward<A, G> {
    state: A,
    gate: G,
}

impl<A: Curve, G: Curve> RowWork<1> for BeforeBackward<A, G> {
    #[inline(always)]
    fn row<S: Simd>(self, simd: S, row: Row<'_, 1>, counts: bool) {
        let Row { tape, states: [dh], .. } = row;
        let [z, r, n, h, kept] = pieces(tape, dh.len());
        if counts {
            pointwise::pass(simd, self, [z, n, dh], [h]);
        } else {
            [z, r, n, kept].into_iter().for_each(|piece| piece.fill(0.0));
        }
    }
}

impl<A: Curve, G: Curve> Pointwise<3, 1, 0> for BeforeBackward<A, G> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([z, n, dh], [h], []): Vectors<S::F, 3, 1, 0>) -> [S::F; 3] {
        mix_backward(simd, (self.state, self.gate), [z, n, h, dh])
    }
}

/// Backward through the first half; the gradient by `r h` is in the spare numbers.
#[derive(Clone, Copy)]
struct ResetBackward<G>(G);

impl<G: Curve> RowWork<1> for ResetBackward<G> {
    #[inline(always)]
    fn row<S: Simd>(self, simd: S, row: Row<'_, 1>, counts: bool) {
        let Row { tape, states: [dh], spare } = row;
        let [_, r, _, h] = pieces(tape, dh.len());
        if counts {
            pointwise::pass(simd, self, [r, dh], [h, spare]);
        }
    }
}

impl<G: Curve> Pointwise<2, 2, 0> for ResetBackward<G> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([r, dh], [h, d], []): Vectors<S::F, 2, 2, 0>) -> [S::F; 2] {
        let dr = simd.mul(simd.mul(d, h), self.0.slope(simd, r));
        [dr, simd.mul_add(d, r, dh)]
    }
}
