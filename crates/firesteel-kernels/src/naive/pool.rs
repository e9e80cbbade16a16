// SPDX-License-Identifier: MIT OR Apache-2.0
//! Pooling, one window at a time.

use super::conv::{flat, places, source};
use crate::conv::Conv;
use crate::pool::Pool;

/// For every output number: the taps of its window and the input numbers under them.
fn windows(shape: &Pool<3>) -> Vec<Vec<(u32, usize)>> {
    let Pool { batch, axes, channels } = *shape;
    let conv = Conv { batch, axes, in_channels: channels, out_channels: channels, groups: 1 };
    let (taps, sizes) = (axes.map(|axis| axis.kernel), axes.map(|axis| axis.input));
    let mut windows = Vec::new();
    for image in 0..batch {
        for at in places(shape.output()) {
            for channel in 0..channels {
                let under = places(taps).filter_map(|tap| {
                    let from = flat(source(&conv, at, tap)?, sizes);
                    let pixel = image * sizes.iter().product::<usize>() + from;
                    Some((flat(tap, taps) as u32, pixel * channels + channel))
                });
                windows.push(under.collect());
            }
        }
    }
    windows
}

/// The maximum under each window, and its tap.
pub fn max_pool(shape: &Pool<3>, x: &[f32]) -> (Vec<f64>, Vec<u32>) {
    let best = |window: Vec<(u32, usize)>| {
        let mut best = (f64::NEG_INFINITY, u32::MAX);
        for (tap, place) in window {
            let value = f64::from(x[place]);
            if best.1 == u32::MAX || value > best.0 || value.is_nan() {
                best = (value, tap);
            }
        }
        best
    };
    windows(shape).into_iter().map(best).unzip()
}

/// The gradient of the maximum.
pub fn max_pool_backward(shape: &Pool<3>, x: &[f32], dy: &[f32]) -> Vec<f64> {
    let mut dx = vec![0.0; x.len()];
    let (_, taps) = max_pool(shape, x);
    for ((window, best), &dy) in windows(shape).iter().zip(taps).zip(dy) {
        for &(tap, place) in window {
            dx[place] += if tap == best { f64::from(dy) } else { 0.0 };
        }
    }
    dx
}

/// The mean under each window.
pub fn average_pool(shape: &Pool<3>, x: &[f32]) -> Vec<f64> {
    let mean = |window: Vec<(u32, usize)>| {
        let sum: f64 = window.iter().map(|&(_, place)| f64::from(x[place])).sum();
        sum / window.len() as f64
    };
    windows(shape).into_iter().map(mean).collect()
}

/// The gradient of the mean.
pub fn average_pool_backward(shape: &Pool<3>, dy: &[f32]) -> Vec<f64> {
    let mut dx = vec![0.0; shape.input_len()];
    for (window, &dy) in windows(shape).iter().zip(dy) {
        for &(_, place) in window {
            dx[place] += f64::from(dy) / window.len() as f64;
        }
    }
    dx
}

/// The maximum of each channel over all positions of each image, and how many positions hold it.
pub fn global_max(channels: usize, positions: usize, x: &[f32]) -> (Vec<f64>, Vec<f64>) {
    let of_channel = |image: &[f32], channel: usize| {
        let values = || image.iter().skip(channel).step_by(channels).map(|&x| f64::from(x));
        let larger = |best: f64, x: f64| if x > best || x.is_nan() { x } else { best };
        let largest = values().fold(f64::NEG_INFINITY, larger);
        (largest, values().filter(|&x| x >= largest).count() as f64)
    };
    let images = x.chunks(positions * channels);
    images.flat_map(|image| (0..channels).map(move |c| of_channel(image, c))).unzip()
}

/// The gradient of that: positions that hold the maximum share the output's, and NaN spreads to all.
pub fn global_max_backward(channels: usize, positions: usize, x: &[f32], dy: &[f32]) -> Vec<f64> {
    let (y, ties) = global_max(channels, positions, x);
    let at = |(place, &x): (usize, &f32)| {
        let from = place / (positions * channels) * channels + place % channels;
        if y[from].is_nan() {
            f64::NAN
        } else if f64::from(x) >= y[from] {
            f64::from(dy[from]) / ties[from]
        } else {
            0.0
        }
    };
    x.iter().enumerate().map(at).collect()
}
