// SPDX-License-Identifier: MIT OR Apache-2.0
//! The matrix product.

use firesteel_kernels::MatMul as Shape;

use super::epilogue::if_wanted;
use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;

/// The product of the last two axes; inputs `a (.., m, k)`, and `b`, which is `(k, n)` for all of them or `(.., k, n)`.
#[derive(Debug)]
pub(crate) struct MatMul;

/// The shape of one product: of all rows where one matrix on the right serves them all.
fn shape(inputs: &[Input<'_>]) -> Shape {
    let (a, b) = (inputs[0].axes, inputs[1].axes);
    let (above, inner) = (&a[..a.len() - 1], a[a.len() - 1]);
    let rows = if b.len() == 2 { above.iter().product() } else { a[a.len() - 2] };
    Shape::new(rows, inner, b[b.len() - 1])
}

impl FusedOp for MatMul {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        let mut axes = inputs[0].axes.to_vec();
        if let Some(last) = axes.last_mut() {
            *last = shape(inputs).columns;
        }
        axes
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        shape(inputs).run_batch(inputs[0].values, inputs[1].values, output);
        Vec::new()
    }

    fn reads(&self, operand: Operand) -> bool {
        operand != Operand::Output
    }

    /// `dy * b^T` and `a^T * dy`, the transposed matrices read where they lie.
    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let Shape { rows, inner, columns, .. } = shape(gradient.inputs);
        let (a, b) = (gradient.inputs[0].values, gradient.inputs[1].values);
        let dy = gradient.by_output;
        let by_a = if_wanted(&gradient, 0, |by_a| {
            Shape::new(rows, columns, inner).right_transposed().run_batch(dy, b, by_a);
        });
        let by_b = if_wanted(&gradient, 1, |by_b| {
            Shape::new(inner, rows, columns).left_transposed().run_batch(a, dy, by_b);
        });
        vec![by_a, by_b]
    }
}
