// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rows of a table by their numbers, as an embedding looks them up.

use burn::tensor::{Device as BurnDevice, Int, Tensor as Burn, TensorData, module};
use criterion::Criterion;
use firesteel_tensor::{Device, Tensor, ops};

use crate::support::{beside, burns, burns_step, bytes, group, leaf, our_step, ours};

/// Rows of the table and their width, sentences and their words.
const SIZES: [[usize; 4]; 2] = [[1_000, 64, 32, 100], [20_000, 128, 64, 200]];

pub(crate) fn embedding(criterion: &mut Criterion) {
    let mut group = group(criterion, "embedding");
    for [rows, width, batch, words] in SIZES {
        let numbers = (0..batch * words).map(|place| place * 7919 % rows);
        let (floats, wholes): (Vec<f32>, Vec<i64>) =
            numbers.map(|number| (number as f32, number as i64)).unzip();
        let numbers = Tensor::from_vec(floats, &[batch, words], &Device::cpu()).unwrap();
        let data = TensorData::new(wholes, [batch, words]);
        let burn_numbers: Burn<2, Int> = Burn::from_data(data, &BurnDevice::flex());
        let (table, burn_table) = (ours(&[rows, width], 1), burns([rows, width], 1));
        let len = batch * words * width;
        let name = format!("{rows}x{width}-{batch}x{words}");
        beside(
            &mut group,
            &format!("{name}/forward"),
            bytes(2 * len),
            || module::embedding(burn_table.clone(), burn_numbers.clone()),
            || ops::take_rows(&table, &numbers).unwrap(),
        );
        beside(
            &mut group,
            &format!("{name}/step"),
            bytes(4 * len + rows * width),
            || {
                let table = leaf(&burn_table);
                let numbers = burn_numbers.clone().autodiff();
                burns_step(&table, module::embedding(table.clone(), numbers))
            },
            || our_step(&[&table], |i| ops::take_rows(&i[0], &numbers).unwrap()),
        );
    }
    group.finish();
}
