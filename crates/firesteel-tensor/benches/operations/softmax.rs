// SPDX-License-Identifier: MIT OR Apache-2.0
//! Softmax of rows, its logarithm, and the cross-entropy.

use burn::tensor::{Device as BurnDevice, Tensor as Burn, TensorData, activation, loss};
use criterion::Criterion;
use firesteel_tensor::ops::Classes;
use firesteel_tensor::{Device, Tensor, ops};

use crate::support::{beside, burns, burns_step, bytes, group, leaf, our_step, ours};

/// Both weighted by numbers of their own in a step: the sum of a softmax is the same for all inputs.
pub(crate) fn softmax(criterion: &mut Criterion) {
    let mut group = group(criterion, "softmax");
    for [rows, classes] in [[128, 10], [256, 1000], [8192, 128]] {
        let (x, burn_x) = (ours(&[rows, classes], 1), burns([rows, classes], 1));
        let (by, burn_by) = (ours(&[rows, classes], 2), burns([rows, classes], 2));
        let burn_by = burn_by.autodiff();
        let (name, len) = (format!("{rows}x{classes}"), rows * classes);
        beside(
            &mut group,
            &format!("{name}/forward"),
            bytes(2 * len),
            || activation::softmax(burn_x.clone(), 1),
            || ops::softmax(&x, -1).unwrap(),
        );
        beside(
            &mut group,
            &format!("{name}/step"),
            bytes(9 * len),
            || {
                let x = leaf(&burn_x);
                burns_step(&x, activation::softmax(x.clone(), 1).mul(burn_by.clone()))
            },
            || our_step(&[&x], |i| ops::multiply(&ops::softmax(&i[0], -1).unwrap(), &by).unwrap()),
        );
        beside(
            &mut group,
            &format!("log/{name}/forward"),
            bytes(2 * len),
            || activation::log_softmax(burn_x.clone(), 1),
            || ops::log_softmax(&x, -1).unwrap(),
        );
        beside(
            &mut group,
            &format!("log/{name}/step"),
            bytes(9 * len),
            || {
                let x = leaf(&burn_x);
                burns_step(&x, activation::log_softmax(x.clone(), 1).mul(burn_by.clone()))
            },
            || {
                our_step(&[&x], |i| {
                    ops::multiply(&ops::log_softmax(&i[0], -1).unwrap(), &by).unwrap()
                })
            },
        );
    }
    group.finish();
}

pub(crate) fn cross_entropy(criterion: &mut Criterion) {
    let mut group = group(criterion, "softmax_cross_entropy");
    for (rows, classes) in [(128, 10), (256, 1000)] {
        let one_hot: Vec<f32> = (0..rows * classes)
            .map(|place| f32::from(u8::from(place % classes == place / classes % classes)))
            .collect();
        let targets = Tensor::from_vec(one_hot.clone(), &[rows, classes], &Device::cpu()).unwrap();
        let burn_targets: Burn<2> =
            Burn::from_data(TensorData::new(one_hot, [rows, classes]), &BurnDevice::flex());
        let (x, burn_x) = (ours(&[rows, classes], 1), burns([rows, classes], 1));
        beside(
            &mut group,
            &format!("{rows}x{classes}/step"),
            bytes(3 * rows * classes),
            || {
                let x = leaf(&burn_x);
                let targets = burn_targets.clone().autodiff();
                burns_step(&x, loss::cross_entropy_with_logits(x.clone(), targets))
            },
            || {
                our_step(&[&x], |i| {
                    ops::mean_cross_entropy(&i[0], Classes::Probabilities(&targets)).unwrap()
                })
            },
        );
    }
    group.finish();
}
