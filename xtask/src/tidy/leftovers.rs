// SPDX-License-Identifier: MIT OR Apache-2.0
//! Nothing is left half done: work that remains is an issue or a known gap, not a note in the source.

use crate::finding::Finding;
use crate::workspace::{TextFile, Workspace};

/// The notes, spelled in two parts so that this file passes its own check.
const NOTES: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX")];

/// The macros that stand for missing code.
const MACROS: [&str; 2] = [concat!("to", "do!"), concat!("unimple", "mented!")];

const TEXTS: [&str; 9] = ["css", "html", "md", "py", "rs", "sh", "slt", "toml", "yml"];

pub(crate) fn check(workspace: &Workspace) -> Vec<Finding> {
    workspace.files.iter().filter(|file| is_ours(file)).flat_map(check_file).collect()
}

/// Text that people of the project write, as opposed to data.
fn is_ours(file: &TextFile) -> bool {
    let is_script = file.extension().is_none() && file.text.starts_with("#!");
    is_script || file.extension().is_some_and(|extension| TEXTS.contains(&extension))
}

fn check_file(file: &TextFile) -> Vec<Finding> {
    let is_rust = file.extension() == Some("rs");
    let words = NOTES.iter().chain(MACROS.iter().filter(|_| is_rust));
    words.flat_map(|word| check_word(file, word)).collect()
}

fn check_word(file: &TextFile, word: &str) -> Vec<Finding> {
    let fix =
        "finish it, or open an issue (a failing test goes to known_gaps.toml) and remove the note";
    let hits = file.lines().filter(|(_, line)| has_word(line, word));
    hits.map(|(line, _)| Finding::new(&file.path, line, format!("leftover `{word}`"), fix))
        .collect()
}

/// Whether `word` stands in `line` with no letter, digit or underscore on either side.
fn has_word(line: &str, word: &str) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let ends_open = word.ends_with('!');
    line.match_indices(word).any(|(start, _)| {
        let after = line[start + word.len()..].chars().next();
        !joins(line[..start].chars().next_back()) && (ends_open || !joins(after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        check(&Workspace::of_files([(path, text)])).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn notes_are_found_in_every_kind_of_text() {
        for note in NOTES {
            for path in ["a.rs", "a.py", "a.md", "Cargo.toml"] {
                let found = findings(path, &format!("fine\n# {note}: later"));
                assert_eq!(found.len(), 1, "{path}");
                assert!(
                    found[0].starts_with(&format!("{path}:2: leftover `{note}`")),
                    "{}",
                    found[0]
                );
            }
        }
        assert_eq!(findings(".ci/run", &format!("#!/usr/bin/env bash\n# {}", NOTES[1])).len(), 1);
    }

    #[test]
    fn missing_code_is_found() {
        for name in MACROS {
            assert_eq!(findings("a.rs", &format!("fn a() {{ {name}() }}")).len(), 1);
            assert!(findings("a.md", &format!("{name}()")).is_empty());
        }
    }

    #[test]
    fn parts_of_words_and_data_pass() {
        assert!(findings("a.sh", &format!("mktemp {0}{0}", NOTES[2])).is_empty());
        assert!(findings("a.rs", &format!("let {}_LIST = 1;", NOTES[0])).is_empty());
        assert!(findings("data/words.txt", NOTES[0]).is_empty());
    }
}
