// SPDX-License-Identifier: MIT OR Apache-2.0
use super::super::binary::multiply_scalar;
use super::*;
use crate::testing::{random, same};

#[test]
fn kernels_and_burn_agree_on_exponentials() {
    for scale in [1.0, 4.0, -30.0] {
        let inputs = [multiply_scalar(&random(&[5, 13], 1), scale).unwrap()];
        same(&inputs, |x| exp(&x[0]), |x| apply("exp", &x[0], Dispatch::float_exp));
    }
}

#[test]
fn nothing_has_no_exponentials() {
    let nothing = Tensor::from_vec(Vec::new(), &[0, 3], &crate::Device::cpu()).unwrap();
    assert_eq!(exp(&nothing).unwrap().shape(), [0, 3]);
}
