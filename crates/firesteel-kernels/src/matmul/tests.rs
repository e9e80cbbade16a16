// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::naive;
use crate::testing::{Within, close, numbers, same_on_any_threads};

fn check(shape: MatMul) {
    let [left, right, out] = shape.sizes();
    let (left, right) = (numbers(left, 1), numbers(right, 2));
    let mut got = vec![f32::NAN; out];
    shape.run(&left, &right, &mut got);
    let within = Within { absolute: 2e-6 * (shape.inner as f64).sqrt(), relative: 1e-6 };
    close(&format!("{shape:?}"), &got, &naive::matmul(shape, &left, &right), within);
}

#[test]
fn equals_naive() {
    for [rows, inner, columns] in [
        [1, 1, 1],
        [3, 5, 7],
        [32, 128, 10],
        [1, 300, 17],
        [65, 33, 1],
        [4, 0, 3],
        [21, 2_000, 35],
        [0, 2, 3],
        [150, 90, 130],
    ] {
        let shape = MatMul::new(rows, inner, columns);
        check(shape);
        check(shape.left_transposed());
        check(shape.right_transposed());
        check(shape.left_transposed().right_transposed());
    }
    check(MatMul::new(4_500, 19, 23));
}

#[test]
fn a_batch_is_its_products() {
    let shape = MatMul::new(3, 4, 5).right_transposed();
    let (left, right) = (numbers(6 * 12, 1), numbers(6 * 20, 2));
    let mut got = vec![0.0; 6 * 15];
    shape.run_batch(&left, &right, &mut got);
    let one = |i: usize| naive::matmul(shape, &left[i * 12..][..12], &right[i * 20..][..20]);
    let want: Vec<f64> = (0..6).flat_map(one).collect();
    close("batch", &got, &want, Within { absolute: 1e-6, relative: 1e-6 });
}

#[test]
fn threads_do_not_matter() {
    for [rows, inner, columns] in
        [[128, 784, 512], [784, 128, 512], [5_000, 64, 64], [64, 20_000, 33]]
    {
        same_on_any_threads(|| {
            let shape = MatMul::new(rows, inner, columns);
            let mut out = vec![0.0; rows * columns];
            shape.run(&numbers(rows * inner, 1), &numbers(inner * columns, 2), &mut out);
            out
        });
    }
}

#[test]
#[should_panic(expected = "product, left: expected 6 numbers, got 5")]
fn a_wrong_length_is_refused() {
    MatMul::new(2, 3, 1).run(&[0.0; 5], &[0.0; 3], &mut [0.0; 2]);
}
