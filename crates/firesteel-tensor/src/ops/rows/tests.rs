// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::Device;
use crate::testing::{random, same};

fn numbers(values: &[f32], axes: &[usize]) -> Tensor {
    Tensor::from_vec(values.to_vec(), axes, &Device::cpu()).unwrap()
}

#[test]
fn kernels_and_burn_agree() {
    // a row that is named twice gets both gradients, and row 2 none
    let named = [4.0, 0.0, 4.0, 1.0, 3.0, 4.0];
    for axes in [&[6][..], &[2, 3], &[3, 1, 2]] {
        let numbers = numbers(&named, axes);
        let table = [random(&[5, 7], 1)];
        same(&table, |x| take_rows(&x[0], &numbers), |x| composed(&x[0], &numbers, 7));
    }
}

#[test]
fn fractions_are_cut_off() {
    let table = numbers(&[1.0, 2.0, 3.0], &[3, 1]);
    let rows = take_rows(&table, &numbers(&[1.9, 0.0, 2.0], &[3])).unwrap();
    assert_eq!((rows.shape(), rows.to_vec().unwrap()), (&[3, 1][..], vec![2.0, 1.0, 3.0]));
}

#[test]
fn a_number_without_row_is_refused() {
    let table = random(&[3, 2], 1);
    for number in [-1.0, 3.0, f32::NAN, f32::INFINITY] {
        let error = take_rows(&table, &numbers(&[0.0, number], &[2])).unwrap_err();
        assert!(error.is_invalid_argument(), "{error:?}");
        assert!(error.to_string().contains("position 1"), "{error}");
    }
    assert!(take_rows(&random(&[3], 1), &numbers(&[0.0], &[1])).unwrap_err().is_shape());
}
