// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{random, same};

const IN_KERNELS: [Activation; 9] = [
    Activation::Relu,
    Activation::LeakyRelu(0.3),
    Activation::Elu(0.7),
    Activation::Sigmoid,
    Activation::Tanh,
    Activation::Exponential,
    Activation::Silu,
    Activation::Gelu,
    Activation::GeluTanh,
];

#[test]
fn kernels_and_burn_agree() {
    for (i, activation) in IN_KERNELS.into_iter().enumerate() {
        assert!(kernel_function(activation).is_some());
        for scale in [1.0, 4.0] {
            let inputs = [multiply_scalar(&random(&[5, 13], i as u64), scale).unwrap()];
            same(&inputs, |x| activate(&x[0], activation), |x| composed(&x[0], activation));
        }
    }
}

/// At zero a slope is a choice: that of Keras.
#[test]
fn slopes_at_zero() {
    let zero = Tensor::full(0.0, &[1], &Device::cpu()).unwrap().tracked();
    for (activation, expected) in [
        (Activation::Relu, 0.0),
        (Activation::Elu(0.7), 0.7),
        (Activation::LeakyRelu(0.2), 1.0),
        (Activation::Silu, 0.5),
        (Activation::Gelu, 0.5),
        (Activation::GeluTanh, 0.5),
    ] {
        let loss = activate(&zero, activation).unwrap();
        let slope = crate::gradients(&loss).unwrap().take(&zero).unwrap().to_scalar().unwrap();
        assert!((slope - expected).abs() < 1e-5, "{activation:?}: {slope}");
    }
}

#[test]
fn nan_and_infinities() {
    let (largest, nan) = (f32::INFINITY, f32::NAN);
    let x = Tensor::from_vec(vec![nan, largest, -largest], &[3], &Device::cpu()).unwrap();
    for (activation, expected) in [
        (Activation::Relu, [nan, largest, 0.0]),
        (Activation::Elu(0.7), [nan, largest, -0.7]),
        (Activation::Sigmoid, [nan, 1.0, 0.0]),
        (Activation::Tanh, [nan, 1.0, -1.0]),
        (Activation::Exponential, [nan, largest, 0.0]),
        (Activation::Silu, [nan, largest, nan]),
        (Activation::Gelu, [nan, largest, nan]),
        (Activation::GeluTanh, [nan, largest, nan]),
        (Activation::LeakyRelu(0.5), [nan, largest, -largest]),
    ] {
        let found = activate(&x, activation).unwrap().to_vec().unwrap();
        for (found, expected) in found.iter().zip(expected) {
            let same = *found == expected || (found.is_nan() && expected.is_nan());
            assert!(same, "{activation:?}: {found} instead of {expected}");
        }
    }
}
