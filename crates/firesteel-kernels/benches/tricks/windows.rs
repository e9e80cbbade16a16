// SPDX-License-Identifier: MIT OR Apache-2.0
//! A convolution as one matrix product, for which the window of every output pixel is copied into a row.

use firesteel_kernels::Dense;
use firesteel_kernels::conv::{Axis, Conv};
use rayon::prelude::*;

/// The product of the windows with the kernel, whose rows run over taps and channels.
pub(crate) fn product(shape: &Conv<2>) -> Dense {
    let taps: usize = shape.axes.iter().map(|axis| axis.kernel).product();
    Dense {
        rows: shape.batch * shape.output().iter().product::<usize>(),
        inputs: taps * shape.in_channels,
        units: shape.out_channels,
    }
}

/// Copies the window of each output pixel, `(pixels, taps * channels)`; without dilation and groups.
pub(crate) fn copy(shape: &Conv<2>, x: &[f32], to: &mut [f32]) {
    let [rows, columns] = shape.axes;
    let [out_rows, out_columns] = shape.output();
    let row_len = columns.input * shape.in_channels;
    let stretch = columns.kernel * shape.in_channels;
    let lines = to.par_chunks_exact_mut(out_columns * rows.kernel * stretch);
    lines.enumerate().for_each(|(line, to)| {
        let image = &x[line / out_rows * rows.input * row_len..][..rows.input * row_len];
        for (index, to) in to.chunks_exact_mut(stretch).enumerate() {
            let (pixel, tap) = (index / rows.kernel, index % rows.kernel);
            match source(rows, line % out_rows, tap) {
                Some(y) => copy_stretch(columns, &image[y * row_len..][..row_len], pixel, to),
                None => to.fill(0.0),
            }
        }
    });
}

/// Copies what the taps of one row see from the output position `at`: one stretch, but at the border.
fn copy_stretch(axis: Axis, row: &[f32], at: usize, to: &mut [f32]) {
    let channels = row.len() / axis.input;
    let ends = [source(axis, at, 0), source(axis, at, axis.kernel - 1)];
    if let [Some(first), Some(_)] = ends {
        return to.copy_from_slice(&row[first * channels..][..to.len()]);
    }
    for (tap, to) in to.chunks_exact_mut(channels).enumerate() {
        match source(axis, at, tap) {
            Some(place) => to.copy_from_slice(&row[place * channels..][..channels]),
            None => to.fill(0.0),
        }
    }
}

/// The input position that a tap sees from the output position `at`, if it is not padding.
fn source(axis: Axis, at: usize, tap: usize) -> Option<usize> {
    (at * axis.stride + tap).checked_sub(axis.before).filter(|&place| place < axis.input)
}
