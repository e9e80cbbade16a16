// SPDX-License-Identifier: MIT OR Apache-2.0
//! Softmax and cross-entropy in one.

use firesteel_kernels::elementwise::{self, Arithmetic};
use firesteel_kernels::reduce;
use firesteel_kernels::softmax::{self, Weighting};

use super::{FusedOp, Gradient, Input};
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
    /// The loss of each row, and the gradient of the logits.
    fn run(
        &self,
        inputs: &[Input<'_>],
        weighting: Weighting<'_>,
        losses: &mut [f32],
        by_logits: &mut [f32],
    ) {
        let x = inputs[0].values;
        match &self.labels {
            Some(labels) => {
                softmax::cross_entropy_of_labels(x, labels, weighting, losses, by_logits);
            }
            None => {
                let targets = inputs[1].values;
                softmax::cross_entropy(x, targets, weighting, losses, by_logits);
                lose_the_impossible(x, targets, losses);
            }
        }
    }
}

/// Zero times an infinite logarithm is NaN in Keras; the kernel leaves such a class out.
fn lose_the_impossible(x: &[f32], targets: &[f32], losses: &mut [f32]) {
    let width = (x.len() / losses.len().max(1)).max(1);
    let rows = x.chunks_exact(width).zip(targets.chunks_exact(width));
    for (loss, (x, targets)) in losses.iter_mut().zip(rows) {
        let lost = |lost: bool, (&x, &t): (&f32, &f32)| lost | ((t == 0.0) & !x.is_finite());
        if x.iter().zip(targets).fold(false, lost) {
            *loss = f32::NAN;
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
        let rows = rows(inputs[0]);
        let mut by_logits = Block::new(inputs[0].values.len());
        if self.losses == Losses::EachRow {
            let weighting = Weighting { factor: 1.0, rows: None };
            self.run(inputs, weighting, output, &mut by_logits);
            return Vec::new();
        }
        let weighting = Weighting { factor: 1.0 / rows as f32, rows: None };
        let mut losses = Block::new(rows);
        self.run(inputs, weighting, &mut losses, &mut by_logits);
        output.fill(reduce::mean(&losses) as f32);
        if keep { vec![by_logits] } else { Vec::new() }
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let Gradient { inputs, by_output, mut kept, .. } = gradient;
        if self.losses == Losses::EachRow {
            let weighting = Weighting { factor: 1.0, rows: Some(by_output) };
            let mut losses = Block::new(rows(inputs[0]));
            let mut by_logits = Block::new(inputs[0].values.len());
            self.run(inputs, weighting, &mut losses, &mut by_logits);
            return vec![Some(by_logits), None];
        }
        let factor: f32 = by_output.iter().sum();
        let by_logits = kept.pop().map(|by_mean| scaled(factor, by_mean));
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
