// SPDX-License-Identifier: MIT OR Apache-2.0
//! Weight updates, one weight at a time.

use crate::optimizer::{Adam, RmsProp, Sgd};

/// One step of [`Sgd`] on the weights `w` with momenta `m`.
pub fn sgd(rule: &Sgd, w: &mut [f64], gradient: &[f32], m: &mut [f64]) {
    for ((w, m), &g) in w.iter_mut().zip(m).zip(gradient) {
        let g = f64::from(g);
        *w *= rule.keep;
        *m = rule.momentum * *m - rule.learning_rate * g;
        *w += if rule.nesterov { rule.momentum * *m - rule.learning_rate * g } else { *m };
    }
}

/// One step of [`Adam`] on `[w, m, v, largest v]`.
pub fn adam(rule: &Adam, amsgrad: bool, step: u64, gradient: &[f32], state: &mut [Vec<f64>; 4]) {
    let step = step as f64;
    let rise = (1.0 - rule.beta_2.powf(step)).sqrt() / (1.0 - rule.beta_1.powf(step));
    let [w, m, v, largest] = state;
    for (i, &g) in gradient.iter().enumerate() {
        let g = f64::from(g);
        w[i] *= rule.keep;
        m[i] += (g - m[i]) * (1.0 - rule.beta_1);
        v[i] += (g * g - v[i]) * (1.0 - rule.beta_2);
        largest[i] = largest[i].max(v[i]);
        let spread = if amsgrad { largest[i] } else { v[i] };
        w[i] -= rule.learning_rate * rise * m[i] / (spread.sqrt() + rule.epsilon);
    }
}

/// One step of [`RmsProp`] on `[w, v, a, m]`.
pub fn rmsprop(rule: &RmsProp, centered: bool, gradient: &[f32], state: &mut [Vec<f64>; 4]) {
    let [w, v, a, m] = state;
    for (i, &g) in gradient.iter().enumerate() {
        let g = f64::from(g);
        w[i] *= rule.keep;
        v[i] = rule.rho * v[i] + (1.0 - rule.rho) * g * g;
        if centered {
            a[i] = rule.rho * a[i] + (1.0 - rule.rho) * g;
        }
        let step = rule.learning_rate * g / (v[i] - a[i] * a[i] + rule.epsilon).sqrt();
        m[i] = rule.momentum * m[i] + step;
        w[i] -= m[i];
    }
}
