// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every source file says its licence in its first line.

use crate::finding::Finding;
use crate::workspace::{TextFile, Workspace};

const TAG: &str = "SPDX-License-Identifier: MIT OR Apache-2.0";

pub(crate) fn check(workspace: &Workspace) -> Vec<Finding> {
    workspace.files.iter().filter_map(check_file).collect()
}

fn check_file(file: &TextFile) -> Option<Finding> {
    let comment = comment_sign(file)?;
    let expected = format!("{comment} {TAG}");
    // the line that names the interpreter must stay first
    let line = 1 + usize::from(file.text.starts_with("#!/"));
    let found = file.lines().nth(line - 1).is_some_and(|(_, text)| text == expected);
    (!found).then(|| {
        let fix = format!("make this line `{expected}`");
        Finding::new(&file.path, line, "the licence is missing", fix)
    })
}

/// How a comment starts in the languages that are checked.
fn comment_sign(file: &TextFile) -> Option<&'static str> {
    match file.extension() {
        Some("rs") => Some("//"),
        Some("py" | "pyi" | "sh" | "toml") => Some("#"),
        None if file.text.starts_with("#!") => Some("#"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n_findings(path: &str, text: &str) -> usize {
        check(&Workspace::of_files([(path, text)])).len()
    }

    #[test]
    fn the_tag_stands_first() {
        assert_eq!(n_findings("a.rs", &format!("// {TAG}\n//! Doc.")), 0);
        assert_eq!(n_findings("a.toml", &format!("# {TAG}")), 0);
        assert_eq!(n_findings("a.sh", &format!("#!/usr/bin/env bash\n# {TAG}")), 0);
        assert_eq!(n_findings(".ci/run", &format!("#!/usr/bin/env bash\n# {TAG}")), 0);
    }

    #[test]
    fn a_missing_or_late_tag_is_found() {
        assert_eq!(n_findings("a.rs", "//! Doc."), 1);
        assert_eq!(n_findings("a.rs", &format!("//! Doc.\n// {TAG}")), 1);
        assert_eq!(n_findings("a.py", ""), 1);
        assert_eq!(n_findings(".ci/run", "#!/usr/bin/env bash\necho"), 1);
    }

    #[test]
    fn data_needs_none() {
        assert_eq!(n_findings("data/a.csv", "1,2"), 0);
        assert_eq!(n_findings("README.md", "# a"), 0);
    }
}
