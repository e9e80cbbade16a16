// SPDX-License-Identifier: MIT OR Apache-2.0
//! The largest and the mean of windows and of whole images.

use burn::tensor::ops::{AvgPoolOptions, MaxPoolOptions};
use burn::tensor::{Tensor as Burn, module};
use criterion::Criterion;
use firesteel_tensor::ops::{self, Padding, PoolGeometry};

use crate::support::{beside, burns_image, burns_step, bytes, group, leaf, our_step, ours};

const IMAGE: [usize; 4] = [8, 64, 64, 64];

pub(crate) fn windows(criterion: &mut Criterion) {
    let mut group = group(criterion, "pool");
    let len: usize = IMAGE.iter().product();
    let (x, burn_x) = (ours(&IMAGE, 1), burns_image(IMAGE, 1));
    let geometry = PoolGeometry { window: [2; 2], strides: [2; 2], padding: Padding::Valid };
    beside(
        &mut group,
        "max/step",
        bytes(2 * len + len / 2),
        || {
            let x = leaf(&burn_x);
            burns_step(&x, module::max_pool2d(x.clone(), MaxPoolOptions::new([2; 2])))
        },
        || our_step(&[&x], |i| ops::max_pool2d(&i[0], geometry).unwrap()),
    );
    beside(
        &mut group,
        "average/forward",
        bytes(len + len / 4),
        || module::avg_pool2d(burn_x.clone(), AvgPoolOptions::new([2; 2])),
        || ops::average_pool2d(&x, geometry).unwrap(),
    );
    // behind a square, so that the gradient depends on the mean
    beside(
        &mut group,
        "average_square/step",
        bytes(2 * len + 6 * len / 4),
        || {
            let x = leaf(&burn_x);
            let means = module::avg_pool2d(x.clone(), AvgPoolOptions::new([2; 2]));
            burns_step(&x, means.square())
        },
        || {
            our_step(&[&x], |i| {
                ops::square(&ops::average_pool2d(&i[0], geometry).unwrap()).unwrap()
            })
        },
    );
    group.finish();
}

/// The last map of a usual network, its images as wide as high.
const LAST: [usize; 4] = [8, 7, 7, 2048];

pub(crate) fn whole(criterion: &mut Criterion) {
    let mut group = group(criterion, "global_pool");
    let [batch, side, _, channels] = LAST;
    let len: usize = LAST.iter().product();
    let (x, burn_x) = (ours(&LAST, 1), burns_image(LAST, 1));
    let largest = |x: &Burn<4>| x.clone().reshape([batch, channels, side * side]).max_dim(2);
    beside(
        &mut group,
        "average/forward",
        bytes(len),
        || module::adaptive_avg_pool2d(burn_x.clone(), [1; 2]),
        || ops::mean(&x, &[1, 2], false).unwrap(),
    );
    beside(
        &mut group,
        "average_square/step",
        bytes(2 * len),
        || {
            let x = leaf(&burn_x);
            burns_step(&x, module::adaptive_avg_pool2d(x.clone(), [1; 2]).square())
        },
        || our_step(&[&x], |i| ops::square(&ops::mean(&i[0], &[1, 2], false).unwrap()).unwrap()),
    );
    beside(
        &mut group,
        "max/forward",
        bytes(len),
        || largest(&burn_x),
        || ops::max(&x, &[1, 2], false).unwrap(),
    );
    beside(
        &mut group,
        "max/step",
        bytes(3 * len),
        || {
            let x = leaf(&burn_x);
            burns_step(&x, largest(&x))
        },
        || our_step(&[&x], |i| ops::max(&i[0], &[1, 2], false).unwrap()),
    );
    group.finish();
}
