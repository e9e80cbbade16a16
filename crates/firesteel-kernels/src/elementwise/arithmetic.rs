// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sums, differences, products and quotients of slices, rows and numbers.

use crate::activation::{Activation, Curve, with_curve};
use crate::pointwise::{self, Pointwise};
use crate::rows::Vectors;
use crate::vector::Simd;

/// What is done with two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a * b`
    Multiply,
    /// `a / b`
    Divide,
}

/// Evaluates an expression with `$rule` standing for the vector code of `$operation`.
macro_rules! with_rule {
    ($operation:expr, $rule:ident => $body:expr) => {
        match $operation {
            Arithmetic::Add => {
                let $rule = Add;
                $body
            }
            Arithmetic::Subtract => {
                let $rule = Subtract;
                $body
            }
            Arithmetic::Multiply => {
                let $rule = Multiply;
                $body
            }
            Arithmetic::Divide => {
                let $rule = Divide;
                $body
            }
        }
    };
}

/// `out = a (op) b`.
///
/// # Panics
/// Where the slices have different lengths.
pub fn arithmetic(operation: Arithmetic, a: &[f32], b: &[f32], out: &mut [f32]) {
    with_rule!(operation, rule => pointwise::apply(Both(rule), [out], [a, b]));
}

/// `out = a (op) b` for row-major `a` with `b` in each row.
///
/// # Panics
/// Where `a` is no whole number of rows of `b.len()`, or `out` has another length.
pub fn arithmetic_with_row(operation: Arithmetic, a: &[f32], b: &[f32], out: &mut [f32]) {
    with_rule!(operation, rule => pointwise::apply_rows(Both(rule), [out], [a], [b]));
}

/// `out = a (op) b` for one number `b`.
///
/// # Panics
/// Where the slices have different lengths.
pub fn arithmetic_with_number(operation: Arithmetic, a: &[f32], b: f32, out: &mut [f32]) {
    with_rule!(operation, rule => pointwise::apply(WithNumber(rule, b), [out], [a]));
}

/// `out = act(a + b)`.
///
/// # Panics
/// Where the slices have different lengths.
pub fn activated_sum(activation: Activation, a: &[f32], b: &[f32], out: &mut [f32]) {
    with_curve!(activation, curve => pointwise::apply(ActivatedSum(curve), [out], [a, b]));
}

trait Rule: Copy + Send + Sync {
    fn of<S: Simd>(self, simd: S, a: S::F, b: S::F) -> S::F;
}

/// Names of rules and the vector operations that they are.
macro_rules! rules {
    ($($name:ident = $operation:ident)+) => {$(
        #[derive(Clone, Copy)]
        struct $name;

        impl Rule for $name {
            #[inline(always)]
            fn of<S: Simd>(self, simd: S, a: S::F, b: S::F) -> S::F {
                simd.$operation(a, b)
            }
        }
    )+};
}

rules! {
    Add = add
    Subtract = sub
    Multiply = mul
    Divide = div
}

#[derive(Clone, Copy)]
struct Both<R>(R);

impl<R: Rule> Pointwise<1, 2, 0> for Both<R> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([_], [a, b], []): Vectors<S::F, 1, 2, 0>) -> [S::F; 1] {
        [self.0.of(simd, a, b)]
    }
}

impl<R: Rule> Pointwise<1, 1, 1> for Both<R> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([_], [a], [b]): Vectors<S::F, 1, 1, 1>) -> [S::F; 1] {
        [self.0.of(simd, a, b)]
    }
}

#[derive(Clone, Copy)]
struct ActivatedSum<C>(C);

impl<C: Curve> Pointwise<1, 2, 0> for ActivatedSum<C> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([_], [a, b], []): Vectors<S::F, 1, 2, 0>) -> [S::F; 1] {
        [self.0.value(simd, simd.add(a, b))]
    }
}

#[derive(Clone, Copy)]
struct WithNumber<R>(R, f32);

impl<R: Rule> Pointwise<1, 1, 0> for WithNumber<R> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([_], [a], []): Vectors<S::F, 1, 1, 0>) -> [S::F; 1] {
        [self.0.of(simd, a, simd.splat(self.1))]
    }
}
