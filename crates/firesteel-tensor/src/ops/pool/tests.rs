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

/// Without a way back nothing is kept, and the values are the same.
#[test]
fn inference_keeps_no_positions() {
    use crate::fused::{FusedOp, Input};

    let geometry = PoolGeometry { window: [2, 3], strides: [2, 1], padding: Padding::Same };
    let (x, axes) = (random(&[2, 7, 5, 3], 4), [2, 7, 5, 3]);
    let widths = geometry.plan(&x).unwrap();
    let (op, values) = (fused::MaxPool2d { geometry, widths }, x.to_vec().unwrap());
    let input = [Input { values: &values, axes: &axes }];
    let len = op.output_axes(&input).iter().product();
    let (mut alone, mut recorded) = (vec![f32::NAN; len], vec![f32::NAN; len]);
    assert!(op.forward(&input, &mut alone, false).is_empty());
    assert_eq!(op.forward(&input, &mut recorded, true).len(), 1);
    assert_eq!(alone, recorded);
}
