// SPDX-License-Identifier: MIT OR Apache-2.0
//! The figures as Markdown: a table, and where its numbers are from.

use super::measured::{Measured, Source};

const HEAD: &str = "\
| row | firesteel | beside it, in brackets firesteel's number divided by that | goal | |
|---|---|---|---|---|
";

pub(crate) fn markdown(rows: &[Measured]) -> String {
    let mut text = HEAD.to_owned();
    rows.iter().for_each(|row| text += &line(row));
    let mut sources: Vec<&Source> = rows.iter().map(|row| &row.source).collect();
    sources.sort();
    sources.dedup();
    text += "\nMedians, from:\n\n";
    for Source { date, file, rounds, machine, version } in sources {
        let runs = if *rounds == 1 { "run" } else { "runs" };
        text += &format!("- `{file}`, {date}: {rounds} {runs} on {machine}; firesteel {version}\n");
    }
    text
}

fn line(measured: &Measured) -> String {
    let Measured { row, size, unit, ours, peers, goal, goal_met, .. } = measured;
    let peer = |(name, median, ratio): &(String, f64, f64)| {
        format!("{name} {} {unit} ({})", significant(*median), significant(*ratio))
    };
    let peers = peers.iter().map(peer).collect::<Vec<_>>().join(", ");
    let size = size.as_ref().map_or_else(String::new, |size| format!(", {size}"));
    let met = match goal_met {
        Some(true) => "met",
        Some(false) => "missed",
        None => "",
    };
    format!("| `{row}`{size} | {} {unit} | {peers} | {goal} | {met} |\n", significant(*ours))
}

/// Three digits that say something.
fn significant(value: f64) -> String {
    let magnitude = value.abs().log10().floor();
    let decimals =
        if magnitude.is_finite() { (2.0 - magnitude).clamp(0.0, 12.0) as usize } else { 0 };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits() {
        let numbers = [0.01167, 0.5, 1.0, 49.28, 591.09, 3228.8, 0.0];
        let expected = ["0.0117", "0.500", "1.00", "49.3", "591", "3229", "0"];
        assert_eq!(numbers.map(significant), expected);
    }
}
