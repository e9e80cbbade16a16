// SPDX-License-Identifier: MIT OR Apache-2.0
//! `rows_to_panels`: a row-major matrix in the order in which register tiles read it.
//!
//! A panel alone would read a few numbers from each row, far apart. So a few panels are written at a time: what they
//! take of a row lies together, and each of them is written from its start to its end. A matrix whose columns have
//! factors is multiplied on the way.

use std::ops::Range;

use rayon::prelude::*;

use crate::matrix::Matrix;

/// Panels that are written at a time.
const TOGETHER: usize = 8;
/// Numbers below which one thread packs, whichever way they are stored.
pub(crate) const PARALLEL_FROM: usize = 1 << 16;

/// Writes some rows and columns of a matrix in panels of `width` columns, the last one filled up with zeros.
///
/// `panels` is as long as they are.
pub(crate) fn rows_to_panels(
    matrix: Matrix<'_>,
    rows: Range<usize>,
    columns: Range<usize>,
    width: usize,
    panels: &mut [f32],
) {
    let size = rows.len() * width;
    if size == 0 {
        return;
    }
    let some = |(index, panels): (usize, &mut [f32])| {
        let start = columns.start + index * TOGETHER * width;
        let columns = start..columns.end.min(start + TOGETHER * width);
        match width {
            8 => few::<8>(matrix, rows.clone(), columns, panels),
            16 => few::<16>(matrix, rows.clone(), columns, panels),
            32 => few::<32>(matrix, rows.clone(), columns, panels),
            _ => few_of_width(matrix, rows.clone(), columns, width, panels),
        }
    };
    if panels.len() < PARALLEL_FROM {
        panels.chunks_mut(TOGETHER * size).enumerate().for_each(some);
    } else {
        panels.par_chunks_mut(TOGETHER * size).enumerate().for_each(some);
    }
}

/// A few panels of the usual widths, whose copies are a few instructions.
fn few<const WIDTH: usize>(
    matrix: Matrix<'_>,
    rows: Range<usize>,
    columns: Range<usize>,
    panels: &mut [f32],
) {
    let (depth, whole) = (rows.len(), columns.len() / WIDTH);
    let factors = matrix.scale.map(|scale| &scale[columns.start..][..whole * WIDTH]);
    for (index, row) in rows.clone().enumerate() {
        let row = &matrix.numbers[row * matrix.stride + columns.start..][..whole * WIDTH];
        let (pieces, _) = row.as_chunks::<WIDTH>();
        for (panel, piece) in pieces.iter().enumerate() {
            let factors = factors.map(|factors| &factors[panel * WIDTH..][..WIDTH]);
            write(piece, factors, &mut panels[(panel * depth + index) * WIDTH..][..WIDTH]);
        }
    }
    let rest = columns.start + whole * WIDTH..columns.end;
    few_of_width(matrix, rows, rest, WIDTH, &mut panels[whole * depth * WIDTH..]);
}

/// A few panels of any width, filled up with zeros.
fn few_of_width(
    matrix: Matrix<'_>,
    rows: Range<usize>,
    columns: Range<usize>,
    width: usize,
    panels: &mut [f32],
) {
    let size = rows.len() * width;
    for (index, panel) in panels.chunks_exact_mut(size).enumerate() {
        let start = columns.start + index * width;
        let count = width.min(columns.end - start);
        let factors = matrix.scale.map(|scale| &scale[start..][..count]);
        for (to, row) in panel.chunks_exact_mut(width).zip(rows.clone()) {
            let row = &matrix.numbers[row * matrix.stride + start..][..count];
            write(row, factors, &mut to[..count]);
            to[count..].fill(0.0);
        }
    }
}

/// `to = from`, or each number times its factor.
#[inline(always)]
fn write(from: &[f32], factors: Option<&[f32]>, to: &mut [f32]) {
    let Some(factors) = factors else {
        return to.copy_from_slice(from);
    };
    for ((to, &value), &factor) in to.iter_mut().zip(from).zip(factors) {
        *to = factor * value;
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "numbers that are copied stay what they are")]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_place() {
        let stride = 150;
        let numbers: Vec<f32> = (0..20 * stride).map(|i| i as f32 + 1.0).collect();
        let factors: Vec<f32> = (0..stride).map(|column| column as f32 / 7.0 - 9.0).collect();
        for (width, scale) in
            [3, 8, 16, 32].into_iter().flat_map(|width| [(width, None), (width, Some(&*factors))])
        {
            let matrix = Matrix::new(&numbers, stride).scaled(scale);
            for columns in [0..1, 5..149, 0..128, 17..20] {
                let (rows, n_panels) = (4..19, columns.len().div_ceil(width));
                let mut panels = vec![f32::NAN; n_panels * rows.len() * width];
                rows_to_panels(matrix, rows.clone(), columns.clone(), width, &mut panels);
                for (place, &value) in panels.iter().enumerate() {
                    let (panel, place) =
                        (place / (rows.len() * width), place % (rows.len() * width));
                    let (row, column) = (rows.start + place / width, panel * width + place % width);
                    let expected = if column < columns.len() {
                        let column = columns.start + column;
                        scale.map_or(1.0, |scale| scale[column]) * numbers[row * stride + column]
                    } else {
                        0.0
                    };
                    assert_eq!(value, expected, "{width} {columns:?} {row} {column}");
                }
            }
        }
    }

    #[test]
    fn many_panels_are_shared_among_threads() {
        let (depth, columns) = (64, 2048);
        let numbers: Vec<f32> = (0..depth * columns).map(|i| i as f32).collect();
        let mut panels = vec![f32::NAN; numbers.len()];
        rows_to_panels(Matrix::new(&numbers, columns), 0..depth, 0..columns, 16, &mut panels);
        let at = |row: usize, column: usize| panels[(column / 16 * depth + row) * 16 + column % 16];
        assert!(
            (0..depth).all(|row| (0..columns).all(|c| at(row, c) == numbers[row * columns + c]))
        );
    }
}
