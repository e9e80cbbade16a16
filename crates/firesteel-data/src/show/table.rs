// SPDX-License-Identifier: MIT OR Apache-2.0
//! A shown table with one row a line.

use super::cell::{pad_left, pad_right, width};

const MIN_WIDTH: usize = 3;

/// Header and rows between rules; cells stand on the right where they may have been cut, else on the left.
pub(super) fn render(header: Vec<String>, rows: Vec<Vec<String>>, to_the_right: bool) -> String {
    let pad = if to_the_right { pad_left } else { pad_right };
    let lines: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
    let widths = widths(&lines);
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let rule = format!("+{}+\n", rule.join("+"));
    let line = |cells: &Vec<String>| {
        let padded: Vec<String> = cells.iter().zip(&widths).map(|(c, w)| pad(c, *w)).collect();
        format!("|{}|\n", padded.join("|"))
    };
    let mut lines = lines.iter().map(line);
    let header = lines.next().unwrap_or_default();
    format!("{rule}{header}{rule}{}{rule}", lines.collect::<String>())
}

fn widths(lines: &[Vec<String>]) -> Vec<usize> {
    let n_columns = lines.first().map_or(0, Vec::len);
    let widest = |column: usize| lines.iter().map(|cells| width(&cells[column])).max();
    (0..n_columns).map(|column| widest(column).unwrap_or(0).max(MIN_WIDTH)).collect()
}
