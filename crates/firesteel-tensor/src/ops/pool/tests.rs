// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{random, same};

#[test]
fn kernels_and_burn_agree() {
    for (window, strides, padding) in [
        ([2, 2], [2, 2], Padding::Valid),
        ([3, 2], [1, 2], Padding::Same),
        ([2, 3], [3, 1], Padding::Same),
    ] {
        let geometry = PoolGeometry { window, strides, padding };
        let inputs = [random(&[2, 7, 5, 3], 4)];
        let widths = geometry.plan(&inputs[0]).unwrap();
        same(&inputs, |x| max_pool2d(&x[0], geometry), |x| composed_max(&x[0], geometry, widths));
        same(
            &inputs,
            |x| average_pool2d(&x[0], geometry),
            |x| composed_average(&x[0], geometry, widths),
        );
    }
}
