// SPDX-License-Identifier: MIT OR Apache-2.0
//! The report: a page with loss curves and confusion matrices, in plain HTML and SVG.

use std::fmt::Write as _;
use std::path::Path;

use firesteel::data::datafusion::arrow::array::AsArray;
use firesteel::data::vector::VectorColumn;
use firesteel::prelude::*;
use firesteel::{Result, err, files};

/// How often each class was taken for which.
pub(super) struct Confusion {
    title: String,
    /// Rows are what was true, columns what was predicted.
    counts: Vec<Vec<u64>>,
    accuracy: f64,
}

/// What the training of the network left.
pub(super) struct Trained {
    pub(super) history: History,
    pub(super) confusion: Confusion,
}

impl Confusion {
    /// Counts the predictions of a table.
    ///
    /// # Errors
    /// Whatever the query meets.
    pub(super) fn of(
        title: &str,
        table: &DataFrame,
        truth: &str,
        prediction: &str,
        accuracy: f64,
    ) -> Result<Self> {
        let pairs = table.group_by([truth, prediction])?.count()?.collect()?;
        let mut counts = Vec::new();
        for row in pairs {
            let (truth, prediction) = (row.get_f64(truth)?, row.get_f64(prediction)?);
            add(&mut counts, truth as usize, prediction as usize, row.get_i64("count")? as u64);
        }
        Ok(Self { title: title.to_owned(), counts, accuracy })
    }

    /// Counts the classes with the largest score.
    ///
    /// # Errors
    /// Whatever the query meets.
    pub(super) fn of_scores(
        title: &str,
        table: &DataFrame,
        truth: &str,
        scores: &str,
    ) -> Result<Self> {
        let mut counts = Vec::new();
        for batch in table.select([truth, scores])?.to_batches()? {
            let batch = batch?;
            let truths = firesteel::data::datafusion::arrow::compute::cast(
                batch.column(0),
                &firesteel::data::datafusion::arrow::datatypes::DataType::Int64,
            )
            .map_err(|error| err::engine(format!("`{truth}` is no class number"), error))?;
            let truths =
                truths.as_primitive::<firesteel::data::datafusion::arrow::datatypes::Int64Type>();
            let vectors = VectorColumn::new(batch.column(1))?;
            for (truth, vector) in truths.values().iter().zip(vectors.iter()) {
                let values = vector.map(|vector| vector.to_array()).unwrap_or_default();
                add(&mut counts, *truth as usize, argmax(&values), 1);
            }
        }
        let right: u64 = (0..counts.len()).map(|i| counts[i][i]).sum();
        let all: u64 = counts.iter().flatten().sum();
        let accuracy = right as f64 / all.max(1) as f64;
        Ok(Self { title: title.to_owned(), counts, accuracy })
    }
}

fn argmax(values: &[f64]) -> usize {
    values
        .iter()
        .enumerate()
        .fold(0, |best, (i, value)| if *value > values[best] { i } else { best })
}

/// Adds to a square matrix, which grows as classes appear.
fn add(counts: &mut Vec<Vec<u64>>, truth: usize, prediction: usize, n: u64) {
    let size = counts.len().max(truth + 1).max(prediction + 1);
    counts.resize(size, Vec::new());
    counts.iter_mut().for_each(|row| row.resize(size, 0));
    counts[truth][prediction] += n;
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#222}\
h1{color:#b3471d}table{border-collapse:collapse;margin:1rem 0}td,th{padding:.3rem .6rem;text-align:right;\
border:1px solid #ddd}svg{background:#fafafa;border:1px solid #ddd}";

/// Writes the page.
///
/// # Errors
/// `Io` when the file cannot be written.
pub(super) fn write(path: &Path, tree: &Confusion, network: &Trained) -> Result<()> {
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>firesteel tour</title>\
         <style>{STYLE}</style><h1>firesteel tour</h1><h2>Loss of the network</h2>"
    );
    page += &curves(&network.history, &["loss", "val_loss"]);
    page += "<h2>Accuracy of the network</h2>";
    page += &curves(&network.history, &["accuracy", "val_accuracy"]);
    for confusion in [&network.confusion, tree] {
        page += &matrix(confusion);
    }
    page += "</html>\n";
    files::write_bytes(path, page.as_bytes())
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 280.0;
const MARGIN: f64 = 48.0;

/// Values over epochs as lines.
fn curves(history: &History, names: &[&str]) -> String {
    const COLORS: [&str; 4] = ["#b3471d", "#2364a0", "#3a7d44", "#7b4fa0"];
    let known: Vec<(&str, &[f64])> =
        names.iter().filter_map(|name| Some((*name, history.get(name)?))).collect();
    let all = known.iter().flat_map(|(_, values)| values.iter().copied());
    let (low, high) = all.fold((0.0_f64, 1e-9_f64), |(low, high), v| (low.min(v), high.max(v)));
    let steps = history.len().saturating_sub(1).max(1) as f64;
    let x = |i: usize| MARGIN + i as f64 / steps * (WIDTH - 2.0 * MARGIN);
    let y = |v: f64| HEIGHT - MARGIN - (v - low) / (high - low) * (HEIGHT - 2.0 * MARGIN);
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" role=\"img\">");
    for part in 0..=4 {
        let value = low + (high - low) * f64::from(part) / 4.0;
        let _ = write!(
            svg,
            "<line x1=\"{MARGIN}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#e4e4e4\"/>\
             <text x=\"{}\" y=\"{:.1}\" font-size=\"12\" text-anchor=\"end\">{value:.2}</text>",
            WIDTH - MARGIN,
            MARGIN - 6.0,
            y(value) + 4.0,
            y = y(value),
        );
    }
    for ((i, (name, values)), color) in known.iter().enumerate().zip(COLORS) {
        let points: Vec<String> =
            values.iter().enumerate().map(|(i, v)| format!("{:.1},{:.1}", x(i), y(*v))).collect();
        let _ = write!(
            svg,
            "<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" points=\"{}\"/>\
             <text x=\"{}\" y=\"20\" fill=\"{color}\" font-size=\"14\">{name}</text>",
            points.join(" "),
            MARGIN + 120.0 * i as f64,
        );
    }
    let _ = write!(
        svg,
        "<text x=\"{}\" y=\"{}\" font-size=\"12\" text-anchor=\"middle\">epoch</text></svg>",
        WIDTH / 2.0,
        HEIGHT - 12.0
    );
    svg
}

fn matrix(confusion: &Confusion) -> String {
    let most = confusion.counts.iter().flatten().copied().max().unwrap_or(1).max(1) as f64;
    let mut html = format!(
        "<h2>{}: accuracy {:.4}</h2><table><tr><th>true \\ predicted</th>",
        confusion.title, confusion.accuracy
    );
    (0..confusion.counts.len()).for_each(|class| html += &format!("<th>{class}</th>"));
    for (class, row) in confusion.counts.iter().enumerate() {
        let _ = write!(html, "</tr><tr><th>{class}</th>");
        for (predicted, n) in row.iter().enumerate() {
            let share = *n as f64 / most;
            let color = if class == predicted { "58,125,68" } else { "179,71,29" };
            let _ = write!(html, "<td style=\"background:rgba({color},{share:.2})\">{n}</td>");
        }
    }
    html + "</tr></table>"
}
