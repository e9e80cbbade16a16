// SPDX-License-Identifier: MIT OR Apache-2.0
//! Softmax, its logarithm and cross-entropy, one row at a time.

/// `e^x / sum e^x` for each row.
pub fn softmax(width: usize, x: &[f32]) -> Vec<f64> {
    let row = |row: &[f32]| -> Vec<f64> {
        let total = log_total(row);
        row.iter().map(|&x| (f64::from(x) - total).exp()).collect()
    };
    x.chunks(width).flat_map(row).collect()
}

/// `y * (dy - sum (dy * y))` for each row.
pub fn softmax_backward(width: usize, y: &[f32], dy: &[f32]) -> Vec<f64> {
    let row = |(y, dy): (&[f32], &[f32])| -> Vec<f64> {
        let pairs = || y.iter().zip(dy).map(|(&y, &dy)| (f64::from(y), f64::from(dy)));
        let product: f64 = pairs().map(|(y, dy)| y * dy).sum();
        pairs().map(|(y, dy)| y * (dy - product)).collect()
    };
    y.chunks(width).zip(dy.chunks(width)).flat_map(row).collect()
}

/// `x - ln sum e^x` for each row.
pub fn log_softmax(width: usize, x: &[f32]) -> Vec<f64> {
    let row = |row: &[f32]| -> Vec<f64> {
        let total = log_total(row);
        row.iter().map(|&x| f64::from(x) - total).collect()
    };
    x.chunks(width).flat_map(row).collect()
}

/// `dy - e^y * sum dy` for each row.
pub fn log_softmax_backward(width: usize, y: &[f32], dy: &[f32]) -> Vec<f64> {
    let row = |(y, dy): (&[f32], &[f32])| -> Vec<f64> {
        let total: f64 = dy.iter().map(|&dy| f64::from(dy)).sum();
        y.iter().zip(dy).map(|(&y, &dy)| f64::from(dy) - f64::from(y).exp() * total).collect()
    };
    y.chunks(width).zip(dy.chunks(width)).flat_map(row).collect()
}

/// `sum t * (ln sum e^x - x)` for each row.
pub fn cross_entropy(width: usize, x: &[f32], targets: &[f32]) -> Vec<f64> {
    let row = |(x, targets): (&[f32], &[f32])| {
        let total = log_total(x);
        x.iter().zip(targets).map(|(&x, &t)| f64::from(t) * (total - f64::from(x))).sum()
    };
    x.chunks(width).zip(targets.chunks(width)).map(row).collect()
}

/// `ln sum e^x`.
fn log_total(row: &[f32]) -> f64 {
    let largest = row.iter().fold(f64::NEG_INFINITY, |best, &x| best.max(f64::from(x)));
    row.iter().map(|&x| (f64::from(x) - largest).exp()).sum::<f64>().ln() + largest
}
