// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask figures`: writes the newest figures of `benches/results/` into `README.md`.

mod measured;
mod table;

use crate::finding::Finding;
use crate::workspace::{Workspace, root};
use crate::{Result, no_arguments};

const README: &str = "README.md";
/// The lines that frame what this task writes.
const BEGIN: &str = "<!-- figures: `cargo xtask figures` writes them -->";
const END: &str = "<!-- figures: end -->";

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    no_arguments("figures", arguments)?;
    let text = renewed(&Workspace::load()?)?;
    std::fs::write(root().join(README), text).map_err(|error| format!("{README}: {error}"))
}

/// The check of `tidy`: the figures are those of the newest results.
pub(crate) fn check(workspace: &Workspace) -> Vec<Finding> {
    let Some(readme) = workspace.file(README) else {
        return Vec::new();
    };
    let line = readme.lines().find(|(_, line)| *line == BEGIN).map_or(1, |(line, _)| line);
    let message = match renewed(workspace) {
        Ok(text) if text == readme.text => return Vec::new(),
        Ok(_) => "the figures are not those of the newest results".to_owned(),
        Err(message) => message,
    };
    vec![Finding::new(README, line, message, "run `cargo xtask figures`")]
}

/// The text of the `README.md` with the newest figures in its frame.
fn renewed(workspace: &Workspace) -> Result<String> {
    let readme = workspace.file(README).ok_or_else(|| format!("there is no {README}"))?;
    let missing = |line: &str| format!("{README} has no line `{line}`");
    let (before, rest) = readme.text.split_once(BEGIN).ok_or_else(|| missing(BEGIN))?;
    let (_, after) = rest.split_once(END).ok_or_else(|| missing(END))?;
    let figures = table::markdown(&measured::read(workspace)?);
    Ok(format!("{before}{BEGIN}\n\n{figures}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(name: &str, date: &str, milliseconds: f64) -> String {
        let row = |row: &str| {
            format!(
                r#"{{"row": "{row}", "unit": "ms", "medians": {{"firesteel": {milliseconds}, "keras-jax": 2.0}},
                "ratios": {{"keras-jax": 0.5}}, "goal": "<= 0.6 x keras-jax", "goal_met": true}}"#
            )
        };
        let results = if name == "all" { [row("cnn"), row("lstm")].join(",") } else { row("cnn") };
        format!(
            r#"{{"name": "{name}", "date": "{date}", "rounds": 5, "machine": {{"cpu": "X", "cores": 2}},
            "versions": {{"firesteel": "abc"}}, "results": [{results}]}}"#
        )
    }

    fn workspace(readme: &str) -> Workspace {
        let (all, after) = (result("all", "2026-01-01", 1.0), result("after", "2026-01-02", 0.75));
        Workspace::of_files([
            (README, readme),
            ("benches/results/after.json", after.as_str()),
            ("benches/results/all.json", all.as_str()),
            ("benches/README.md", ""),
        ])
    }

    #[test]
    fn each_row_is_the_newest_one() {
        let text = renewed(&workspace(&format!("# A\n{BEGIN}\nold\n{END}\nB\n"))).unwrap();
        assert!(text.starts_with(&format!("# A\n{BEGIN}\n\n| ")), "{text}");
        assert!(text.ends_with(&format!("\n{END}\nB\n")), "{text}");
        assert!(text.contains("| `cnn` | 0.750 ms |") && text.contains("| `lstm` | 1.00 ms |"));
        assert!(
            text.contains("`after.json`") && text.contains("`all.json`") && !text.contains("old")
        );
    }

    #[test]
    fn a_row_without_a_number_is_left_out() {
        let all = result("all", "2026-01-01", 1.0);
        let (cnn, lstm) = all.rsplit_once("\"firesteel\": 1").unwrap();
        let without = format!("{cnn}\"keras-torch\": 1{lstm}");
        let readme = format!("{BEGIN}\n{END}\n");
        let files = [(README, readme.as_str()), ("benches/results/all.json", without.as_str())];
        let text = renewed(&Workspace::of_files(files)).unwrap();
        assert!(text.contains("| `cnn` |") && !text.contains("`lstm`"), "{text}");
        let nothing = renewed(&Workspace::of_files([(README, readme.as_str())])).unwrap();
        assert!(!nothing.contains("| `") && nothing.ends_with(&format!("{END}\n")), "{nothing}");
    }

    #[test]
    fn how_much_data_a_row_has_is_told() {
        let all = result("all", "2026-01-01", 1.0);
        let sized = all.replacen(r#""row": "cnn""#, r#""row": "cnn", "size": "7 images""#, 1);
        let readme = format!("{BEGIN}\n{END}\n");
        let files = [(README, readme.as_str()), ("benches/results/all.json", sized.as_str())];
        let text = renewed(&Workspace::of_files(files)).unwrap();
        assert!(text.contains("| `cnn`, 7 images | 1.00 ms |"), "{text}");
        assert!(text.contains("| `lstm` | 1.00 ms |"), "{text}");
    }

    #[test]
    fn old_figures_and_a_missing_frame_are_findings() {
        let old = workspace(&format!("{BEGIN}\n{END}\n"));
        assert_eq!(check(&old).len(), 1);
        let current = renewed(&old).unwrap();
        assert!(check(&workspace(&current)).is_empty());
        assert!(check(&workspace("# A\n"))[0].to_string().contains("no line"));
        assert!(check(&Workspace::of_files([("a.md", "")])).is_empty());
    }

    #[test]
    fn a_file_that_is_no_result_is_named() {
        let readme = format!("{BEGIN}\n{END}\n");
        let broken =
            Workspace::of_files([(README, readme.as_str()), ("benches/results/x.json", "{}")]);
        assert!(renewed(&broken).unwrap_err().contains("benches/results/x.json"));
    }
}
