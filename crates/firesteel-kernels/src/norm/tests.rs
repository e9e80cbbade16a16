// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::naive;
use crate::testing::{Within, close, numbers, on_every_isa, same_on_any_threads};

on_every_isa!(equals_naive, a_large_mean_costs_nothing);

const SHAPES: [[usize; 2]; 7] =
    [[1, 1], [5, 3], [300, 10], [70, 64], [2_000, 67], [9_000, 1], [40, 700]];

fn equals_naive() {
    for [rows, width] in SHAPES {
        let (x, dz) = (numbers(rows * width, 1), numbers(rows * width, 2));
        let (gamma, beta) = (numbers(width, 3), numbers(width, 4));
        let (mut mean, mut variance) = (vec![f32::NAN; width], vec![f32::NAN; width]);
        statistics(&x, &mut mean, &mut variance);
        let (want_mean, want_variance) = naive::moments(&x, width);
        let within = Within { absolute: 2e-7, relative: 2e-6 };
        close("mean", &mean, &want_mean, within);
        close("variance", &variance, &want_variance, within);

        for (gamma, beta) in [(None, None), (Some(&*gamma), Some(&*beta))] {
            let norm = BatchNorm { mean: &mean, variance: &variance, gamma, beta, epsilon: 1e-3 };
            let mut y = vec![f32::NAN; x.len()];
            norm.forward(&x, Activation::Relu, &mut y);
            let within = Within { absolute: 5e-6, relative: 2e-6 };
            close("y", &y, &naive::batch_norm(&norm, &x, Activation::Relu), within);
            let (mut scale, mut shift) = (vec![f32::NAN; width], vec![f32::NAN; width]);
            norm.affine(&mut scale, &mut shift);
            let affine = |(i, &x): (usize, &f32)| scale[i % width] * x + shift[i % width];
            let y: Vec<f32> = x.iter().enumerate().map(affine).collect();
            let within = Within { absolute: 1e-5, relative: 2e-6 };
            close("affine", &y, &naive::batch_norm(&norm, &x, Activation::Linear), within);
            for given in [Statistics::OfBatch, Statistics::Given] {
                let mut dx = vec![f32::NAN; x.len()];
                let (mut dgamma, mut dbeta) = (vec![f32::NAN; width], vec![f32::NAN; width]);
                let out = Gradients { x: &mut dx, gamma: &mut dgamma, beta: &mut dbeta };
                norm.backward(given, &x, &dz, out);
                let want = naive::batch_norm_backward(&norm, given, &x, &dz);
                let within = Within { absolute: 5e-5, relative: 1e-5 };
                close("dx", &dx, &want[0], within);
                let within = Within { absolute: 2e-6 * (rows as f64).sqrt(), relative: 2e-6 };
                close("dgamma", &dgamma, &want[1], within);
                close("dbeta", &dbeta, &want[2], within);
            }
        }
    }
}

fn a_large_mean_costs_nothing() {
    let x: Vec<f32> = numbers(40_000 * 3, 1).iter().map(|x| 1_000.0 + x).collect();
    let (mut mean, mut variance) = ([0.0; 3], [0.0; 3]);
    statistics(&x, &mut mean, &mut variance);
    let (want_mean, want_variance) = naive::moments(&x, 3);
    close("mean", &mean, &want_mean, Within { absolute: 0.0, relative: 1e-7 });
    close("variance", &variance, &want_variance, Within { absolute: 0.0, relative: 2e-6 });
}

#[test]
fn threads_do_not_matter() {
    same_on_any_threads(|| {
        let (x, dz) = (numbers(5_000 * 33, 1), numbers(5_000 * 33, 2));
        let (mut mean, mut variance) = (vec![0.0; 33], vec![0.0; 33]);
        statistics(&x, &mut mean, &mut variance);
        let norm =
            BatchNorm { mean: &mean, variance: &variance, gamma: None, beta: None, epsilon: 1e-3 };
        let (mut dx, mut dgamma, mut dbeta) = (vec![0.0; x.len()], vec![0.0; 33], vec![0.0; 33]);
        let out = Gradients { x: &mut dx, gamma: &mut dgamma, beta: &mut dbeta };
        norm.backward(Statistics::OfBatch, &x, &dz, out);
        [dx, dgamma, dbeta, mean, variance].concat()
    });
}
