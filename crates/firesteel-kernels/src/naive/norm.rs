// SPDX-License-Identifier: MIT OR Apache-2.0
//! Batch normalisation, one channel at a time, and layer normalisation, one row at a time.

use super::activated;
use crate::Activation;
use crate::layer_norm::LayerNorm;
use crate::norm::{BatchNorm, Statistics};

/// Mean and biased variance of each column.
pub fn moments(x: &[f32], width: usize) -> (Vec<f64>, Vec<f64>) {
    let moments = |column: usize| {
        let values = || x.iter().skip(column).step_by(width).map(|&value| f64::from(value));
        let count = values().count() as f64;
        let mean = values().sum::<f64>() / count;
        (mean, values().map(|value| (value - mean).powi(2)).sum::<f64>() / count)
    };
    (0..width).map(moments).unzip()
}

/// `act((x - mean) * gamma / sqrt(variance + epsilon) + beta)`.
pub fn batch_norm(norm: &BatchNorm<'_>, x: &[f32], activation: Activation) -> Vec<f64> {
    let value = |(index, &x): (usize, &f32)| {
        let column = index % norm.mean.len();
        let beta = norm.beta.map_or(0.0, |beta| f64::from(beta[column]));
        let [scale, _] = scales(norm, column);
        activated(activation, (f64::from(x) - f64::from(norm.mean[column])) * scale + beta)
    };
    x.iter().enumerate().map(value).collect()
}

/// `[dx, dgamma, dbeta]`.
pub fn batch_norm_backward(
    norm: &BatchNorm<'_>,
    statistics: Statistics,
    x: &[f32],
    dz: &[f32],
) -> [Vec<f64>; 3] {
    let width = norm.mean.len();
    let mut out = [vec![0.0; x.len()], vec![0.0; width], vec![0.0; width]];
    for column in 0..width {
        let [scale, inverse] = scales(norm, column);
        let places = || (column..x.len()).step_by(width);
        let standard = |i: usize| (f64::from(x[i]) - f64::from(norm.mean[column])) * inverse;
        let dgamma: f64 = places().map(|i| f64::from(dz[i]) * standard(i)).sum();
        let dbeta: f64 = places().map(|i| f64::from(dz[i])).sum();
        let count = places().count() as f64;
        for i in places() {
            let through = match statistics {
                Statistics::OfBatch => (dbeta + standard(i) * dgamma) / count,
                Statistics::Given => 0.0,
            };
            out[0][i] = scale * (f64::from(dz[i]) - through);
        }
        (out[1][column], out[2][column]) = (dgamma, dbeta);
    }
    out
}

/// `gamma / sqrt(variance + epsilon)`, and the same without `gamma`.
fn scales(norm: &BatchNorm<'_>, column: usize) -> [f64; 2] {
    let inverse = (f64::from(norm.variance[column]) + norm.epsilon).sqrt().recip();
    [norm.gamma.map_or(1.0, |gamma| f64::from(gamma[column])) * inverse, inverse]
}

/// `(x - mean) / sqrt(variance + epsilon)` of a row, and the last factor.
fn standard(row: &[f32], epsilon: f64) -> (Vec<f64>, f64) {
    let count = row.len() as f64;
    let mean = row.iter().map(|&x| f64::from(x)).sum::<f64>() / count;
    let squares: f64 = row.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum();
    let inverse = (squares / count + epsilon).sqrt().recip();
    (row.iter().map(|&x| (f64::from(x) - mean) * inverse).collect(), inverse)
}

/// `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, with the statistics of each row.
pub fn layer_norm(norm: &LayerNorm<'_>, x: &[f32]) -> Vec<f64> {
    let row = |row: &[f32]| -> Vec<f64> {
        let (z, _) = standard(row, norm.epsilon);
        let weighted = |(place, z): (usize, f64)| {
            let gamma = norm.gamma.map_or(1.0, |gamma| f64::from(gamma[place]));
            z * gamma + norm.beta.map_or(0.0, |beta| f64::from(beta[place]))
        };
        z.into_iter().enumerate().map(weighted).collect()
    };
    x.chunks(norm.width).flat_map(row).collect()
}

/// `[dx, dgamma, dbeta]`.
pub fn layer_norm_backward(norm: &LayerNorm<'_>, x: &[f32], dy: &[f32]) -> [Vec<f64>; 3] {
    let width = norm.width;
    let mut out = [Vec::new(), vec![0.0; width], vec![0.0; width]];
    for (x, dy) in x.chunks(width).zip(dy.chunks(width)) {
        let (z, inverse) = standard(x, norm.epsilon);
        let gamma = |place: usize| norm.gamma.map_or(1.0, |gamma| f64::from(gamma[place]));
        let g: Vec<f64> = (0..width).map(|place| f64::from(dy[place]) * gamma(place)).collect();
        let level = g.iter().sum::<f64>() / width as f64;
        let tilt = g.iter().zip(&z).map(|(g, z)| g * z).sum::<f64>() / width as f64;
        for place in 0..width {
            out[0].push(inverse * (g[place] - level - z[place] * tilt));
            out[1][place] += f64::from(dy[place]) * z[place];
            out[2][place] += f64::from(dy[place]);
        }
    }
    out
}
