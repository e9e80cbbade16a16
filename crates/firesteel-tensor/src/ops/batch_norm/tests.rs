// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{random, same};

const EPSILON: f32 = 1e-3;

/// The weights that follow the input in a list, as far as they are wanted.
fn weights(x: &[Tensor], first: usize, has: [bool; 2]) -> [Option<&Tensor>; 2] {
    let [gamma, beta] = has;
    let behind = first + usize::from(gamma);
    [gamma.then(|| &x[first]), beta.then(|| &x[behind])]
}

#[test]
fn batches_in_kernels_and_of_burn_agree() {
    let activations =
        [Activation::Linear, Activation::Relu, Activation::Sigmoid, Activation::Softplus];
    for (i, activation) in activations.into_iter().enumerate() {
        for has in [[true, true], [true, false], [false, true], [false, false]] {
            for axes in [&[7, 3][..], &[2, 3, 5, 4], &[4, 1]] {
                let features = axes[axes.len() - 1];
                let n_weights = has.iter().filter(|&&has| has).count();
                let weight = |seed: usize| random(&[features], 10 + seed as u64);
                let mut inputs = vec![random(axes, i as u64)];
                inputs.extend((0..n_weights).map(weight));
                let run = |x: &[Tensor], in_kernels: bool| {
                    let [gamma, beta] = weights(x, 1, has);
                    let (x, axis) = (&x[0], x[0].rank() - 1);
                    let batch = if in_kernels {
                        normalize_batch(x, axis, gamma, beta, EPSILON, activation)
                    } else {
                        composed_batch(x, axis, gamma, beta, EPSILON, activation)
                    };
                    batch.map(|batch| batch.output)
                };
                same(&inputs, |x| run(x, true), |x| run(x, false));
            }
        }
    }
}

#[test]
fn statistics_come_out_as_constants() {
    // far from zero, where squares would lose digits
    let x = add_scalar(&random(&[50, 3], 5), 300.0).unwrap().tracked();
    let found = normalize_batch(&x, 1, None, None, EPSILON, Activation::Linear).unwrap().moments;
    let expected = composed_batch(&x, 1, None, None, EPSILON, Activation::Linear).unwrap().moments;
    for (found, expected) in [(&found.mean, &expected.mean), (&found.variance, &expected.variance)]
    {
        assert_eq!(found.shape(), [3]);
        assert_eq!(expected.shape(), [3]);
        for (x, y) in found.to_vec().unwrap().iter().zip(expected.to_vec().unwrap()) {
            assert!((x - y).abs() <= 1e-4 * y.abs(), "{x} and {y}");
        }
    }
}

/// An axis in the middle goes the other way and gives what the last axis gives.
#[test]
fn other_axes() {
    let inputs = [random(&[3, 4, 5], 6), random(&[4], 7), random(&[4], 8)];
    let middle = |x: &[Tensor]| {
        let (gamma, beta) = (Some(&x[1]), Some(&x[2]));
        normalize_batch(&x[0], 1, gamma, beta, EPSILON, Activation::Linear).map(|b| b.output)
    };
    let turned = |x: &[Tensor]| {
        let last = super::super::reshape::transpose(&x[0], &[0, 2, 1])?;
        let (gamma, beta) = (Some(&x[1]), Some(&x[2]));
        let batch = normalize_batch(&last, 2, gamma, beta, EPSILON, Activation::Linear)?;
        super::super::reshape::transpose(&batch.output, &[0, 2, 1])
    };
    same(&inputs, middle, turned);
}

/// Also the gradients of mean and variance, where these are no constants.
#[test]
fn given_moments_in_kernels_and_of_burn_agree() {
    for has in [[true, true], [true, false], [false, true], [false, false]] {
        for (axes, column) in
            [(&[2, 3, 5][..], &[5][..]), (&[2, 3, 5], &[1, 1, 5]), (&[4, 1], &[1, 1])]
        {
            let n_weights = has.iter().filter(|&&has| has).count();
            let variance = super::super::unary::exp(&random(column, 3)).unwrap();
            let mut inputs = vec![random(axes, 1), random(column, 2), variance];
            inputs.extend((0..n_weights).map(|i| random(column, 20 + i as u64)));
            let run = |x: &[Tensor], in_kernels: bool| {
                let [gamma, beta] = weights(x, 3, has);
                let moments = Moments { mean: x[1].clone(), variance: x[2].clone() };
                if in_kernels {
                    assert!(is_column(&x[1], &x[0]));
                    batch_normalization(&x[0], &moments, gamma, beta, EPSILON)
                } else {
                    composed(&x[0], &moments, gamma, beta, EPSILON)
                }
            };
            same(&inputs, |x| run(x, true), |x| run(x, false));
        }
    }
}

/// Factors and offsets of constants, those of recorded tensors, and what they make of the input.
#[test]
fn factors_and_offsets_are_those_of_the_normalization() {
    let x = random(&[6, 5], 1);
    let variance = super::super::unary::exp(&random(&[5], 3)).unwrap();
    let all = [random(&[5], 2), variance, random(&[5], 4), random(&[5], 5)];
    for has in [[true, true], [true, false], [false, true], [false, false]] {
        let affine = |all: &[Tensor]| {
            let moments = Moments { mean: all[0].clone(), variance: all[1].clone() };
            let (gamma, beta) = (has[0].then(|| &all[2]), has[1].then(|| &all[3]));
            let normalized = composed(&x, &moments, gamma, beta, EPSILON).unwrap();
            (normalization_affine(&moments, gamma, beta, EPSILON).unwrap(), normalized)
        };
        let recorded = affine(&all.each_ref().map(|tensor| tensor.tracked())).0;
        assert!(is_recorded(&recorded));
        let recorded = recorded.detached();
        let (ours, normalized) = affine(&all);
        assert_eq!((ours.shape(), recorded.shape()), (&[2, 5][..], &[2, 5][..]));
        let row = |index| slice(&ours, 0, index, 1).unwrap();
        let applied = add(&multiply(&x, &row(0)).unwrap(), &row(1)).unwrap();
        for (a, b) in [(&ours, &recorded), (&applied, &normalized)] {
            for (a, b) in a.to_vec().unwrap().iter().zip(b.to_vec().unwrap()) {
                assert!((a - b).abs() <= 1e-5 * (1.0 + b.abs()), "{has:?}: {a} and {b}");
            }
        }
    }
}

#[test]
fn a_channel_with_nan_or_infinity_is_lost_alone() {
    let values = vec![1.0, f32::NAN, f32::INFINITY, 2.0, 3.0, 4.0];
    let x = Tensor::from_vec(values, &[2, 3], &crate::Device::cpu()).unwrap();
    let batch = normalize_batch(&x, 1, None, None, EPSILON, Activation::Relu).unwrap();
    let values = batch.output.to_vec().unwrap();
    let lost: Vec<bool> = values.iter().map(|value| value.is_nan()).collect();
    assert_eq!(lost, [false, true, true, false, true, true]);
}

#[test]
fn misfits_are_refused() {
    let (x, gamma) = (random(&[3, 5], 0), random(&[4], 0));
    let linear = Activation::Linear;
    let error = normalize_batch(&x, 1, Some(&gamma), None, EPSILON, linear);
    assert!(error.unwrap_err().is_shape());
    assert!(normalize_batch(&x, 2, None, None, EPSILON, linear).unwrap_err().is_shape());
    let moments = Moments { mean: random(&[5], 1), variance: random(&[5], 2) };
    let error = normalization_affine(&moments, Some(&gamma), None, EPSILON);
    assert!(error.unwrap_err().is_shape());
}
