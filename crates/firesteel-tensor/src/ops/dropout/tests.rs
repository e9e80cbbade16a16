// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{random, same};

/// What becomes of ones: zero, or the factor that keeps the mean.
fn of_ones(axes: &[usize], rate: f64, noise_shape: &[usize], seed: u64) -> Vec<f32> {
    let ones = Tensor::full(1.0, axes, &Device::cpu()).unwrap();
    dropout(&ones, rate, noise_shape, Seed::new(seed)).unwrap().to_vec().unwrap()
}

fn zeros(values: &[f32]) -> usize {
    values.iter().filter(|&&value| value == 0.0).count()
}

#[test]
fn kernels_and_burn_agree() {
    for axes in [&[7][..], &[5, 13], &[2, 3, 70]] {
        for rate in [0.0, 0.3, 0.9] {
            let kernel = Dropout { rate, seed: 4 };
            same(
                &[random(axes, 1)],
                |x| dropout(&x[0], rate, axes, Seed::new(4)),
                |x| composed(&x[0], kernel, axes),
            );
        }
    }
}

/// So many decisions that a share further from the rate than four deviations is no accident.
#[test]
fn the_share_of_zeros_is_the_rate_and_the_mean_stays() {
    let axes = [400, 500];
    let count: usize = axes.iter().product();
    for rate in [0.1, 0.5, 0.8, 0.999] {
        let values = of_ones(&axes, rate, &axes, 11);
        let share = zeros(&values) as f64 / count as f64;
        let deviation = (rate * (1.0 - rate) / count as f64).sqrt();
        assert!((share - rate).abs() < 4.0 * deviation, "{rate}: {share}");
        let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count as f64;
        assert!((mean - 1.0).abs() < 4.0 * deviation / (1.0 - rate), "{rate}: {mean}");
    }
}

#[test]
fn the_seed_decides() {
    let axes = [30, 40];
    assert_eq!(of_ones(&axes, 0.5, &axes, 1), of_ones(&axes, 0.5, &axes, 1));
    assert_ne!(of_ones(&axes, 0.5, &axes, 1), of_ones(&axes, 0.5, &axes, 2));
}

#[test]
fn nothing_and_everything_can_be_dropped() {
    for noise_shape in [[6, 5], [6, 1]] {
        assert_eq!(of_ones(&[6, 5], 0.0, &noise_shape, 3), [1.0; 30]);
        assert_eq!(of_ones(&[6, 5], 1.0, &noise_shape, 3), [0.0; 30]);
    }
}

/// What is dropped forward has no gradient, and no other element is without one.
#[test]
fn the_way_back_drops_the_same() {
    let axes = [20, 30];
    let x = Tensor::full(2.0, &axes, &Device::cpu()).unwrap().tracked();
    let y = dropout(&x, 0.4, &axes, Seed::new(5)).unwrap();
    let loss = crate::ops::sum_all(&y).unwrap();
    let by_x = crate::gradients(&loss).unwrap().take(&x).unwrap().to_vec().unwrap();
    let halves: Vec<f32> = y.to_vec().unwrap().iter().map(|y| y / 2.0).collect();
    assert_eq!(by_x, halves);
    assert!((150..330).contains(&zeros(&by_x)));
}

#[test]
fn axes_of_length_one_share_a_decision() {
    let values = of_ones(&[8, 50, 3], 0.5, &[8, 1, 3], 7);
    let mask = of_ones(&[8, 1, 3], 0.5, &[8, 1, 3], 7);
    assert!((1..24).contains(&zeros(&mask)));
    for (place, value) in values.iter().enumerate() {
        assert_eq!(*value, mask[place / 150 * 3 + place % 3], "{place}");
    }
}

#[test]
fn nothing_stays_nothing() {
    let nothing = Tensor::from_vec(Vec::new(), &[0, 3], &Device::cpu()).unwrap();
    assert_eq!(dropout(&nothing, 0.5, &[0, 3], Seed::new(1)).unwrap().shape(), [0, 3]);
}

#[test]
fn misfits_are_refused() {
    assert!(dropout(&random(&[4, 5], 1), 0.5, &[4, 2], Seed::new(1)).unwrap_err().is_shape());
}
