// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the files of results say, each row as it was measured last.

use serde_json::Value;

use crate::Result;
use crate::workspace::Workspace;

const FOLDER: &str = "benches/results/";

/// A row, and the run that it is from.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) row: String,
    /// How much data it has, where that can be chosen.
    pub(crate) size: Option<String>,
    pub(crate) unit: String,
    pub(crate) ours: f64,
    /// Names of the peers, their medians, and ours divided by them.
    pub(crate) peers: Vec<(String, f64, f64)>,
    pub(crate) goal: String,
    pub(crate) goal_met: Option<bool>,
    pub(crate) source: Source,
}

/// A file of results: when and on what it was measured.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Source {
    pub(crate) date: String,
    pub(crate) file: String,
    pub(crate) rounds: u64,
    pub(crate) machine: String,
    pub(crate) version: String,
}

/// The rows of all files in the order of the oldest, each from the newest file that has it.
pub(crate) fn read(workspace: &Workspace) -> Result<Vec<Measured>> {
    let is_result = |path: &str| path.starts_with(FOLDER) && path.ends_with(".json");
    let files = workspace.files.iter().filter(|file| is_result(&file.path));
    let mut all = files
        .map(|file| -> Result<(Source, Value)> {
            let bad = |what: &str| format!("{}: {what}", file.path);
            let content: Value =
                serde_json::from_str(&file.text).map_err(|error| bad(&error.to_string()))?;
            let source = source(&file.path, &content).ok_or_else(|| bad("no file of run.py"))?;
            Ok((source, content))
        })
        .collect::<Result<Vec<_>>>()?;
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut rows: Vec<Measured> = Vec::new();
    for (source, content) in &all {
        for measured in results(source, content) {
            match rows.iter_mut().find(|known| known.row == measured.row) {
                Some(known) => *known = measured,
                None => rows.push(measured),
            }
        }
    }
    Ok(rows)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn source(path: &str, content: &Value) -> Option<Source> {
    let machine = &content["machine"];
    Some(Source {
        date: text(&content["date"])?,
        file: path.strip_prefix(FOLDER)?.to_owned(),
        rounds: content["rounds"].as_u64()?,
        machine: format!("{}, {} cores", machine["cpu"].as_str()?, machine["cores"].as_u64()?),
        version: text(&content["versions"]["firesteel"])?,
    })
}

/// The rows that have a number of ours.
fn results(source: &Source, content: &Value) -> Vec<Measured> {
    let results = content["results"].as_array().into_iter().flatten();
    results.filter_map(|result| measured(source, result)).collect()
}

fn measured(source: &Source, result: &Value) -> Option<Measured> {
    let medians = result["medians"].as_object()?;
    let peers = medians.iter().filter_map(|(peer, median)| {
        // ours has no ratio
        let ratio = result["ratios"][peer.as_str()].as_f64()?;
        Some((peer.clone(), median.as_f64()?, ratio))
    });
    Some(Measured {
        row: text(&result["row"])?,
        size: text(&result["size"]),
        unit: text(&result["unit"])?,
        ours: medians.get("firesteel")?.as_f64()?,
        peers: peers.collect(),
        goal: text(&result["goal"])?,
        goal_met: result["goal_met"].as_bool(),
        source: source.clone(),
    })
}
