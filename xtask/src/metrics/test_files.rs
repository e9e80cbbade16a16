// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which source files hold tests only: those that their parent declares with `#[cfg(test)] mod name;`.

use crate::tokens::{Token, behind_attribute, behind_bracket};
use crate::workspace::TextFile;

/// The paths, without `.rs` or `/mod.rs`, of the modules that a file declares for tests.
pub(super) fn declared_by(file: &TextFile) -> Vec<String> {
    let tokens = file.tokens().unwrap_or_default();
    let names = (0..tokens.len()).filter_map(|index| test_module(tokens, index));
    names.map(|name| format!("{}/{name}", folder_of_children(&file.path))).collect()
}

/// Whether a file is one of `modules`, or stands below one.
pub(super) fn is_in(file: &TextFile, modules: &[String]) -> bool {
    modules.iter().any(|module| {
        let rest = file.path.strip_prefix(module.as_str());
        rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    })
}

/// The name, if `#[cfg(test)] .. mod name;` starts at `index`.
fn test_module(tokens: &[Token], index: usize) -> Option<&str> {
    let mut next = behind_attribute(tokens, index)?;
    let inside: Vec<&str> = tokens[index..next].iter().filter_map(Token::ident).collect();
    if inside != ["cfg", "test"] {
        return None;
    }
    while let Some(end) = behind_attribute(tokens, next) {
        next = end;
    }
    if tokens.get(next)?.is_ident("pub") {
        next += 1;
        if tokens.get(next)?.is_open('(') {
            next = behind_bracket(tokens, next);
        }
    }
    let is_file = tokens.get(next)?.is_ident("mod") && tokens.get(next + 2)?.is_punct(';');
    is_file.then(|| tokens[next + 1].ident())?
}

/// `src` for `src/lib.rs`, `src/a` for `src/a.rs` and `src/a/mod.rs`.
fn folder_of_children(path: &str) -> &str {
    let stem = path.trim_end_matches(".rs");
    let roots = ["/lib", "/main", "/mod"];
    roots.iter().find_map(|root| stem.strip_suffix(root)).unwrap_or(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_for_tests_are_found_by_their_declaration() {
        let text = "mod a;\n#[cfg(test)]\nmod b;\n#[cfg(test)]\n#[path_free]\npub(crate) mod c;\n\
                    #[cfg(test)]\nmod d { mod e; }\n#[cfg(unix)]\nmod f;";
        let declared = |path: &str| declared_by(&TextFile::new(path, text));
        assert_eq!(declared("crates/x/src/lib.rs"), ["crates/x/src/b", "crates/x/src/c"]);
        assert_eq!(declared("crates/x/src/y.rs"), ["crates/x/src/y/b", "crates/x/src/y/c"]);
        assert_eq!(declared("crates/x/src/y/mod.rs"), ["crates/x/src/y/b", "crates/x/src/y/c"]);
    }

    #[test]
    fn files_of_and_below_a_module_belong_to_it() {
        let modules = ["crates/x/src/b".to_owned()];
        let is_in = |path: &str| is_in(&TextFile::new(path, ""), &modules);
        assert!(is_in("crates/x/src/b.rs"));
        assert!(is_in("crates/x/src/b/mod.rs"));
        assert!(!is_in("crates/x/src/bb.rs"));
    }
}
