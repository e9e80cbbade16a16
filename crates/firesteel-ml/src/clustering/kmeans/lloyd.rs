// SPDX-License-Identifier: MIT OR Apache-2.0
//! Lloyd's rounds: rows to their nearest center, centers to the mean of their rows.

use super::centers::{Centers, Distance, norm, squared_distance};
use crate::dataset::{Chunk, Dataset, Instances};

/// Where the centers ended.
pub(super) struct Fit {
    pub(super) centers: Centers,
    /// The cost that the last round met, before it moved the centers.
    pub(super) cost: f64,
    pub(super) n_iter: usize,
}

/// What a round collects of the rows.
struct Sums {
    sums: Vec<f64>,
    weights: Vec<f64>,
    cost: f64,
}

/// Moves centers until they stand still or `max_iter` rounds are done.
pub(super) fn lloyd(
    data: &Dataset,
    distance: Distance,
    mut centers: Centers,
    max_iter: usize,
    tol: f64,
) -> Fit {
    let (mut cost, mut n_iter, mut moving) = (0.0, 0, true);
    while n_iter < max_iter && moving {
        let sums = round(data, distance, &centers);
        cost = sums.cost;
        moving = move_centers(&mut centers, distance, &sums, tol);
        n_iter += 1;
    }
    Fit { centers, cost, n_iter }
}

fn round(data: &Dataset, distance: Distance, centers: &Centers) -> Sums {
    let start = || Sums {
        sums: vec![0.0; centers.len() * centers.n_features()],
        weights: vec![0.0; centers.len()],
        cost: 0.0,
    };
    let step = |sums: &mut Sums, part: &Instances, chunk: &Chunk| {
        for row in chunk.rows.clone() {
            let (vector, weight) = (part.rows.row(row), part.weight(row));
            let (nearest, far) = centers.closest(distance, vector);
            let factor = match distance {
                Distance::Euclidean => weight,
                Distance::Cosine => weight / norm(vector),
            };
            let sum = &mut sums.sums[nearest * centers.n_features()..];
            vector.for_each_active(|i, x| sum[i] += factor * x);
            sums.weights[nearest] += weight;
            sums.cost += far * weight;
        }
    };
    let merge = |all: &mut Sums, part: Sums| {
        all.sums.iter_mut().zip(part.sums).for_each(|(sum, x)| *sum += x);
        all.weights.iter_mut().zip(part.weights).for_each(|(sum, x)| *sum += x);
        all.cost += part.cost;
    };
    data.aggregate(start, step, merge)
}

/// Moves every center that has rows; true when one moved further than `tol`.
fn move_centers(centers: &mut Centers, distance: Distance, sums: &Sums, tol: f64) -> bool {
    let mut moved = false;
    let n_features = centers.n_features();
    for (i, (sum, &weight)) in sums.sums.chunks_exact(n_features).zip(&sums.weights).enumerate() {
        if weight <= 0.0 {
            continue;
        }
        let scale = 1.0 / weight;
        let mut mean: Vec<f64> = sum.iter().map(|x| scale * x).collect();
        if distance == Distance::Cosine {
            let shrink = 1.0 / squared_distance(&mean, &vec![0.0; n_features]).sqrt();
            mean.iter_mut().for_each(|x| *x *= shrink);
        }
        let far = match distance {
            Distance::Euclidean => squared_distance(&mean, centers.center(i)).sqrt(),
            Distance::Cosine => {
                let old = Centers::new(n_features, centers.center(i).to_vec());
                old.closest(distance, firesteel_data::vector::VectorRef::Dense(&mean)).1
            }
        };
        moved |= far > tol;
        centers.replace(i, &mean);
    }
    moved
}

/// The number of rows nearest to each center.
pub(super) fn sizes(data: &Dataset, distance: Distance, centers: &Centers) -> Vec<u64> {
    let step = |sizes: &mut Vec<u64>, part: &Instances, chunk: &Chunk| {
        for row in chunk.rows.clone() {
            sizes[centers.closest(distance, part.rows.row(row)).0] += 1;
        }
    };
    let merge = |all: &mut Vec<u64>, part: Vec<u64>| {
        all.iter_mut().zip(part).for_each(|(size, more)| *size += more);
    };
    data.aggregate(|| vec![0; centers.len()], step, merge)
}
