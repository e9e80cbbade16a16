// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{random, same};

fn burn_mean(x: &Tensor, axes: &[isize], keep_dims: bool) -> Result<Tensor> {
    over("mean", x, axes, keep_dims, Dispatch::float_mean_dim)
}

#[test]
fn kernels_and_burn_agree_on_means() {
    for (shape, axes) in [
        (&[2, 7, 5, 3][..], &[1, 2][..]),
        (&[2, 7, 5, 3], &[-2, 1]),
        (&[3, 4, 1], &[1]),
        (&[1, 2, 3, 2, 5], &[1, 2, 3]),
        // not what is between the first axis and the last
        (&[2, 7, 5, 3], &[1]),
        (&[2, 7, 5, 3], &[2, 3]),
        (&[3, 4], &[0]),
        (&[6], &[0]),
    ] {
        let inputs = [random(shape, 3)];
        for keep_dims in [false, true] {
            same(&inputs, |x| mean(&x[0], axes, keep_dims), |x| burn_mean(&x[0], axes, keep_dims));
        }
    }
}

#[test]
fn a_missing_axis_is_refused() {
    let x = random(&[2, 3, 4], 0);
    assert!(mean(&x, &[3], false).unwrap_err().is_shape());
    assert!(mean(&x, &[1, -4], false).unwrap_err().is_shape());
}

#[test]
fn nan_and_infinities_stay_in_their_channel() {
    let values = vec![1.0, f32::NAN, f32::INFINITY, 2.0, 3.0, 4.0];
    let x = Tensor::from_vec(values, &[1, 2, 3], &crate::Device::cpu()).unwrap();
    let means = mean(&x, &[1], false).unwrap().to_vec().unwrap();
    assert!(means[1].is_nan());
    assert_eq!([means[0], means[2]], [1.5, f32::INFINITY]);
}
