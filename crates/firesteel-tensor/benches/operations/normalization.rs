// SPDX-License-Identifier: MIT OR Apache-2.0
//! Batch and layer normalisation.

use burn::tensor::{activation, module};
use criterion::Criterion;
use firesteel_tensor::{Activation, ops};

use crate::support::{beside, burns, burns_image, burns_step, bytes, group, leaf, our_step, ours};

const IMAGE: [usize; 4] = [8, 64, 64, 64];

pub(crate) fn of_batches(criterion: &mut Criterion) {
    let mut group = group(criterion, "batch_norm");
    let channels = IMAGE[3];
    let len: usize = IMAGE.iter().product();
    let (x, burn_x) = (ours(&IMAGE, 1), burns_image(IMAGE, 1));
    let (gamma, beta) = (ours(&[channels], 3), ours(&[channels], 4));
    let (burn_gamma, burn_beta) = (burns([channels], 3), burns([channels], 4));
    // the sum of what is normalised does not depend on `x`; behind the activation it does
    beside(
        &mut group,
        "relu/step",
        bytes(8 * len),
        || {
            let (x, gamma, beta) = (leaf(&burn_x), leaf(&burn_gamma), leaf(&burn_beta));
            let normalised = module::batch_norm_train(x.clone(), gamma.clone(), beta.clone(), 1e-3);
            burns_step(&x, activation::relu(normalised.output))
        },
        || {
            our_step(&[&x, &gamma, &beta], |i| {
                let (gamma, beta) = (Some(&i[1]), Some(&i[2]));
                let relu = Activation::Relu;
                ops::normalize_batch(&i[0], 3, gamma, beta, 1e-3, relu).unwrap().output
            })
        },
    );
    group.finish();
}

pub(crate) fn of_rows(criterion: &mut Criterion) {
    let mut group = group(criterion, "layer_norm");
    for [rows, width] in [[128, 64], [4096, 512]] {
        let (x, burn_x) = (ours(&[rows, width], 1), burns([rows, width], 1));
        let (gamma, beta) = (ours(&[width], 3), ours(&[width], 4));
        let (burn_gamma, burn_beta) = (burns([width], 3), burns([width], 4));
        let name = format!("{rows}x{width}");
        beside(
            &mut group,
            &format!("{name}/forward"),
            bytes(2 * rows * width),
            || {
                let (x, gamma, beta) = (burn_x.clone(), burn_gamma.clone(), burn_beta.clone());
                module::layer_norm(x, gamma, Some(beta), 1e-3)
            },
            || ops::layer_normalization(&x, &[-1], Some(&gamma), Some(&beta), 1e-3).unwrap(),
        );
        beside(
            &mut group,
            &format!("{name}/step"),
            bytes(5 * rows * width),
            || {
                let (x, gamma, beta) = (leaf(&burn_x), leaf(&burn_gamma), leaf(&burn_beta));
                burns_step(&x, module::layer_norm(x.clone(), gamma, Some(beta), 1e-3))
            },
            || {
                our_step(&[&x, &gamma, &beta], |i| {
                    let (gamma, beta) = (Some(&i[1]), Some(&i[2]));
                    ops::layer_normalization(&i[0], &[-1], gamma, beta, 1e-3).unwrap()
                })
            },
        );
    }
    group.finish();
}
