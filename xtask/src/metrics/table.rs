// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables with aligned columns.

/// The rows as text: columns as wide as their longest cell, two spaces apart, a rule below the first row.
pub(super) fn render<const N: usize>(rows: &[[String; N]]) -> String {
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        text += &line(row, &widths);
        if index == 0 {
            text += &line(&widths.map(|width| "-".repeat(width)), &widths);
        }
    }
    text
}

fn line<const N: usize>(row: &[String; N], widths: &[usize; N]) -> String {
    let cells = row.iter().zip(widths).map(|(cell, &width)| format!("{cell:<width$}"));
    format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned);
        let text = render(&[row(["measure", "now"]), row(["files", "12"])]);
        assert_eq!(text, "measure  now\n-------  ---\nfiles    12\n");
    }
}
