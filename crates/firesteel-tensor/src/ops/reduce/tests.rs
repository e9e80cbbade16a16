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
fn kernels_and_burn_agree_on_maxima() {
    for (shape, axes) in
        [(&[2, 7, 5, 3][..], &[1, 2][..]), (&[3, 4, 1], &[1]), (&[1, 2, 3, 2, 5], &[1, 2, 3])]
    {
        let smooth = random(shape, 3);
        // few distinct values, so that several are equal
        let coarse = smooth.to_vec().unwrap().iter().map(|x| (2.0 * x).round()).collect();
        let coarse = Tensor::from_vec(coarse, shape, &Device::cpu()).unwrap();
        for inputs in [[smooth], [coarse]] {
            for keep_dims in [false, true] {
                same(
                    &inputs,
                    |x| max(&x[0], axes, keep_dims),
                    |x| composed_max(&x[0], axes, keep_dims),
                );
            }
        }
    }
}

/// The gradient of the maximum over one axis, when that of the result is two.
fn by_maximum(values: &[f32], axes: &[usize], axis: isize) -> (f32, Vec<f32>) {
    let x = Tensor::from_vec(values.to_vec(), axes, &Device::cpu()).unwrap().tracked();
    let y = max(&x, &[axis], false).unwrap();
    let loss = crate::ops::multiply_scalar(&sum_all(&y).unwrap(), 2.0).unwrap();
    let by_x = crate::gradients(&loss).unwrap().take(&x).unwrap().to_vec().unwrap();
    (y.to_scalar().unwrap(), by_x)
}

/// Shares as real Keras (JAX) gives them, whichever way the maximum is computed.
#[test]
fn equal_maxima_share_the_gradient() {
    let third = 2.0 / 3.0;
    let largest = f32::INFINITY;
    for (values, expected) in [
        ([1.0, 3.0, 3.0, 2.0], [0.0, 1.0, 1.0, 0.0]),
        ([3.0; 4], [0.5; 4]),
        ([0.0, -0.0, -1.0, -0.0], [third, third, 0.0, third]),
        ([largest, 1.0, largest, 0.0], [1.0, 0.0, 1.0, 0.0]),
        ([-largest; 4], [0.5; 4]),
    ] {
        for (axes, axis) in [(&[1, 4, 1][..], 1), (&[1, 4], 1), (&[4, 1], 0)] {
            let (_, by_x) = by_maximum(&values, axes, axis);
            assert_eq!(by_x, expected, "{values:?} along {axis} of {axes:?}");
        }
    }
}

#[test]
fn the_maximum_with_nan_is_nan_and_so_is_its_gradient() {
    for values in [[1.0, f32::NAN, 2.0, 0.0], [f32::NAN, 1.0, f32::NAN, 0.0]] {
        let (y, by_x) = by_maximum(&values, &[1, 4, 1], 1);
        assert!(y.is_nan() && by_x.iter().all(|by_x| by_x.is_nan()), "{y} {by_x:?}");
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
    let x = Tensor::from_vec(values, &[1, 2, 3], &Device::cpu()).unwrap();
    let means = mean(&x, &[1], false).unwrap().to_vec().unwrap();
    assert!(means[1].is_nan());
    assert_eq!([means[0], means[2]], [1.5, f32::INFINITY]);
}

#[test]
fn nothing_has_no_maximum() {
    let none = Tensor::from_vec(Vec::new(), &[2, 0, 5, 3], &Device::cpu()).unwrap();
    for axes in [&[1, 2][..], &[1], &[0, 1, 2, 3]] {
        let message = max(&none, axes, false).unwrap_err().to_string();
        assert!(message.contains("axis 1 is empty"), "{message}");
    }
    // the axis without elements stays
    assert_eq!(max(&none, &[2], false).unwrap().shape(), [2, 0, 3]);
}
