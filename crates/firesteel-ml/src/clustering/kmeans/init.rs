// SPDX-License-Identifier: MIT OR Apache-2.0
//! The first centers: random rows, or rows far apart.

use rayon::prelude::*;

use super::centers::{Centers, Distance};
use super::lloyd::sizes;
use super::local::plus_plus;
use crate::dataset::Dataset;
use crate::random::{JavaBits as _, XorShift, take_sample};

/// Different random rows, `k` of them or fewer.
pub(super) fn random(data: &Dataset, k: usize, seed: i64) -> Centers {
    let rows = take_sample(&data.sizes(), k, i64::from(XorShift::new(seed).next_int()));
    let chosen = rows.into_iter().map(|(part, row)| vector(data, part, row));
    flat(data.n_features(), &distinct(chosen.collect()))
}

/// Rows far apart, `k` of them or fewer.
///
/// ```text
/// centers = one random row
/// repeat steps times:
///     every row joins the new centers with probability 2 k cost(row) / cost(all)
/// weigh each center by the rows next to it, and part the weighted centers into k by k-means++
/// ```
pub(super) fn parallel(
    data: &Dataset,
    distance: Distance,
    k: usize,
    steps: usize,
    seed: i64,
) -> Centers {
    let seed = XorShift::new(seed).next_int();
    let first = take_sample(&data.sizes(), 1, i64::from(seed));
    let mut fresh: Vec<Vec<f64>> =
        first.into_iter().map(|(part, row)| vector(data, part, row)).collect();
    let mut all = fresh.clone();
    let mut costs: Vec<Vec<f64>> =
        data.sizes().into_iter().map(|n| vec![f64::INFINITY; n]).collect();
    for step in 0..steps {
        lower(data, distance, &flat(data.n_features(), &fresh), &mut costs);
        let total: f64 = costs.iter().map(|costs| costs.iter().sum::<f64>()).sum();
        fresh = Vec::new();
        for (part, costs) in costs.iter().enumerate() {
            let mut rng = XorShift::new(i64::from(seed ^ ((step as i32) << 16) ^ part as i32));
            for (row, cost) in costs.iter().enumerate() {
                if rng.next_double() < 2.0 * cost * k as f64 / total {
                    fresh.push(vector(data, part, row));
                }
            }
        }
        all.extend(fresh.iter().cloned());
    }
    let candidates = flat(data.n_features(), &distinct(all));
    if candidates.len() <= k {
        return candidates;
    }
    let weights: Vec<f64> =
        sizes(data, distance, &candidates).into_iter().map(|n| n as f64).collect();
    plus_plus(&candidates, &weights, k)
}

/// Lowers the cost of every row to that of the nearest of the new centers.
fn lower(data: &Dataset, distance: Distance, centers: &Centers, costs: &mut [Vec<f64>]) {
    for (part, costs) in data.partitions().iter().zip(costs) {
        costs.par_iter_mut().enumerate().for_each(|(row, cost)| {
            *cost = cost.min(centers.closest(distance, part.rows.row(row)).1);
        });
    }
}

fn vector(data: &Dataset, part: usize, row: usize) -> Vec<f64> {
    data.partitions()[part].rows.row(row).to_array()
}

/// The vectors without repetition, in order.
fn distinct(vectors: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let mut kept: Vec<Vec<f64>> = Vec::with_capacity(vectors.len());
    for vector in vectors {
        if !kept.contains(&vector) {
            kept.push(vector);
        }
    }
    kept
}

fn flat(n_features: usize, vectors: &[Vec<f64>]) -> Centers {
    Centers::new(n_features, vectors.concat())
}
