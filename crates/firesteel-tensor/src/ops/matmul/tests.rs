// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::fused::{FusedOp, Gradient, Input};
use crate::ops::transpose;
use crate::testing::{random, same};

#[test]
fn kernels_and_burn_agree() {
    for (a, b) in [
        (&[3, 5][..], &[5, 7][..]),
        (&[1, 1], &[1, 1]),
        (&[40, 70], &[70, 33]),
        // a matrix for all
        (&[4, 3, 5], &[5, 2]),
        (&[2, 3, 4, 5], &[5, 6]),
        // a matrix for each
        (&[4, 3, 5], &[4, 5, 2]),
        (&[2, 3, 17, 9], &[2, 3, 9, 20]),
    ] {
        let inputs = [random(a, 1), random(b, 2)];
        same(&inputs, |x| matmul(&x[0], &x[1]), |x| composed(&x[0], &x[1]));
    }
}

/// Matrices that lie transposed in memory, on both sides.
#[test]
fn transposed_matrices_agree() {
    let inputs = [random(&[3, 5, 4], 1), random(&[3, 6, 5], 2)];
    let turned = |x: &Tensor| transpose(x, &[0, 2, 1]);
    same(
        &inputs,
        |x| matmul(&turned(&x[0])?, &turned(&x[1])?),
        |x| composed(&turned(&x[0])?, &turned(&x[1])?),
    );
}

#[test]
fn one_side_may_be_a_constant() {
    let (constant, input) = (random(&[2, 5, 4], 1), [random(&[2, 3, 5], 2)]);
    same(&input, |x| matmul(&x[0], &constant), |x| composed(&x[0], &constant));
    let (constant, input) = (random(&[2, 4, 3], 3), [random(&[2, 3, 5], 4)]);
    same(&input, |x| matmul(&constant, &x[0]), |x| composed(&constant, &x[0]));
}

/// Where there is nothing to add up, sums and gradients are zero.
#[test]
fn empty_matrices() {
    for [batch, m, k, n] in [[2, 0, 3, 4], [2, 3, 0, 4], [2, 3, 4, 0], [0, 3, 4, 5]] {
        for of_b in [vec![k, n], vec![batch, k, n]] {
            let of_a = [batch, m, k];
            let len = |axes: &[usize]| axes.iter().product::<usize>();
            let (a, b) = (vec![1.0; len(&of_a)], vec![1.0; len(&of_b)]);
            let inputs = [Input { values: &a, axes: &of_a }, Input { values: &b, axes: &of_b }];
            assert_eq!(fused::MatMul.output_axes(&inputs), [batch, m, n]);
            let mut output = vec![f32::NAN; batch * m * n];
            fused::MatMul.forward(&inputs, &mut output, true);
            assert!(output.iter().all(|&value| value == 0.0));
            let given = vec![1.0; output.len()];
            let found = fused::MatMul.backward(Gradient {
                inputs: &inputs,
                output: &output,
                kept: Vec::new(),
                by_output: &given,
                wanted: &[true, true],
            });
            for (found, input) in found.into_iter().zip(inputs) {
                let found = found.unwrap();
                assert_eq!(found.len(), input.values.len());
                assert!(found.iter().all(|&value| value == 0.0));
            }
        }
    }
    let product = matmul(&random(&[2, 0], 1), &random(&[0, 3], 2)).unwrap();
    assert_eq!((product.shape(), product.to_vec().unwrap()), (&[2, 3][..], vec![0.0; 6]));
}

#[test]
fn misfits_are_refused() {
    for (a, b) in [
        (&[3, 5][..], &[4, 7][..]),
        (&[5], &[5, 7]),
        (&[3, 5], &[5]),
        (&[2, 3, 5], &[3, 5, 7]),
        (&[3, 5], &[2, 5, 7]),
    ] {
        assert!(matmul(&random(a, 1), &random(b, 2)).unwrap_err().is_shape(), "{a:?} and {b:?}");
    }
}
