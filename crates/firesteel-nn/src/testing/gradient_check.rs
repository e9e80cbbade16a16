// SPDX-License-Identifier: MIT OR Apache-2.0
//! Gradients against finite differences.
//!
//! With `f = sum(outputs * cotangents) + losses`, a random direction `d` for one input or weight `v`, and the
//! derivative `g`, the difference `(f(v + h d) - f(v - h d)) / 2h` must be `sum(g * d)`. `f` is summed in
//! double precision of outputs in single precision, so that `h` has to be large. A step can then cross a kink,
//! such as that of a rectifier or another winner of a maximum. That is rare, while a wrong derivative shows
//! in almost every direction: two of three directions must agree.

use firesteel_core::{Result, Seed};
use ndarray::ArrayD;

use super::failed;
use super::subject::{Subject, normal};
use crate::layer::CallCx;

/// The size of a step.
const STEP: f32 = 1e-3;
/// How far apart derivative and difference may be, in parts of the derivative's usual size.
const TOLERANCE: f64 = 2e-2;

/// Checks the derivatives of a subject at given inputs: by its weights, and by the inputs where these are no whole
/// numbers.
pub(super) fn check(
    subject: &Subject,
    inputs: &[ArrayD<f32>],
    by_inputs: bool,
    seed: Seed,
) -> Result<()> {
    let cx = || CallCx::training(seed);
    let outputs = subject.call(inputs, &cx())?.outputs;
    let cotangent = |(i, output): (usize, &ArrayD<f32>)| {
        normal(output.shape(), seed.child("ct").step(i as u64))
    };
    let cotangents = outputs.iter().enumerate().map(cotangent).collect::<Result<Vec<_>>>()?;
    let derivatives = subject.derivatives(inputs, &cotangents, &cx())?;
    let value = |inputs: &[ArrayD<f32>]| {
        let called = subject.call(inputs, &cx())?;
        let products = called.outputs.iter().zip(&cotangents).map(|(output, cotangent)| {
            output.iter().zip(cotangent).map(|(&y, &c)| f64::from(y) * f64::from(c)).sum::<f64>()
        });
        Ok(products.sum::<f64>() + called.loss)
    };
    let of_inputs = derivatives.inputs.iter().enumerate().filter(|_| by_inputs);
    for (index, derivative) in of_inputs {
        let moved = |step: f32, direction: &ArrayD<f32>| {
            let mut inputs = inputs.to_vec();
            inputs[index].scaled_add(step, direction);
            value(&inputs)
        };
        agree(&format!("input {index}"), derivative, seed, moved)?;
    }
    for (name, derivative) in &derivatives.weights {
        let moved = |step: f32, direction: &ArrayD<f32>| {
            let weights = subject.layer.weights();
            let Some(weight) = weights.iter().find(|weight| weight.name() == name) else {
                return Err(failed(format!("there is no weight `{name}`")));
            };
            let start = weight.to_array()?;
            let mut there = start.clone();
            there.scaled_add(step, direction);
            weight.assign(&there)?;
            let value = value(inputs);
            weight.assign(&start)?;
            value
        };
        agree(&format!("weight `{name}`"), derivative, seed, moved)?;
    }
    Ok(())
}

fn agree(
    what: &str,
    derivative: &ArrayD<f32>,
    seed: Seed,
    moved: impl Fn(f32, &ArrayD<f32>) -> Result<f64>,
) -> Result<()> {
    let mut misses = Vec::new();
    for attempt in 0..3 {
        let direction = normal(derivative.shape(), seed.child(what).step(attempt))?;
        let terms = derivative.iter().zip(&direction);
        let terms: Vec<f64> = terms.map(|(&g, &d)| f64::from(g) * f64::from(d)).collect();
        let expected = terms.iter().sum::<f64>();
        let usual = terms.iter().map(|term| term * term).sum::<f64>().sqrt();
        let (up, down) = (moved(STEP, &direction)?, moved(-STEP, &direction)?);
        let difference = (up - down) / (2.0 * f64::from(STEP));
        if (difference - expected).abs() > TOLERANCE * usual.max(0.1) {
            misses.push((expected, difference));
        }
    }
    match misses.as_slice() {
        [_, (expected, difference), ..] => {
            Err(failed(format!("the derivative by {what} differs from finite differences"))
                .expected(difference)
                .got(expected))
        }
        _ => Ok(()),
    }
}
