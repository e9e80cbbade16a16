// SPDX-License-Identifier: MIT OR Apache-2.0
//! Softmax and cross-entropy in one.

use firesteel_kernels::elementwise::{self, Arithmetic};
use firesteel_kernels::{reduce, softmax};

use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;

/// What the output consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Losses {
    /// The loss of each row of logits.
    EachRow,
    /// The mean of all losses, one number.
    Mean,
}

/// `ln sum e^x - x[class]` over the last axis; inputs the logits and, without labels, a constant with a
/// probability for each class.
#[derive(Debug)]
pub(crate) struct CrossEntropy {
    /// The class of each row.
    pub(crate) labels: Option<Vec<u32>>,
    pub(crate) losses: Losses,
}

/// The axes of the losses: all but that of the classes.
fn row_axes(logits: Input<'_>) -> Vec<usize> {
    match logits.axes {
        [rows @ .., _] if !rows.is_empty() => rows.to_vec(),
        _ => vec![1],
    }
}

fn rows(logits: Input<'_>) -> usize {
    row_axes(logits).iter().product()
}

impl CrossEntropy {
    /// The loss of each row and, where there is room for it, `factor` times the gradient of the logits.
    fn run(
        &self,
        inputs: &[Input<'_>],
        factor: f32,
        losses: &mut [f32],
        by_logits: Option<&mut [f32]>,
    ) {
        let x = inputs[0].values;
        match &self.labels {
            Some(labels) => softmax::cross_entropy_of_labels(x, labels, factor, losses, by_logits),
            None => softmax::cross_entropy(x, inputs[1].values, factor, losses, by_logits),
        }
    }
}

impl FusedOp for CrossEntropy {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        match self.losses {
            Losses::EachRow => row_axes(inputs[0]),
            Losses::Mean => vec![1],
        }
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], keep: bool) -> Vec<Block> {
        let mut by_logits = keep.then(|| Block::new(inputs[0].values.len()));
        let room = by_logits.as_deref_mut();
        match self.losses {
            Losses::EachRow => self.run(inputs, 1.0, output, room),
            Losses::Mean => {
                let mut losses = Block::new(rows(inputs[0]));
                self.run(inputs, 1.0 / losses.len() as f32, &mut losses, room);
                output.fill(reduce::mean(&losses) as f32);
            }
        }
        by_logits.into_iter().collect()
    }

    fn reads(&self, _operand: Operand) -> bool {
        false
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let Gradient { by_output, mut kept, .. } = gradient;
        let by_logits = kept.pop().map(|mut by_logits| match self.losses {
            Losses::EachRow => {
                softmax::scale_rows(by_output, &mut by_logits);
                by_logits
            }
            Losses::Mean => scaled(by_output.iter().sum(), by_logits),
        });
        vec![by_logits, None]
    }
}

/// The numbers times the factor, which is one unless the loss is part of another.
fn scaled(factor: f32, numbers: Block) -> Block {
    if factor.to_bits() == 1.0_f32.to_bits() {
        return numbers;
    }
    let mut product = Block::new(numbers.len());
    elementwise::arithmetic_with_number(Arithmetic::Multiply, &numbers, factor, &mut product);
    product
}
