// SPDX-License-Identifier: MIT OR Apache-2.0
//! Spark's samples without replacement: which rows `RDD.sample` and `RDD.takeSample` choose.

use super::{JavaBits, JavaRandom, XorShift};

/// Below this share Spark jumps from hit to hit instead of asking for every row.
const MAX_GAP_FRACTION: f64 = 0.4;
/// The smallest random number that a jump is computed from.
const EPSILON: f64 = 5e-11;

/// The seed of every partition in `RDD.sample(.., seed)`.
pub(crate) fn sample_seeds(n_partitions: usize, seed: i64) -> Vec<i64> {
    let mut rng = JavaRandom::new(seed);
    (0..n_partitions).map(|_| rng.next_long()).collect()
}

/// The rows that a partition of `n_rows` gives to a sample of `fraction`.
pub(crate) fn sample_partition(n_rows: usize, fraction: f64, seed: i64) -> Vec<usize> {
    if fraction >= 1.0 {
        return (0..n_rows).collect();
    }
    if fraction <= 0.0 {
        return Vec::new();
    }
    let mut rng = XorShift::new(seed);
    if fraction > MAX_GAP_FRACTION {
        return (0..n_rows).filter(|_| rng.next_double() <= fraction).collect();
    }
    let log_miss = (-fraction).ln_1p();
    let mut gap = || (rng.next_double().max(EPSILON).ln() / log_miss) as usize;
    let mut rows = Vec::new();
    let mut row = gap();
    while row < n_rows {
        rows.push(row);
        row += 1 + gap();
    }
    rows
}

/// The `n` rows that `RDD.takeSample(false, n, seed)` returns, as (partition, row), in its order.
pub(crate) fn take_sample(sizes: &[usize], n: usize, seed: i64) -> Vec<(usize, usize)> {
    let total: usize = sizes.iter().sum();
    if n == 0 || total == 0 {
        return Vec::new();
    }
    let mut rng = JavaRandom::new(seed);
    if n >= total {
        let mut all = rows_of(sizes.iter().map(|&size| (0..size).collect()));
        shuffle(&mut all, &mut rng);
        return all;
    }
    let fraction = fraction_for(n, total);
    loop {
        let seeds = sample_seeds(sizes.len(), i64::from(rng.next_int()));
        let chosen = sizes.iter().zip(seeds);
        let mut rows = rows_of(chosen.map(|(&size, seed)| sample_partition(size, fraction, seed)));
        if rows.len() >= n {
            shuffle(&mut rows, &mut rng);
            rows.truncate(n);
            return rows;
        }
    }
}

/// A share that gives at least `n` rows in all but one of ten thousand samples.
fn fraction_for(n: usize, total: usize) -> f64 {
    let fraction = n as f64 / total as f64;
    let gamma = -(1e-4_f64.ln()) / total as f64;
    (fraction + gamma + (gamma * gamma + 2.0 * gamma * fraction).sqrt()).min(1.0)
}

fn rows_of(partitions: impl Iterator<Item = Vec<usize>>) -> Vec<(usize, usize)> {
    let rows = partitions.enumerate();
    rows.flat_map(|(partition, rows)| rows.into_iter().map(move |row| (partition, row))).collect()
}

fn shuffle<T>(items: &mut [T], rng: &mut JavaRandom) {
    for i in (1..items.len()).rev() {
        items.swap(i, rng.next_below(i as i32 + 1) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_about_the_share_asked_for() {
        for fraction in [0.05, 0.3, 0.7] {
            let rows = sample_partition(100_000, fraction, 3);
            let share = rows.len() as f64 / 100_000.0;
            assert!((share - fraction).abs() < 0.01, "{fraction}: {share}");
            assert!(rows.windows(2).all(|pair| pair[0] < pair[1]));
        }
        assert_eq!(sample_partition(3, 1.0, 3), [0, 1, 2]);
        assert!(sample_partition(3, 0.0, 3).is_empty());
    }

    #[test]
    fn take_sample_returns_as_many_as_asked_for() {
        let mut rows = take_sample(&[5, 0, 7], 6, 1);
        assert_eq!(rows.len(), 6);
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), 6);
        assert_eq!(take_sample(&[5, 0, 7], 50, 1).len(), 12);
        assert!(take_sample(&[0], 1, 1).is_empty());
        assert_ne!(take_sample(&[100], 3, 1), take_sample(&[100], 3, 2));
    }
}
