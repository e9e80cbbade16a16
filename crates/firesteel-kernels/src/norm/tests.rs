// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::naive;
use crate::testing::{Within, close, numbers, on_every_isa, placed, room, same_on_any_threads};
use crate::vector::MAX_LANES;

on_every_isa!(
    equals_naive,
    every_offset,
    a_large_mean_costs_nothing,
    odd_numbers_stay_in_their_column,
);

const SHAPES: [[usize; 2]; 7] =
    [[1, 1], [5, 3], [300, 10], [70, 64], [2_000, 67], [9_000, 1], [40, 700]];

fn equals_naive() {
    for shape in SHAPES {
        check(shape, 0);
    }
}

fn every_offset() {
    for offset in 1..=MAX_LANES {
        check([5, 37], offset);
    }
}

/// The slices begin at this offset, or a part of it, in their memory.
fn check([rows, width]: [usize; 2], offset: usize) {
    let x = placed(offset, &numbers(rows * width, 1));
    let dz = placed(offset / 2, &numbers(rows * width, 2));
    let [gamma, beta] = [3, 4].map(|seed| placed(offset / 3, &numbers(width, seed)));
    let [mut mean, mut variance] = [(); 2].map(|()| room(offset, width));
    statistics(&x, &mut mean, &mut variance);
    let (want_mean, want_variance) = naive::moments(&x, width);
    let within = Within { absolute: 2e-7, relative: 2e-6 };
    close("mean", &mean, &want_mean, within);
    close("variance", &variance, &want_variance, within);

    for (gamma, beta) in [(None, None), (Some(&*gamma), Some(&*beta))] {
        let norm = BatchNorm { mean: &mean, variance: &variance, gamma, beta, epsilon: 1e-3 };
        let mut y = room(offset / 2, x.len());
        norm.forward(&x, Activation::Relu, &mut y);
        let within = Within { absolute: 5e-6, relative: 2e-6 };
        close("y", &y, &naive::batch_norm(&norm, &x, Activation::Relu), within);
        let [mut scale, mut shift] = [(); 2].map(|()| room(offset, width));
        norm.affine(&mut scale, &mut shift);
        let affine = |(i, &x): (usize, &f32)| scale[i % width] * x + shift[i % width];
        let y: Vec<f32> = x.iter().enumerate().map(affine).collect();
        let within = Within { absolute: 1e-5, relative: 2e-6 };
        close("affine", &y, &naive::batch_norm(&norm, &x, Activation::Linear), within);
        for given in [Statistics::OfBatch, Statistics::Given] {
            let mut dx = room(offset / 3, x.len());
            let [mut dgamma, mut dbeta] = [(); 2].map(|()| room(offset, width));
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

/// What is not finite spoils the statistics and gradients of its own column.
fn odd_numbers_stay_in_their_column() {
    let width = 37;
    let (mut x, mut dz) = (numbers(9 * width, 1), numbers(9 * width, 2));
    let [mut mean, mut variance] = [(); 2].map(|()| vec![0.0; width]);
    statistics(&x, &mut mean, &mut variance);
    let odd = [(f32::NAN, 3, 5), (f32::INFINITY, 20, 22), (f32::NEG_INFINITY, 36, 30)];
    for (row, (odd, in_x, in_dz)) in odd.into_iter().enumerate() {
        x[row * width + in_x] = odd;
        dz[(row + 4) * width + in_dz] = odd;
    }
    let within = Within { absolute: 5e-5, relative: 1e-5 };
    let norm =
        BatchNorm { mean: &mean, variance: &variance, gamma: None, beta: None, epsilon: 1e-3 };
    let mut y = vec![0.0; x.len()];
    norm.forward(&x, Activation::Linear, &mut y);
    close("y", &y, &naive::batch_norm(&norm, &x, Activation::Linear), within);
    for given in [Statistics::OfBatch, Statistics::Given] {
        let mut dx = vec![0.0; x.len()];
        let [mut dgamma, mut dbeta] = [(); 2].map(|()| vec![0.0; width]);
        let out = Gradients { x: &mut dx, gamma: &mut dgamma, beta: &mut dbeta };
        norm.backward(given, &x, &dz, out);
        let want = naive::batch_norm_backward(&norm, given, &x, &dz);
        close("dx", &dx, &want[0], within);
        close("dgamma", &dgamma, &want[1], within);
        close("dbeta", &dbeta, &want[2], within);
        assert_eq!(dgamma.iter().filter(|value| !value.is_finite()).count(), 6);
        assert_eq!(dbeta.iter().filter(|value| !value.is_finite()).count(), 3);
    }
    let before = variance.clone();
    statistics(&x, &mut mean, &mut variance);
    for (column, (mean, variance)) in mean.iter().zip(&variance).enumerate() {
        if odd.iter().any(|&(_, in_x, _)| in_x == column) {
            assert!(!mean.is_finite() && variance.is_nan(), "column {column}");
        } else {
            assert_eq!(variance.to_bits(), before[column].to_bits(), "column {column}");
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
