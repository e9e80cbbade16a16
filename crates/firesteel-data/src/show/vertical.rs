// SPDX-License-Identifier: MIT OR Apache-2.0
//! A shown table with one cell a line.

use super::cell::{pad_right, width};

const MIN_WIDTH: usize = 3;

/// `-RECORD 0----`, then ` name | cell ` for each column.
pub(super) fn render(header: &[String], rows: &[Vec<String>]) -> String {
    let names = widest(header.iter());
    let cells = widest(rows.iter().flatten());
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        text += &format!("{:-<1$}\n", format!("-RECORD {number}"), names + cells + 5);
        for (name, cell) in header.iter().zip(row) {
            text += &format!(" {} | {} \n", pad_right(name, names), pad_right(cell, cells));
        }
    }
    text
}

fn widest<'a>(texts: impl Iterator<Item = &'a String>) -> usize {
    texts.map(|text| width(text)).max().unwrap_or(0).max(MIN_WIDTH)
}
