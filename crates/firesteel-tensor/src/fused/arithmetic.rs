// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sums, differences, products and quotients.

use firesteel_kernels::elementwise::{self, Arithmetic};
use firesteel_kernels::reduce;

use super::epilogue::if_wanted;
use super::{FusedOp, Gradient, Input, Operand};
use crate::memory::Block;

/// How often the second operand stands in the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Once: they have the same shape.
    Never,
    /// It has the last axes of the first, and is there for each place along the others.
    EachRow,
    /// It is one number.
    Everywhere,
}

impl Repeat {
    /// How the second shape broadcasts to the first; `None` when it does not, or in another way.
    pub(crate) fn of(first: &[usize], second: &[usize]) -> Option<Self> {
        if first == second {
            return Some(Self::Never);
        }
        if second.len() > first.len() {
            return None;
        }
        let leading = second.iter().take_while(|&&length| length == 1).count();
        match &second[leading..] {
            [] => Some(Self::Everywhere),
            row => first.ends_with(row).then_some(Self::EachRow),
        }
    }

    /// `out = a (op) b`.
    fn apply(self, arithmetic: Arithmetic, a: &[f32], b: &[f32], out: &mut [f32]) {
        match self {
            Self::Never => elementwise::arithmetic(arithmetic, a, b, out),
            Self::EachRow => elementwise::arithmetic_with_row(arithmetic, a, b, out),
            Self::Everywhere => elementwise::arithmetic_with_number(arithmetic, a, b[0], out),
        }
    }

    /// `out = factor * ` the sum of what stands where the same element of the second operand does.
    fn gather(self, factor: f32, terms: &[f32], out: &mut [f32]) {
        match self {
            Self::Never => {
                elementwise::arithmetic_with_number(Arithmetic::Multiply, terms, factor, out);
            }
            Self::EachRow => reduce::sum_columns(terms, f64::from(factor), out),
            Self::Everywhere => out.fill((f64::from(factor) * reduce::sum(terms)) as f32),
        }
    }
}

fn is_sum(arithmetic: Arithmetic) -> bool {
    matches!(arithmetic, Arithmetic::Add | Arithmetic::Subtract)
}

/// `a (op) b`, the second input repeated as often as the first wants it.
#[derive(Debug)]
pub(crate) struct Combine {
    pub(crate) arithmetic: Arithmetic,
    pub(crate) repeat: Repeat,
}

impl Combine {
    fn by_second(&self, gradient: &Gradient<'_>, by_b: &mut [f32]) {
        let [a, b] = [0, 1].map(|input: usize| gradient.inputs[input].values);
        let (y, dy) = (gradient.output, gradient.by_output);
        let product = |other: &[f32], out: &mut [f32]| {
            elementwise::arithmetic(Arithmetic::Multiply, dy, other, out);
        };
        match self.arithmetic {
            Arithmetic::Add => self.repeat.gather(1.0, dy, by_b),
            Arithmetic::Subtract => self.repeat.gather(-1.0, dy, by_b),
            Arithmetic::Multiply if self.repeat == Repeat::Never => product(a, by_b),
            Arithmetic::Multiply => {
                let mut terms = Block::new(dy.len());
                product(a, &mut terms);
                self.repeat.gather(1.0, &terms, by_b);
            }
            // the derivative of a / b is -y / b
            Arithmetic::Divide => {
                let [mut terms, mut shares] = [dy.len(); 2].map(Block::new);
                product(y, &mut terms);
                self.repeat.apply(Arithmetic::Divide, &terms, b, &mut shares);
                self.repeat.gather(-1.0, &shares, by_b);
            }
        }
    }
}

impl FusedOp for Combine {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        inputs[0].axes.to_vec()
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        self.repeat.apply(self.arithmetic, inputs[0].values, inputs[1].values, output);
        Vec::new()
    }

    fn hands_on(&self, input: usize) -> bool {
        let second = self.arithmetic == Arithmetic::Add && self.repeat == Repeat::Never;
        if input == 0 { is_sum(self.arithmetic) } else { second }
    }

    fn reads(&self, operand: Operand) -> bool {
        match self.arithmetic {
            Arithmetic::Add | Arithmetic::Subtract => false,
            Arithmetic::Multiply => operand != Operand::Output,
            // the divisor and the quotient
            Arithmetic::Divide => operand != Operand::Input(0),
        }
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        let (b, dy) = (gradient.inputs[1].values, gradient.by_output);
        // dy * b or dy / b: that of a sum is handed on
        let by_a = if_wanted(&gradient, 0, |by_a| self.repeat.apply(self.arithmetic, dy, b, by_a));
        let by_b = if_wanted(&gradient, 1, |by_b| self.by_second(&gradient, by_b));
        vec![by_a, by_b]
    }
}

/// `a (op) number`.
#[derive(Debug)]
pub(crate) struct CombineWithNumber {
    pub(crate) arithmetic: Arithmetic,
    pub(crate) number: f32,
}

impl CombineWithNumber {
    fn apply(&self, a: &[f32], out: &mut [f32]) {
        elementwise::arithmetic_with_number(self.arithmetic, a, self.number, out);
    }
}

impl FusedOp for CombineWithNumber {
    fn output_axes(&self, inputs: &[Input<'_>]) -> Vec<usize> {
        inputs[0].axes.to_vec()
    }

    fn forward(&self, inputs: &[Input<'_>], output: &mut [f32], _keep: bool) -> Vec<Block> {
        self.apply(inputs[0].values, output);
        Vec::new()
    }

    fn hands_on(&self, _input: usize) -> bool {
        is_sum(self.arithmetic)
    }

    fn reads(&self, _operand: Operand) -> bool {
        false
    }

    fn backward(&self, gradient: Gradient<'_>) -> Vec<Option<Block>> {
        // dy * number or dy / number: that of a sum is handed on
        vec![if_wanted(&gradient, 0, |by_a| self.apply(gradient.by_output, by_a))]
    }
}
