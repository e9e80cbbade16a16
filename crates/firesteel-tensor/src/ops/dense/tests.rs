// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{random, same};

#[test]
fn kernels_and_burn_agree() {
    let activations = [
        Activation::Linear,
        Activation::Relu,
        Activation::Sigmoid,
        Activation::Tanh,
        Activation::Elu(1.0),
        Activation::Softmax,
    ];
    for (i, activation) in activations.into_iter().enumerate() {
        let inputs = [random(&[3, 5], i as u64), random(&[5, 7], 20), random(&[7], 30)];
        let with_bias = |f: fn(&Tensor, &Tensor, Option<&Tensor>, Activation) -> Result<Tensor>| {
            move |x: &[Tensor]| f(&x[0], &x[1], Some(&x[2]), activation)
        };
        same(&inputs, with_bias(dense), with_bias(composed));
        let without = |f: fn(&Tensor, &Tensor, Option<&Tensor>, Activation) -> Result<Tensor>| {
            move |x: &[Tensor]| f(&x[0], &x[1], None, activation)
        };
        same(&[random(&[2, 3, 5], 40), random(&[5, 4], 50)], without(dense), without(composed));
    }
}

#[test]
fn misfits_are_refused() {
    let error = dense(&random(&[3, 5], 0), &random(&[4, 7], 0), None, Activation::Linear);
    assert!(error.unwrap_err().is_shape());
}
