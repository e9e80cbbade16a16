// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel tour`: the main job from raw files to a report.

use std::collections::BTreeMap;
use std::fs;

use firesteel::nn::load_model;

use crate::program::{command, run};
use crate::samples::{Folder, json, read_text, repository};

/// How often the network sees the digits in these tours.
const EPOCHS: usize = 4;

/// Goes on a tour and returns what it printed but for the lines of the epochs.
fn tour(folder: &str, seed: &str) -> String {
    let mut tour = command("tour");
    tour.args(["--output", folder, "--epochs", &EPOCHS.to_string(), "--seed", seed]);
    let text = run(&mut tour).done();
    assert_eq!(text.lines().filter(|line| line.starts_with("Epoch ")).count(), EPOCHS, "{text}");
    let others = text.lines().filter(|line| !line.starts_with("Epoch "));
    others.map(|line| format!("{line}\n")).collect()
}

/// The words of the poem, the most frequent first.
fn most_frequent_words() -> Vec<(String, u64)> {
    let text = read_text(&repository("data/tyger.txt"));
    let mut counts = BTreeMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '\'') {
        if !word.is_empty() {
            *counts.entry(word.to_lowercase()).or_insert(0) += 1;
        }
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

/// The number after some words, at the first place where they stand.
fn number_after(text: &str, words: &str) -> f64 {
    let line = text.lines().find_map(|line| line.split_once(words));
    let (_, rest) = line.unwrap_or_else(|| panic!("no `{words}` in\n{text}"));
    rest.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn the_tour_leads_from_raw_files_to_a_report() {
    let folder = Folder::new();
    let target = folder.path("tour");
    let text = tour(&target, "7");
    for title in ["1. Word count", "2. Tables", "3. A pipeline", "4. A network", "5. The report"] {
        assert!(text.contains(&format!("\n== {title}")), "no `{title}` in\n{text}");
    }
    check_words_and_tables(&text);
    check_models(&text, &target);
    check_report(&read_text(&format!("{target}/report.html")));

    // again in the same place: everything is replaced, with the same results
    let files = ["report.html", "history.json"].map(|name| format!("{target}/{name}"));
    let before = files.clone().map(|file| read_text(&file));
    tour(&target, "7");
    assert_eq!(files.clone().map(|file| read_text(&file)), before);
    tour(&target, "8");
    assert_ne!(read_text(&files[1]), before[1]);
}

fn check_words_and_tables(text: &str) {
    let words = most_frequent_words();
    assert!(text.contains(&format!("{} different words", words.len())), "{text}");
    for (word, count) in &words[..8] {
        assert!(text.contains(&format!("\n{count:>4}  {word}\n")), "{word}: {count}\n{text}");
    }
    assert!(text.contains("150 of 151 lines are measurements"), "{text}");
    // the mean lengths of the petals, and the longest sepals
    for (species, mean, longest) in
        [("setosa", 1.462, "5.8"), ("versicolor", 4.26, "7.0"), ("virginica", 5.552, "7.9")]
    {
        let row = text.lines().find(|line| line.contains(species) && line.starts_with('|'));
        let cells: Vec<&str> = row.unwrap().split('|').map(str::trim).collect();
        assert!((cells[2].parse::<f64>().unwrap() - mean).abs() < 1e-9, "{cells:?}");
        assert_eq!(cells[3..5], [longest, "50"], "{cells:?}");
    }
}

fn check_models(text: &str, target: &str) {
    // of the tree, then of the network
    assert!(number_after(text, "accuracy on the test data: ") > 0.8, "{text}");
    assert!(number_after(text, " - accuracy: ") > 0.85, "{text}");
    assert!(text.contains("read back, it predicts the same"), "{text}");
    let model = load_model(format!("{target}/digits.keras")).unwrap();
    assert_eq!(model.count_params().unwrap(), 64 * 64 + 64 + 64 * 10 + 10);
    assert!(fs::metadata(format!("{target}/tree-pipeline/stages")).unwrap().is_dir());
    let history = json(&read_text(&format!("{target}/history.json")));
    for name in ["loss", "accuracy", "val_loss", "val_accuracy"] {
        assert_eq!(history[name].as_array().map(Vec::len), Some(EPOCHS), "{name}");
    }
    let loss = |epoch: usize| history["loss"][epoch].as_f64().unwrap();
    assert!(loss(EPOCHS - 1) < loss(0) / 2.0, "{history}");
}

fn check_report(page: &str) {
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    assert_eq!(page.matches("<svg ").count(), 2);
    for name in ["loss", "val_loss", "accuracy", "val_accuracy"] {
        assert!(page.contains(&format!(">{name}</text>")), "{name}");
    }
    assert_eq!(page.matches("<polyline ").count(), 4);
    assert!(!page.contains("NaN"), "a number is missing");
    for title in ["Network: accuracy 0.", "Decision tree: accuracy "] {
        assert!(page.contains(title), "{title}");
    }
    // one row of ten for each digit, one of two for each class of the tree, and their heads
    assert_eq!(page.matches("<td ").count(), 10 * 10 + 2 * 2);
}

#[test]
fn the_tour_has_options() {
    let help = run(command("tour").arg("--help")).done();
    for option in ["--output", "--remote", "--seed", "--epochs"] {
        assert!(help.contains(option), "{help}");
    }
    let text = run(command("tour").args(["--epochs", "many"])).refused(2);
    assert!(text.contains("'many'"), "{text}");
}

#[test]
fn a_tour_needs_a_folder() {
    let folder = Folder::new();
    let file = folder.file("taken", "precious");
    let text = run(command("tour").args(["--output", &file])).failed();
    assert!(text.starts_with(&file), "{text}");
    assert_eq!(read_text(&file), "precious");
    assert_eq!(folder.names(), ["taken"]);
}
