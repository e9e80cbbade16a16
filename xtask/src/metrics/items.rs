// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ItemMeasure`: what stands around each layer, loss, estimator and their like.
//!
//! The items are the rows of the registries; a name is looked for as a whole word.

use std::collections::{BTreeMap, BTreeSet};

use super::measure::FileMeasure;
use crate::tokens::Token;
use crate::workspace::{TextFile, Workspace};

/// Where estimators are.
const ESTIMATORS: &str = "crates/firesteel-ml/src/";

/// The folders whose registries list items.
const FAMILIES: [&str; 6] = [
    ESTIMATORS,
    "crates/firesteel-nn/src/initializers/",
    "crates/firesteel-nn/src/layers/",
    "crates/firesteel-nn/src/losses/",
    "crates/firesteel-nn/src/metrics/",
    "crates/firesteel-nn/src/optimizers/",
];

/// One item.
#[derive(Debug, Default, PartialEq)]
pub(super) struct ItemMeasure {
    pub(super) name: String,
    pub(super) is_layer: bool,
    pub(super) is_estimator: bool,
    /// The code lines of the file that has its name; `None` where there is no such file.
    pub(super) code: Option<usize>,
    /// Whether an example, of its own or a program, has it.
    pub(super) has_example: bool,
    /// Whether a script that runs the real system has it.
    pub(super) has_fixture: bool,
    /// Whether a test of options' effects has it.
    pub(super) has_effect_test: bool,
    /// In how many source files its name stands, its own among them; comments and tests do not count, and a folder of
    /// its own counts as one file.
    pub(super) named_in: usize,
}

/// Looks for all items.
pub(super) fn measure(workspace: &Workspace, files: &[FileMeasure]) -> Vec<ItemMeasure> {
    let is_script =
        |file: &&TextFile| file.path.starts_with("fixtures/") && file.extension() == Some("py");
    let scripts: Vec<&TextFile> = workspace.files.iter().filter(is_script).collect();
    let effects: Vec<EffectTests<'_>> = workspace.rust_files().filter_map(effect_tests).collect();
    let sources: Vec<(&str, BTreeSet<&str>)> = workspace
        .rust_files()
        .filter(|file| file.is_source())
        .map(|file| (file.path.as_str(), identifiers(file)))
        .collect();
    let estimators = workspace.rust_files().filter(|file| file.path.starts_with(ESTIMATORS));
    let estimators: Vec<&TextFile> = estimators.collect();
    let examples = workspace.rust_files().map(example_text).collect::<Vec<_>>();
    let listed = workspace.files.iter().filter(|file| file.path.ends_with("/mod.rs"));
    let mut items = BTreeMap::new();
    for file in listed {
        let Some(family) = FAMILIES.iter().find(|family| file.path.starts_with(*family)) else {
            continue;
        };
        let folder = file.path.trim_end_matches("mod.rs");
        for name in listed_names(&file.text) {
            let own = file_of(folder, name, files);
            let fits = format!("impl Estimator for {name}");
            let item = || ItemMeasure {
                name: name.to_owned(),
                is_layer: family.ends_with("/layers/"),
                is_estimator: estimators.iter().any(|file| has_word(&file.text, &fits)),
                code: own.map(|file| file.code),
                has_example: examples.iter().any(|text| has_word(text, name)),
                has_fixture: scripts.iter().any(|script| has_word(&script.text, name)),
                has_effect_test: effects.iter().any(|tests| tests.have(name, folder)),
                named_in: places(&sources, name, own),
            };
            items.entry((folder, name)).or_insert_with(item);
        }
    }
    items.into_values().collect()
}

/// The types in the rows of registries: `Dense,`, `("adam", Adam),` or `("org.apache.spark.ml.feature.IndexToString", ..)`.
fn listed_names(text: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    let rows = text.lines().map(str::trim).filter(move |line| {
        match *line {
            "// registry: sorted" => inside = true,
            "// registry: end" => inside = false,
            _ => return inside,
        }
        false
    });
    rows.filter_map(name_of_row).filter(|name| !name.ends_with("Model"))
}

fn name_of_row(row: &str) -> Option<&str> {
    let is_type = |word: &&str| word.starts_with(|first: char| first.is_ascii_uppercase());
    if let Some((_, class)) = row.split_once("org.apache.spark.") {
        return class.split('"').next()?.rsplit('.').next().filter(is_type);
    }
    if row.contains("::") {
        return None;
    }
    row.split(|c: char| !c.is_alphanumeric()).rfind(is_type)
}

/// The file, or the folder's `mod.rs`, that has the name of the type, whatever its underscores.
fn file_of<'a>(folder: &str, name: &str, files: &'a [FileMeasure]) -> Option<&'a FileMeasure> {
    let wanted = name.to_lowercase();
    files.iter().find(|file| {
        let Some(path) = file.path.strip_prefix(folder) else { return false };
        let stem = path.trim_end_matches("/mod.rs").trim_end_matches(".rs");
        stem.replace('_', "") == wanted
    })
}

/// How many sources have a name among their identifiers, those of the item's own folder taken as one.
fn places(sources: &[(&str, BTreeSet<&str>)], name: &str, own: Option<&FileMeasure>) -> usize {
    let folder = own.and_then(|file| file.path.strip_suffix("mod.rs"));
    let naming = sources.iter().filter(|(_, names)| names.contains(name));
    let (inside, outside): (Vec<_>, Vec<_>) =
        naming.partition(|(path, _)| folder.is_some_and(|folder| path.starts_with(folder)));
    outside.len() + usize::from(!inside.is_empty())
}

/// What a file of tests says about the effects of options.
struct EffectTests<'a> {
    path: &'a str,
    /// The functions that test them.
    text: String,
}

impl EffectTests<'_> {
    /// Whether they name an item, or walk through the registry beside them, in which it stands.
    fn have(&self, name: &str, folder: &str) -> bool {
        let is_beside = self.path.strip_suffix("tests.rs") == Some(folder);
        has_word(&self.text, name) || (is_beside && has_word(&self.text, "BY_NAME"))
    }
}

/// The functions whose name speaks of effects, or the whole file where its own name does.
fn effect_tests(file: &TextFile) -> Option<EffectTests<'_>> {
    let path = file.path.as_str();
    let is_test = path.contains("/tests/") || path.ends_with("/tests.rs");
    if !is_test || !path.starts_with("crates/") {
        return None;
    }
    if path.rsplit('/').next().is_some_and(|name| name.contains("effect")) {
        return Some(EffectTests { path, text: file.text.clone() });
    }
    let mut end: Option<String> = None;
    let mut text = String::new();
    for line in file.text.lines() {
        let Some(last) = end.take().or_else(|| last_line(line)) else { continue };
        text += line;
        text.push('\n');
        end = Some(last).filter(|last| last != line);
    }
    Some(EffectTests { path, text })
}

/// The last line of a function that tests effects, if the line is its first one.
fn last_line(line: &str) -> Option<String> {
    let code = line.trim_start();
    let name = code.strip_prefix("fn ")?.split(['(', '<']).next()?;
    let indent = &line[..line.len() - code.len()];
    name.contains("effect").then(|| format!("{indent}}}"))
}

pub(super) fn identifiers(file: &TextFile) -> BTreeSet<&str> {
    file.tokens().unwrap_or_default().iter().filter_map(Token::ident).collect()
}

/// What readers can run: programs in `examples`, and the code in docs.
fn example_text(file: &TextFile) -> String {
    if file.path.contains("/examples/") {
        return file.text.clone();
    }
    let docs = file.text.lines().filter_map(|line| line.trim_start().strip_prefix("///"));
    let mut inside = false;
    let code = docs.filter(|line| {
        inside ^= line.trim_start().starts_with("```");
        inside
    });
    code.collect::<Vec<_>>().join("\n")
}

fn has_word(text: &str, word: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(part_of_word) && !text[at + word.len()..].starts_with(part_of_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, code: usize) -> FileMeasure {
        FileMeasure { path: path.into(), code, ..FileMeasure::default() }
    }

    #[test]
    fn items_are_the_rows_of_registries() {
        let text = "use Other;\n// registry: sorted\n    Dense,\n    (\"adam\", Adam),\n    core::FAMILY,\n    \
                    (\"org.apache.spark.ml.feature.IndexToString\", index_to_string::read),\n    \
                    (\"org.apache.spark.ml.feature.XModel\", x::read),\n// registry: end\nAfter,";
        assert_eq!(listed_names(text).collect::<Vec<_>>(), ["Dense", "Adam", "IndexToString"]);
    }

    #[test]
    fn an_item_is_measured_by_what_names_it() {
        let layers = "crates/firesteel-nn/src/layers/core";
        let registry = "// registry: sorted\nConv2D,\nELU,\n// registry: end";
        let workspace = Workspace::of_files([
            (&format!("{layers}/mod.rs"), registry),
            (&format!("{layers}/conv2d.rs"), "/// ```\n/// Conv2D::new()\n/// ```\nfn f() { ELU }"),
            (
                "crates/firesteel-nn/tests/it/a.rs",
                "/// of the effects of Conv2D\nfn has_effect() {\n    check(ELU, MyConv2D)\n}\n\n\
                 fn conforms() {\n    check(Conv2D)\n}\n",
            ),
            ("fixtures/keras/layers/a.py", "keras.layers.Conv2D(3)"),
        ]);
        let files = [file(&format!("{layers}/conv2d.rs"), 80), file("crates/x/src/elu.rs", 9)];
        let conv = ItemMeasure {
            name: "Conv2D".into(),
            is_layer: true,
            is_estimator: false,
            code: Some(80),
            has_example: true,
            has_fixture: true,
            has_effect_test: false,
            named_in: 1,
        };
        let elu = ItemMeasure {
            name: "ELU".into(),
            is_layer: true,
            has_effect_test: true,
            named_in: 2,
            ..ItemMeasure::default()
        };
        assert_eq!(measure(&workspace, &files), [conv, elu]);
    }

    #[test]
    fn the_folder_of_an_estimator_is_one_place() {
        let family = "crates/firesteel-ml/src/clustering";
        let registry = "// registry: sorted\n(\"org.apache.spark.ml.clustering.KMeans\", kmeans::read),\n\
                        // registry: end\npub use kmeans::KMeans;";
        let workspace = Workspace::of_files([
            (&format!("{family}/mod.rs"), registry),
            (&format!("{family}/kmeans/mod.rs"), "struct KMeans;\nimpl Estimator for KMeans {}"),
            (&format!("{family}/kmeans/model.rs"), "use super::KMeans;"),
            (&format!("{family}/kmeans/tests.rs"), "use super::KMeans;"),
        ]);
        let items = measure(&workspace, &[file(&format!("{family}/kmeans/mod.rs"), 60)]);
        let seen = items.iter().map(|item| (item.name.as_str(), item.is_estimator, item.named_in));
        assert_eq!(seen.collect::<Vec<_>>(), [("KMeans", true, 2)]);
    }

    #[test]
    fn effects_are_tested_by_name_in_a_file_or_through_the_registry() {
        let tests = |path: &str, text: &str| {
            let file = TextFile::new(path, text);
            let found = effect_tests(&file)?;
            Some((found.have("Adam", "crates/n/src/optimizers/"), found.have("SGD", "crates/n/")))
        };
        let walk = "fn options_have_an_effect<T>(x: T) {\n    for row in BY_NAME {}\n}\n";
        assert_eq!(tests("crates/n/src/optimizers/tests.rs", walk), Some((true, false)));
        assert_eq!(tests("crates/n/tests/it/optimizers.rs", walk), Some((false, false)));
        let table = "fn of_adam() {\n    each(Adam)\n}\n";
        assert_eq!(tests("crates/n/tests/it/options_have_effect.rs", table), Some((true, false)));
        assert_eq!(tests("crates/n/tests/it/options.rs", table), Some((false, false)));
        assert_eq!(tests("crates/n/src/effects.rs", walk), None);
    }

    #[test]
    fn names_of_files_have_underscores_of_their_own() {
        let files = [file("crates/m/src/k_means/mod.rs", 7), file("crates/m/src/leaky_relu.rs", 8)];
        assert_eq!(file_of("crates/m/src/", "KMeans", &files).unwrap().code, 7);
        assert_eq!(file_of("crates/m/src/", "LeakyReLU", &files).unwrap().code, 8);
        assert!(file_of("crates/m/src/", "ReLU", &files).is_none());
    }
}
