// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::naive::optimizer as plain;
use crate::testing::{Within, close, lengths, numbers, on_every_isa, same_on_any_threads};

on_every_isa!(sgd, adam, rmsprop);

const STEPS: u64 = 3;
const WITHIN: Within = Within { absolute: 1e-7, relative: 2e-6 };

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| f64::from(value)).collect()
}

fn gradient(len: usize, step: u64) -> Vec<f32> {
    numbers(len, 10 + step)
}

fn sgd() {
    for (momentum, nesterov, weight_decay) in
        [(0.0, false, 0.0), (0.0, false, 0.1), (0.9, false, 0.1), (0.8, true, 0.0)]
    {
        let rule = Sgd { learning_rate: 0.05, momentum, nesterov, weight_decay };
        for len in lengths() {
            let (mut w, mut m) = (numbers(len, 1), vec![0.0; len]);
            let (mut w_want, mut m_want) = (wide(&w), vec![0.0; len]);
            for step in 1..=STEPS {
                let g = gradient(len, step);
                if momentum == 0.0 {
                    rule.update(&mut w, &g);
                } else {
                    rule.update_with_momentum(&mut w, &g, &mut m);
                }
                plain::sgd(&rule, &mut w_want, &g, &mut m_want);
            }
            close(&format!("{rule:?}"), &w, &w_want, WITHIN);
        }
    }
}

fn adam() {
    for (amsgrad, weight_decay) in [(false, 0.0), (true, 0.0), (false, 0.02), (true, 0.02)] {
        let rule =
            Adam { learning_rate: 0.01, beta_1: 0.8, beta_2: 0.9, epsilon: 1e-5, weight_decay };
        for len in lengths() {
            let mut w = numbers(len, 1);
            let mut state = [vec![0.0; len], vec![0.0; len], vec![0.0; len]];
            let mut want = [wide(&w), vec![0.0; len], vec![0.0; len], vec![0.0; len]];
            for step in 1..=STEPS {
                let g: Vec<f32> =
                    gradient(len, step).iter().map(|g| g / step.pow(3) as f32).collect();
                let [momentum, velocity, largest] = &mut state;
                let largest_velocity = amsgrad.then_some(&mut largest[..]);
                rule.update(step, &mut w, &g, AdamState { momentum, velocity, largest_velocity });
                plain::adam(&rule, amsgrad, step, &g, &mut want);
            }
            close(&format!("{rule:?} {amsgrad}"), &w, &want[0], WITHIN);
            close("m", &state[0], &want[1], WITHIN);
            close("v", &state[1], &want[2], WITHIN);
        }
    }
}

fn rmsprop() {
    for (centered, momentum, weight_decay) in
        [(false, 0.0, 0.0), (true, 0.0, 0.1), (false, 0.7, 0.0), (true, 0.7, 0.1)]
    {
        let rule = RmsProp { learning_rate: 0.01, rho: 0.8, momentum, epsilon: 1e-3, weight_decay };
        for len in lengths() {
            let mut w = numbers(len, 1);
            let mut state = [vec![0.0; len], vec![0.0; len], vec![0.0; len]];
            let mut want = [wide(&w), vec![0.0; len], vec![0.0; len], vec![0.0; len]];
            for step in 1..=STEPS {
                let g = gradient(len, step);
                let [velocity, average, last] = &mut state;
                let average_gradient = centered.then_some(&mut average[..]);
                let momentum = (momentum > 0.0).then_some(&mut last[..]);
                rule.update(&mut w, &g, RmsPropState { velocity, average_gradient, momentum });
                plain::rmsprop(&rule, centered, &g, &mut want);
            }
            // `v - a^2` cancels
            close(&format!("{rule:?}"), &w, &want[0], Within { absolute: 2e-6, relative: 2e-6 });
        }
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
        let rule = Sgd { learning_rate: 0.1, momentum: 0.9, nesterov: false, weight_decay: 0.0 };
        run(|_, w, g| rule.update(w, g), SGD);
        let mut m = [0.0; 3];
        run(|_, w, g| rule.update_with_momentum(w, g, &mut m), SGD_MOMENTUM);
        let (rule, mut m) = (Sgd { nesterov: true, weight_decay: 0.01, ..rule }, [0.0; 3]);
        run(|_, w, g| rule.update_with_momentum(w, g, &mut m), SGD_NESTEROV_DECAY);
    }

    #[test]
    fn adam() {
        let rule = Adam {
            learning_rate: 0.1,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-7,
            weight_decay: 0.0,
        };
        let mut s = [[0.0; 3]; 3];
        let [momentum, velocity, _] = &mut s;
        run(
            |step, w, g| {
                rule.update(step, w, g, AdamState { momentum, velocity, largest_velocity: None });
            },
            ADAM,
        );
        let rule = Adam { beta_2: 0.6, weight_decay: 0.01, ..rule };
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
        let rule = RmsProp {
            learning_rate: 0.1,
            rho: 0.9,
            momentum: 0.0,
            epsilon: 1e-7,
            weight_decay: 0.0,
        };
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
        let rule = Adam {
            learning_rate: 0.01,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-7,
            weight_decay: 0.0,
        };
        let mut w = numbers(200_003, 1);
        let (mut momentum, mut velocity) = (vec![0.0; w.len()], vec![0.0; w.len()]);
        let g = numbers(w.len(), 2);
        let state =
            AdamState { momentum: &mut momentum, velocity: &mut velocity, largest_velocity: None };
        rule.update(1, &mut w, &g, state);
        w
    });
}
