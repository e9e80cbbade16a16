// SPDX-License-Identifier: MIT OR Apache-2.0
//! No path of one person's machine is committed: programs ask for a temporary folder, texts use relative paths.

use crate::finding::Finding;
use crate::workspace::{TextFile, Workspace};

/// Where absolute paths of a machine begin, in two parts so that this file passes its own check.
const PLACES: [&str; 4] =
    [concat!("/op", "t/peers"), concat!("/ro", "ot/"), concat!("/tm", "p/"), concat!("/wo", "rk/")];

pub(crate) fn check(workspace: &Workspace) -> Vec<Finding> {
    workspace.files.iter().flat_map(check_file).collect()
}

fn check_file(file: &TextFile) -> Vec<Finding> {
    let fix = "use a path relative to the repository, or a temporary folder asked from the system";
    let found = file.lines().filter_map(|(number, line)| {
        let place = PLACES.iter().find(|place| has_path(line, place))?;
        Some(Finding::new(&file.path, number, format!("path of a machine: `{place}`"), fix))
    });
    found.collect()
}

/// Whether an absolute path starts with `place`; `out/tmp` and `$OUT/tmp` are none.
fn has_path(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "_-.)}]*".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n_findings(text: &str) -> usize {
        check(&Workspace::of_files([("docs/a.md", text)])).len()
    }

    #[test]
    fn absolute_paths_are_found() {
        for place in PLACES {
            assert_eq!(n_findings(&format!("fine\nopen(\"{place}a\")")), 1, "{place}");
            assert_eq!(n_findings(&format!("file://{place}a")), 1, "{place}");
            assert_eq!(n_findings(&format!("{place}a")), 1, "{place}");
        }
    }

    #[test]
    fn relative_paths_pass() {
        for place in PLACES {
            assert_eq!(n_findings(&format!("open(\"out{place}a\")")), 0, "{place}");
            assert_eq!(n_findings(&format!("open(\"${{OUT}}{place}a\")")), 0, "{place}");
        }
        assert_eq!(n_findings("std::env::temp_dir()"), 0);
    }
}
