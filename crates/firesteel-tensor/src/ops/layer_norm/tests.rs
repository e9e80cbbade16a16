// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{random, same};

#[test]
fn kernels_and_burn_agree() {
    for (shape, axes, lengths) in [
        (&[6, 5][..], &[-1][..], &[5][..]),
        (&[3, 5, 7], &[2], &[7]),
        (&[3, 5, 7], &[-1, 1], &[5, 7]),
        (&[2, 3, 2, 33], &[1, 2, 3], &[3, 2, 33]),
    ] {
        let first = shape.len() - axes.len();
        let indices: Vec<usize> = (first..shape.len()).collect();
        let inputs = [random(shape, 1), random(lengths, 2), random(lengths, 3)];
        same(
            &inputs,
            |x| layer_normalization(&x[0], axes, Some(&x[1]), Some(&x[2]), 1e-3),
            |x| composed(&x[0], &indices, Some(&x[1]), Some(&x[2]), 1e-3),
        );
        same(
            &inputs[..2],
            |x| layer_normalization(&x[0], axes, None, Some(&x[1]), 0.1),
            |x| composed(&x[0], &indices, None, Some(&x[1]), 0.1),
        );
        same(
            &inputs[..1],
            |x| layer_normalization(&x[0], axes, None, None, 1e-3),
            |x| composed(&x[0], &indices, None, None, 1e-3),
        );
    }
}

#[test]
fn other_axes_are_normalised_too() {
    let x = random(&[4, 6, 3], 5);
    let y = layer_normalization(&x, &[1], None, None, 0.0).unwrap();
    for mean in crate::ops::mean(&y, &[1], false).unwrap().to_vec().unwrap() {
        assert!(mean.abs() < 1e-6, "{mean}");
    }
}

#[test]
fn misfits_are_refused() {
    let x = random(&[4, 6], 1);
    assert!(layer_normalization(&x, &[2], None, None, 0.1).unwrap_err().is_shape());
    let gamma = random(&[4], 2);
    assert!(layer_normalization(&x, &[1], Some(&gamma), None, 0.1).unwrap_err().is_shape());
}
