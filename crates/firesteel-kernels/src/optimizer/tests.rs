// SPDX-License-Identifier: MIT OR Apache-2.0
use proptest::prelude::*;

use super::*;
use crate::naive::optimizer as plain;
use crate::testing::{
    Within, close, for_all, lengths, numbers, offsets, on_every_isa, same_on_any_threads,
};

on_every_isa!(
    sgd,
    adam,
    rmsprop,
    random_sgd,
    random_adam,
    random_rmsprop,
    odd_gradients,
    decay_is_part_of_the_step,
);

const STEPS: u64 = 3;
/// For means of gradients.
const WITHIN: Within = Within { absolute: 1e-7, relative: 2e-6 };

/// For weights that have moved by about the learning rate.
fn within(learning_rate: f64) -> Within {
    Within { absolute: 1e-7 + 5e-6 * learning_rate, ..WITHIN }
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| f64::from(value)).collect()
}

/// Steps of the rule on so many weights, which begin at an offset in their memory, as do their gradients.
fn check_sgd(rule: Sgd, len: usize, [i, j]: [usize; 2], gradients: &[Vec<f32>]) {
    let (mut w, mut m) = (numbers(i + len, 1), vec![0.0; j + len]);
    let (w, m) = (&mut w[i..], &mut m[j..]);
    let (mut w_want, mut m_want) = (wide(w), vec![0.0; len]);
    for g in gradients {
        let g = &g[j..][..len];
        if rule.momentum == 0.0 {
            rule.update(w, g);
        } else {
            rule.update_with_momentum(w, g, m);
        }
        plain::sgd(&rule, &mut w_want, g, &mut m_want);
    }
    close(&format!("{rule:?}"), w, &w_want, within(rule.learning_rate));
    if rule.momentum != 0.0 {
        close("momentum", m, &m_want, WITHIN);
    }
}

fn check_adam(rule: Adam, amsgrad: bool, len: usize, [i, j]: [usize; 2], gradients: &[Vec<f32>]) {
    let mut w = numbers(i + len, 1);
    let w = &mut w[i..];
    let mut state = [vec![0.0; j + len], vec![0.0; i + len], vec![0.0; len]];
    let mut want = [wide(w), vec![0.0; len], vec![0.0; len], vec![0.0; len]];
    for (step, g) in (1..).zip(gradients) {
        let g = &g[j..][..len];
        let [momentum, velocity, largest] = &mut state;
        let (momentum, velocity) = (&mut momentum[j..], &mut velocity[i..]);
        let largest_velocity = amsgrad.then_some(&mut largest[..]);
        rule.update(step, w, g, AdamState { momentum, velocity, largest_velocity });
        plain::adam(&rule, amsgrad, step, g, &mut want);
    }
    close(&format!("{rule:?} {amsgrad}"), w, &want[0], within(rule.learning_rate));
    close("m", &state[0][j..], &want[1], WITHIN);
    close("v", &state[1][i..], &want[2], WITHIN);
}

fn check_rmsprop(
    rule: RmsProp,
    centered: bool,
    len: usize,
    [i, j]: [usize; 2],
    gradients: &[Vec<f32>],
) {
    let mut w = numbers(i + len, 1);
    let w = &mut w[i..];
    let mut state = [vec![0.0; j + len], vec![0.0; i + len], vec![0.0; len]];
    let mut want = [wide(w), vec![0.0; len], vec![0.0; len], vec![0.0; len]];
    for g in gradients {
        let g = &g[j..][..len];
        let [velocity, average, last] = &mut state;
        let average_gradient = centered.then_some(&mut average[i..]);
        let momentum = (rule.momentum > 0.0).then_some(&mut last[..]);
        let state = RmsPropState { velocity: &mut velocity[j..], average_gradient, momentum };
        rule.update(w, g, state);
        plain::rmsprop(&rule, centered, g, &mut want);
    }
    // `v - a^2` cancels
    let within = Within { absolute: 2e-6, relative: 2e-6 };
    close(&format!("{rule:?} {centered}"), w, &want[0], within);
    close("v", &state[0][j..], &want[1], WITHIN);
}

/// The gradients of some steps, which become smaller.
fn gradients(len: usize) -> Vec<Vec<f32>> {
    let scaled = |step: u64| -> Vec<f32> {
        numbers(len, 10 + step).iter().map(|g| g / step.pow(3) as f32).collect()
    };
    (1..=STEPS).map(scaled).collect()
}

fn sgd() {
    for (momentum, nesterov, keep) in
        [(0.0, false, 1.0), (0.0, false, 0.995), (0.9, false, 0.995), (0.8, true, 1.0)]
    {
        let rule = Sgd { learning_rate: 0.05, momentum, nesterov, keep };
        lengths().for_each(|len| check_sgd(rule, len, [0; 2], &gradients(len)));
    }
}

fn adam() {
    for (amsgrad, keep) in [(false, 1.0), (true, 1.0), (false, 0.98), (true, 0.98)] {
        let rule = Adam { learning_rate: 0.01, beta_1: 0.8, beta_2: 0.9, epsilon: 1e-5, keep };
        lengths().for_each(|len| check_adam(rule, amsgrad, len, [0; 2], &gradients(len)));
    }
}

fn rmsprop() {
    for (centered, momentum, keep) in
        [(false, 0.0, 1.0), (true, 0.0, 0.99), (false, 0.7, 1.0), (true, 0.7, 0.99)]
    {
        let rule = RmsProp { learning_rate: 0.01, rho: 0.8, momentum, epsilon: 1e-3, keep };
        lengths().for_each(|len| check_rmsprop(rule, centered, len, [0; 2], &gradients(len)));
    }
}

/// What is left of a weight: all of it, or a little less.
fn kept() -> impl Strategy<Value = f64> {
    prop_oneof![Just(1.0), 0.98..1.0_f64]
}

/// Nothing, or something in the range.
fn or_zero(range: std::ops::Range<f64>) -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), range]
}

fn random_sgd() {
    let rules = (1e-4..0.1_f64, or_zero(0.1..0.95), any::<bool>(), kept()).prop_map(
        |(learning_rate, momentum, nesterov, keep)| Sgd { learning_rate, momentum, nesterov, keep },
    );
    for_all(12, 200, &(rules, 0..300_usize, offsets::<2>()), |(rule, len, offsets)| {
        check_sgd(rule, len, offsets, &gradients(offsets[1] + len));
    });
}

/// The decays are such that no mean forgets all but its last term: what it then rounds off would be all of it.
fn random_adam() {
    let rules = (1e-4..0.1_f64, 0.0..0.95_f64, 0.5..0.999_f64, 1e-7..1e-2_f64, kept()).prop_map(
        |(learning_rate, beta_1, beta_2, epsilon, keep)| Adam {
            learning_rate,
            beta_1,
            beta_2,
            epsilon,
            keep,
        },
    );
    let cases = (rules, any::<bool>(), 0..300_usize, offsets::<2>());
    for_all(13, 200, &cases, |(rule, amsgrad, len, offsets)| {
        check_adam(rule, amsgrad, len, offsets, &gradients(offsets[1] + len));
    });
}

fn random_rmsprop() {
    let rules = (1e-4..0.02_f64, 0.5..0.99_f64, or_zero(0.1..0.95), 1e-3..0.1_f64, kept())
        .prop_map(|(learning_rate, rho, momentum, epsilon, keep)| RmsProp {
            learning_rate,
            rho,
            momentum,
            epsilon,
            keep,
        });
    let cases = (rules, any::<bool>(), 0..300_usize, offsets::<2>());
    for_all(14, 200, &cases, |(rule, centered, len, offsets)| {
        check_rmsprop(rule, centered, len, offsets, &gradients(offsets[1] + len));
    });
}

/// A gradient that is not finite, or almost nothing, does to its weight what arithmetic says, and to no other.
fn odd_gradients() {
    let mut gradient = numbers(45, 5);
    let odd =
        [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0, -0.0, f32::MIN_POSITIVE, 1e-45, -1e-40];
    // in whole vectors and in the last, partial one
    gradient[3..11].copy_from_slice(&odd);
    gradient[37..].copy_from_slice(&odd);
    let gradients = [gradient];
    let (learning_rate, keep) = (0.01, 0.999);
    for (momentum, nesterov) in [(0.0, false), (0.9, false), (0.9, true)] {
        let rule = Sgd { learning_rate, momentum, nesterov, keep };
        check_sgd(rule, 45, [0; 2], &gradients);
    }
    let rule = Adam { learning_rate, beta_1: 0.8, beta_2: 0.9, epsilon: 1e-5, keep };
    for amsgrad in [false, true] {
        check_adam(rule, amsgrad, 45, [0; 2], &gradients);
    }
    for (momentum, centered) in [(0.0, false), (0.7, false), (0.0, true), (0.7, true)] {
        let rule = RmsProp { learning_rate, rho: 0.8, momentum, epsilon: 1e-3, keep };
        check_rmsprop(rule, centered, 45, [0; 2], &gradients);
    }
}

/// The decay is the same as one in a pass of its own before the step, to the bit.
fn decay_is_part_of_the_step() {
    let (start, g) = (numbers(1_001, 1), numbers(1_001, 2));
    let keep = 0.97;
    let decayed: Vec<f32> = start.iter().map(|w| w * keep as f32).collect();
    let same = |name: &str, run: &dyn Fn(f64, &mut [f32])| {
        let (mut at_once, mut apart) = (start.clone(), decayed.clone());
        run(keep, &mut at_once);
        run(1.0, &mut apart);
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert!(bits(&at_once) == bits(&apart), "{name}");
        assert!(at_once != start, "{name}");
    };
    let sgd = Sgd { learning_rate: 0.05, momentum: 0.9, nesterov: false, keep: 1.0 };
    same("sgd", &|keep, w| Sgd { keep, ..sgd }.update(w, &g));
    for nesterov in [false, true] {
        let rule = Sgd { nesterov, ..sgd };
        same("momentum", &|keep, w| {
            Sgd { keep, ..rule }.update_with_momentum(w, &g, &mut vec![0.1; g.len()]);
        });
    }
    let adam = Adam { learning_rate: 0.01, beta_1: 0.8, beta_2: 0.9, epsilon: 1e-5, keep: 1.0 };
    for amsgrad in [false, true] {
        same("adam", &|keep, w| {
            let [mut momentum, mut velocity, mut largest] =
                [0.1_f32, 0.2, 0.3].map(|m| vec![m; g.len()]);
            let largest_velocity = amsgrad.then_some(&mut largest[..]);
            let state =
                AdamState { momentum: &mut momentum, velocity: &mut velocity, largest_velocity };
            Adam { keep, ..adam }.update(3, w, &g, state);
        });
    }
    let rmsprop =
        RmsProp { learning_rate: 0.01, rho: 0.8, momentum: 0.7, epsilon: 1e-3, keep: 1.0 };
    for (centered, with_momentum) in [(false, false), (true, false), (false, true), (true, true)] {
        same("rmsprop", &|keep, w| {
            let [mut velocity, mut average, mut last] =
                [0.5_f32, 0.1, 0.2].map(|m| vec![m; g.len()]);
            let average_gradient = centered.then_some(&mut average[..]);
            let momentum = with_momentum.then_some(&mut last[..]);
            let state = RmsPropState { velocity: &mut velocity, average_gradient, momentum };
            RmsProp { keep, ..rmsprop }.update(w, &g, state);
        });
    }
}

/// Numbers of real Keras: `keras.optimizers` on the JAX backend, see `scripts/keras_optimizers.py`.
mod keras {
    use super::*;

    const START: [f32; 3] = [0.5, -1.25, 2.0];
    const GRADIENTS: [[f32; 3]; 3] = [[0.1, -0.2, 0.3], [-0.4, 0.05, 0.25], [0.02, 0.6, -0.7]];

    include!("keras_numbers.rs");

    fn run(mut update: impl FnMut(u64, &mut [f32], &[f32]), want: [f32; 3]) {
        let mut w = START;
        for (step, gradient) in (1..).zip(&GRADIENTS) {
            update(step, &mut w, gradient);
        }
        close("keras", &w, &want.map(f64::from), Within { absolute: 0.0, relative: 1e-6 });
    }

    #[test]
    fn sgd() {
        let rule = Sgd { learning_rate: 0.1, momentum: 0.9, nesterov: false, keep: 1.0 };
        run(|_, w, g| rule.update(w, g), SGD);
        let mut m = [0.0; 3];
        run(|_, w, g| rule.update_with_momentum(w, g, &mut m), SGD_MOMENTUM);
        let (rule, mut m) = (Sgd { nesterov: true, keep: 1.0 - 0.01 * 0.1, ..rule }, [0.0; 3]);
        run(|_, w, g| rule.update_with_momentum(w, g, &mut m), SGD_NESTEROV_DECAY);
    }

    #[test]
    fn adam() {
        let rule =
            Adam { learning_rate: 0.1, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, keep: 1.0 };
        let mut s = [[0.0; 3]; 3];
        let [momentum, velocity, _] = &mut s;
        run(
            |step, w, g| {
                rule.update(step, w, g, AdamState { momentum, velocity, largest_velocity: None });
            },
            ADAM,
        );
        let rule = Adam { beta_2: 0.6, keep: 1.0 - 0.01 * 0.1, ..rule };
        let mut s = [[0.0; 3]; 3];
        let [momentum, velocity, largest] = &mut s;
        run(
            |step, w, g| {
                let largest_velocity = Some(&mut largest[..]);
                rule.update(step, w, g, AdamState { momentum, velocity, largest_velocity });
            },
            ADAMW_AMSGRAD,
        );
    }

    #[test]
    fn rmsprop() {
        let rule =
            RmsProp { learning_rate: 0.1, rho: 0.9, momentum: 0.0, epsilon: 1e-7, keep: 1.0 };
        let mut s = [[0.0; 3]; 3];
        let [velocity, _, _] = &mut s;
        run(
            |_, w, g| {
                let state = RmsPropState { velocity, average_gradient: None, momentum: None };
                rule.update(w, g, state);
            },
            RMSPROP,
        );
        let rule = RmsProp { momentum: 0.5, ..rule };
        let mut s = [[0.0; 3]; 3];
        let [velocity, average, last] = &mut s;
        run(
            |_, w, g| {
                let average_gradient = Some(&mut average[..]);
                let momentum = Some(&mut last[..]);
                rule.update(w, g, RmsPropState { velocity, average_gradient, momentum });
            },
            RMSPROP_CENTERED_MOMENTUM,
        );
    }
}

#[test]
fn threads_do_not_matter() {
    same_on_any_threads(|| {
        let rule =
            Adam { learning_rate: 0.01, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, keep: 1.0 };
        let mut w = numbers(200_003, 1);
        let (mut momentum, mut velocity) = (vec![0.0; w.len()], vec![0.0; w.len()]);
        let g = numbers(w.len(), 2);
        let state =
            AdamState { momentum: &mut momentum, velocity: &mut velocity, largest_velocity: None };
        rule.update(1, &mut w, &g, state);
        w
    });
}
