// SPDX-License-Identifier: MIT OR Apache-2.0
//! Matrix products, alone and in batches.

use std::hint::black_box;

use criterion::Criterion;
use firesteel_tensor::{Activation, ops};

use crate::support::{beside, burns, burns_step, group, leaf, operations, our_step, ours};

pub(crate) fn products(criterion: &mut Criterion) {
    let mut group = group(criterion, "matmul");
    for [rows, inner, columns] in [[32, 128, 10], [128, 784, 512], [1024, 1024, 1024]] {
        let (a, b) = (ours(&[rows, inner], 1), ours(&[inner, columns], 2));
        let (burn_a, burn_b) = (burns([rows, inner], 1), burns([inner, columns], 2));
        let name = format!("{rows}x{inner}x{columns}");
        beside(
            &mut group,
            &name,
            operations(rows * inner * columns),
            || burn_a.clone().matmul(black_box(&burn_b).clone()),
            || ops::dense(&a, black_box(&b), None, Activation::Linear).unwrap(),
        );
    }
    // of the size that attention has
    let (a, b) = (ours(&[96, 128, 64], 1), ours(&[96, 64, 128], 2));
    let (burn_a, burn_b) = (burns([96, 128, 64], 1), burns([96, 64, 128], 2));
    beside(
        &mut group,
        "96x128x64x128/step",
        operations(3 * 96 * 128 * 64 * 128),
        || {
            let (a, b) = (leaf(&burn_a), leaf(&burn_b));
            burns_step(&a, a.clone().matmul(b))
        },
        || our_step(&[&a, &b], |i| ops::matmul(&i[0], &i[1]).unwrap()),
    );
    group.finish();
}
