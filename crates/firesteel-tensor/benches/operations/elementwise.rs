// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functions, sums and dropout of single numbers, and what makes one number of many.

use burn::tensor::{Distribution, Tensor as Burn, activation};
use criterion::Criterion;
use firesteel_core::Seed;
use firesteel_tensor::{Activation, Tensor, ops};

use crate::support::{
    beside, burn_values, burns, burns_image, burns_step, bytes, group, leaf, measure, our_step,
    ours,
};

const IMAGE: [usize; 4] = [8, 64, 64, 64];

pub(crate) fn elementwise(criterion: &mut Criterion) {
    let mut group = group(criterion, "elementwise");
    let len: usize = IMAGE.iter().product();
    let (x, burn_x) = (ours(&IMAGE, 1), burns_image(IMAGE, 1));
    beside(
        &mut group,
        "gelu/step",
        bytes(6 * len),
        || {
            let x = leaf(&burn_x);
            burns_step(&x, activation::gelu(x.clone()))
        },
        || our_step(&[&x], |i| ops::activate(&i[0], Activation::Gelu).unwrap()),
    );
    beside(
        &mut group,
        "add/forward",
        bytes(3 * len),
        || burn_x.clone().add(burn_x.clone()),
        || ops::add(&x, &x).unwrap(),
    );
    let (y, burn_y) = (ours(&IMAGE, 5), burns_image(IMAGE, 5));
    beside(
        &mut group,
        "add/step",
        bytes(3 * len),
        || {
            let (x, y) = (leaf(&burn_x), leaf(&burn_y));
            burns_step(&x, x.clone().add(y))
        },
        || our_step(&[&x, &y], |i| ops::add(&i[0], &i[1]).unwrap()),
    );
    group.finish();
}

/// Dropout at a rate of one half. Each side draws its own numbers, so that only how many are dropped is compared.
pub(crate) fn dropout(criterion: &mut Criterion) {
    let mut group = group(criterion, "dropout");
    let len: usize = IMAGE.iter().product();
    let (x, burn_x) = (ours(&IMAGE, 1), burns_image(IMAGE, 1));
    let kept = |x: &Tensor| ops::dropout(x, 0.5, &IMAGE, Seed::new(1)).unwrap();
    let burn_kept = |x: &Burn<4>| {
        let mask = x.random_like(Distribution::Bernoulli(0.5));
        x.clone().mul(mask).mul_scalar(2.0)
    };
    for values in [kept(&x).to_vec().unwrap(), burn_values(burn_kept(&burn_x))] {
        let share = values.iter().filter(|&&value| value != 0.0).count() as f64 / len as f64;
        assert!((share - 0.5).abs() < 0.01, "{share} of the numbers are left");
    }
    measure(&mut group, "forward", bytes(2 * len), || burn_kept(&burn_x), || kept(&x));
    measure(
        &mut group,
        "step",
        bytes(4 * len),
        || {
            let x = leaf(&burn_x);
            burns_step(&x, burn_kept(&x))
        },
        || our_step(&[&x], |i| kept(&i[0])),
    );
    group.finish();
}

pub(crate) fn reductions(criterion: &mut Criterion) {
    let mut group = group(criterion, "reduce");
    let [rows, columns] = [8192, 256];
    let len = rows * columns;
    let (x, burn_x) = (ours(&[rows, columns], 1), burns([rows, columns], 1));
    let (y, burn_y) = (ours(&[rows, columns], 2), burns([rows, columns], 2));
    beside(
        &mut group,
        "sum_all",
        bytes(len),
        || burn_x.clone().sum(),
        || ops::sum_all(&x).unwrap(),
    );
    beside(
        &mut group,
        "sum_of_rows",
        bytes(len),
        || burn_x.clone().sum_dim(1),
        || ops::sum(&x, &[1], true).unwrap(),
    );
    beside(
        &mut group,
        "mean_squared_difference/step",
        bytes(5 * len),
        || {
            let (x, y) = (leaf(&burn_x), burn_y.clone().autodiff());
            burns_step(&x, x.clone().sub(y).square().mean())
        },
        || our_step(&[&x], |i| ops::mean_squared_difference(&i[0], &y).unwrap()),
    );
    group.finish();
}
