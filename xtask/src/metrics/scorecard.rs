// SPDX-License-Identifier: MIT OR Apache-2.0
//! The scorecard: each measure beside its aim, marked where it is worth a second look.

use super::items::ItemMeasure;
use super::measure::FileMeasure;
use super::statistics::{percentile, rate};
use super::{crates, table};
use crate::tidy::UNSAFE_CRATES;

const FILE_LIMIT: usize = 500;
const FUNCTION_LIMIT: usize = 80;

/// The scorecard as text; `functions_named_in` has the number of files that name each function of data frames.
pub(super) fn render(
    files: &[FileMeasure],
    items: &[ItemMeasure],
    functions_named_in: &[usize],
    known_gaps: usize,
) -> String {
    let code: Vec<usize> = files.iter().map(|file| file.code).collect();
    let functions: Vec<usize> = files
        .iter()
        .flat_map(|file| file.functions.iter().map(|function| function.lines))
        .collect();
    let longest_match = files.iter().flat_map(|file| &file.matches).copied().max().unwrap_or(0);
    let rows = [
        percentiles(
            "code lines per file, median / p90 / max",
            &code,
            [50, 90, 100],
            [150, 300, FILE_LIMIT],
        ),
        percentiles(
            "function lines, median / p90 / p99",
            &functions,
            [50, 90, 99],
            [8, 30, FUNCTION_LIMIT],
        ),
        at_most("files over 500 code lines", code.iter().filter(|&&n| n > FILE_LIMIT).count(), 0),
        at_most(
            "functions over 80 lines",
            functions.iter().filter(|&&n| n > FUNCTION_LIMIT).count(),
            0,
        ),
        at_most("longest `match`, lines", longest_match, 80),
        panic_row(files),
        doc_row(files),
        safety_row(files),
        at_most("`unsafe` outside its crates", unsafe_outside(files), 0),
        at_most("known gaps", known_gaps, 0),
        layer_row(items),
        touch_row("a layer", &named_in(items, |item| item.is_layer)),
        touch_row("an estimator", &named_in(items, |item| item.is_estimator)),
        touch_row("a function", functions_named_in),
        share("items with an example that runs", items, |item| item.has_example, 90),
        share("items with numbers of the real system", items, |item| item.has_fixture, 100),
        share(
            "items with tests of their options' effects",
            items,
            |item| item.has_effect_test,
            100,
        ),
        share("items whose file has their name", items, |item| item.code.is_some(), 100),
    ];
    let header = ["measure", "now", "aim", ""].map(str::to_owned);
    table::render(&[&[header][..], &rows[..]].concat())
}

/// The files and functions behind the counts, largest first.
pub(super) fn render_outliers(files: &[FileMeasure]) -> String {
    let mut found: Vec<(usize, String)> = Vec::new();
    for file in files {
        if file.code > FILE_LIMIT {
            found.push((file.code, file.path.clone()));
        }
        let long = file.functions.iter().filter(|function| function.lines > FUNCTION_LIMIT);
        found.extend(long.map(|f| (f.lines, format!("{}:{} `{}`", file.path, f.line, f.name))));
    }
    found.sort_by(|a, b| b.cmp(a));
    found.iter().map(|(lines, place)| format!("{lines} lines: {place}\n")).collect()
}

/// The items that lack something, a line for each thing.
pub(super) fn render_lacking(items: &[ItemMeasure]) -> String {
    let lacks = |what: &str, has: fn(&ItemMeasure) -> bool| {
        let names: Vec<&str> =
            items.iter().filter(|item| !has(item)).map(|item| item.name.as_str()).collect();
        if names.is_empty() {
            String::new()
        } else {
            format!("without {what}: {}\n", names.join(", "))
        }
    };
    lacks("an example", |item| item.has_example)
        + &lacks("numbers of the real system", |item| item.has_fixture)
        + &lacks("tests of effects", |item| item.has_effect_test)
        + &lacks("a file of their name", |item| item.code.is_some())
}

type Row = [String; 4];

fn row(measure: &str, now: String, aim: String, look: bool) -> Row {
    [measure.to_owned(), now, aim, if look { "<- look again" } else { "" }.to_owned()]
}

fn at_most(measure: &str, now: usize, aim: usize) -> Row {
    row(measure, now.to_string(), format!("<= {aim}"), now > aim)
}

fn percentiles(measure: &str, values: &[usize], percents: [usize; 3], aims: [usize; 3]) -> Row {
    let now = percents.map(|percent| percentile(values, percent));
    let text = |numbers: [usize; 3]| numbers.map(|number| number.to_string()).join(" / ");
    let look = now.iter().zip(&aims).any(|(now, aim)| now > aim);
    row(measure, text(now), format!("<= {}", text(aims)), look)
}

fn layer_row(items: &[ItemMeasure]) -> Row {
    let layers = items.iter().filter(|item| item.is_layer);
    let code: Vec<usize> = layers.filter_map(|layer| layer.code).collect();
    let (median, most) = (percentile(&code, 50), percentile(&code, 100));
    let now = format!("{median} / {most}");
    row("code lines of a layer, median / max", now, "40-120 / 200".into(), most > 200)
}

/// In how many source files such an item is named: its own, its family's list, and one that lists families.
fn named_in(items: &[ItemMeasure], is_such: fn(&ItemMeasure) -> bool) -> Vec<usize> {
    items.iter().filter(|item| is_such(item)).map(|item| item.named_in).collect()
}

fn touch_row(what: &str, files: &[usize]) -> Row {
    at_most(&format!("source files that name {what}, median"), percentile(files, 50), 3)
}

/// How many items have something; worth a look when fewer than `least` of a hundred do.
fn share(measure: &str, items: &[ItemMeasure], has: fn(&ItemMeasure) -> bool, least: usize) -> Row {
    let having = items.iter().filter(|item| has(item)).count();
    let look = having * 100 < items.len() * least;
    row(measure, format!("{having} / {}", items.len()), "all".into(), look)
}

fn panic_row(files: &[FileMeasure]) -> Row {
    let panics = files.iter().map(|file| file.panics).sum();
    let now = rate(panics, files.iter().map(|file| file.code).sum(), 1000.0);
    row("unwrap + expect + panic per 1,000 code lines", format!("{now:.2}"), "0".into(), panics > 0)
}

fn doc_row(files: &[FileMeasure]) -> Row {
    let public: Vec<&FileMeasure> =
        files.iter().filter(|file| crates::is_public(&file.crate_name)).collect();
    let docs: usize = public.iter().map(|file| file.docs).sum();
    let code: usize = public.iter().map(|file| file.code).sum();
    let now = rate(docs, docs + code, 100.0);
    row("doc lines in public crates", format!("{now:.1} %"), "15-30 %".into(), now < 12.0)
}

fn safety_row(files: &[FileMeasure]) -> Row {
    let words: usize = files.iter().map(|file| file.unsafe_words).sum();
    let notes: usize = files.iter().map(|file| file.safety_notes).sum();
    row(
        "SAFETY notes / `unsafe` words",
        format!("{notes} / {words}"),
        "every block".into(),
        notes < words,
    )
}

fn unsafe_outside(files: &[FileMeasure]) -> usize {
    let outside = files.iter().filter(|file| !UNSAFE_CRATES.contains(&file.crate_name.as_str()));
    outside.map(|file| file.unsafe_words).sum()
}

#[cfg(test)]
mod tests {
    use super::super::measure::Function;
    use super::*;

    fn file(crate_name: &str, code: usize, lines: usize) -> FileMeasure {
        FileMeasure {
            path: format!("crates/{crate_name}/src/a.rs"),
            crate_name: crate_name.into(),
            code,
            docs: code / 4,
            functions: vec![Function { name: "run".into(), line: 3, lines }],
            ..FileMeasure::default()
        }
    }

    fn item(name: &str, good: bool) -> ItemMeasure {
        ItemMeasure {
            name: name.into(),
            is_layer: true,
            is_estimator: true,
            code: good.then_some(60),
            has_example: good,
            has_fixture: good,
            has_effect_test: good,
            named_in: if good { 3 } else { 4 },
        }
    }

    #[test]
    fn good_figures_are_not_marked() {
        let text = render(&[file("firesteel-nn", 100, 8)], &[item("Dense", true)], &[3], 0);
        assert!(!text.contains("look again"), "{text}");
        assert!(text.contains("20.0 %"), "{text}");
    }

    #[test]
    fn figures_past_their_aim_are_marked_and_placed() {
        let mut bad = file("firesteel-nn", 501, 81);
        (bad.panics, bad.unsafe_words, bad.docs) = (1, 1, 0);
        let items = [item("Dense", true), item("Adam", false)];
        let text = render(&[bad], &items, &[3, 4, 4], 0);
        assert_eq!(text.matches("<- look again").count(), 13, "{text}");
        assert!(text.contains("1 / 2") && text.contains("60 / 60"), "{text}");
        let lacking = render_lacking(&items);
        assert_eq!(lacking.lines().count(), 4, "{lacking}");
        assert!(lacking.starts_with("without an example: Adam\n"), "{lacking}");
        let named = render(&[], &[item("Adam", false)], &[3], 0);
        for (what, is_marked) in [("a layer", true), ("an estimator", true), ("a function", false)]
        {
            let what = format!("that name {what},");
            let row = named.lines().find(|line| line.contains(&what)).unwrap();
            assert_eq!(row.contains("<- look again"), is_marked, "{row}");
        }
        let outliers =
            render_outliers(&[file("firesteel-nn", 501, 81), file("firesteel-ml", 500, 80)]);
        assert_eq!(
            outliers,
            "501 lines: crates/firesteel-nn/src/a.rs\n81 lines: crates/firesteel-nn/src/a.rs:3 `run`\n"
        );
    }
}
