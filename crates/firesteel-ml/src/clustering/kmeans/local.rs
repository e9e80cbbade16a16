// SPDX-License-Identifier: MIT OR Apache-2.0
//! k-means++ on few weighted points, for the start of the real work.

use firesteel_data::vector::VectorRef;

use super::centers::{Centers, Distance, squared_distance};
use crate::random::{JavaBits as _, JavaRandom};

/// Rounds of moving the centers.
const MAX_ROUNDS: usize = 30;

/// `k` centers of weighted points: chosen far apart, then moved as in Lloyd's rounds.
pub(super) fn plus_plus(points: &Centers, weights: &[f64], k: usize) -> Centers {
    let mut rng = JavaRandom::new(0);
    let mut centers = choose(points, weights, k, &mut rng);
    let mut nearest = vec![usize::MAX; points.len()];
    for _ in 0..MAX_ROUNDS {
        if !round(points, weights, &mut centers, &mut nearest, &mut rng) {
            break;
        }
    }
    centers
}

fn choose(points: &Centers, weights: &[f64], k: usize, rng: &mut JavaRandom) -> Centers {
    let first = pick(rng, weights.iter().copied());
    let mut chosen = points.center(first).to_vec();
    let mut costs: Vec<f64> =
        points.iter().map(|point| squared_distance(point, points.center(first))).collect();
    for _ in 1..k {
        let next = pick(rng, costs.iter().zip(weights).map(|(cost, weight)| cost * weight));
        chosen.extend_from_slice(points.center(next));
        for (cost, point) in costs.iter_mut().zip(points.iter()) {
            *cost = cost.min(squared_distance(point, points.center(next)));
        }
    }
    Centers::new(points.n_features(), chosen)
}

/// A random position, each with a probability like its number.
fn pick(rng: &mut JavaRandom, numbers: impl Iterator<Item = f64> + Clone) -> usize {
    let goal = rng.next_double() * numbers.clone().sum::<f64>();
    let mut sum = 0.0;
    let mut position = 0;
    for (i, number) in numbers.enumerate() {
        if sum >= goal {
            break;
        }
        sum += number;
        position = i;
    }
    position
}

/// Moves the centers once; false when every point has stayed with its center.
fn round(
    points: &Centers,
    weights: &[f64],
    centers: &mut Centers,
    nearest: &mut [usize],
    rng: &mut JavaRandom,
) -> bool {
    let n_features = points.n_features();
    let mut sums = vec![0.0; centers.len() * n_features];
    let mut counts = vec![0.0; centers.len()];
    let mut moved = false;
    for (i, point) in points.iter().enumerate() {
        let (closest, _) = centers.closest(Distance::Euclidean, VectorRef::Dense(point));
        let sum = &mut sums[closest * n_features..(closest + 1) * n_features];
        sum.iter_mut().zip(point).for_each(|(sum, x)| *sum += weights[i] * x);
        counts[closest] += weights[i];
        moved |= nearest[i] != closest;
        nearest[i] = closest;
    }
    for (i, count) in counts.into_iter().enumerate() {
        if count == 0.0 {
            let other = rng.next_below(points.len() as i32) as usize;
            centers.replace(i, points.center(other));
        } else {
            let scale = 1.0 / count;
            let mean: Vec<f64> =
                sums[i * n_features..(i + 1) * n_features].iter().map(|x| scale * x).collect();
            centers.replace(i, &mean);
        }
    }
    moved
}
