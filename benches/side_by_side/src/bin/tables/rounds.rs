// SPDX-License-Identifier: MIT OR Apache-2.0
//! The clock: both engines by turns, medians, ratio.

use std::time::Instant;

use firesteel::base::{Json, Result, err, json};

use crate::answer::Answer;
use crate::plain::Plain;
use crate::queries::{Query, Tables};

/// Runs the query once on both, to warm up and to compare the answers, then measures it.
///
/// # Errors
/// `Internal` when the answers differ; whatever the query meets.
pub(crate) fn measure(
    query: &Query,
    tables: &Tables,
    plain: &Plain,
    rounds: usize,
) -> Result<Json> {
    let (ours, theirs) = (|| (query.ours)(tables), || plain.run(query.sql));
    let (answer, expected) = (ours()?, theirs()?);
    if !answer.agrees_with(&expected) {
        return Err(err::internal(format!("answer of query `{}`", query.name))
            .expected(expected.to_json())
            .got(answer.to_json()));
    }
    let (mut firesteel, mut datafusion) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        // whoever comes second finds warmer caches, so they take turns in that too
        if round.is_multiple_of(2) {
            firesteel.push(seconds(ours)?);
            datafusion.push(seconds(theirs)?);
        } else {
            datafusion.push(seconds(theirs)?);
            firesteel.push(seconds(ours)?);
        }
    }
    let medians = (median(&firesteel), median(&datafusion));
    Ok(json!({
        "row": query.name,
        "unit": "s",
        "values": { "firesteel": medians.0, "datafusion": medians.1 },
        "ratio": medians.0 / medians.1,
        "runs": { "firesteel": firesteel, "datafusion": datafusion },
        "answer": answer.to_json(),
    }))
}

fn seconds(run: impl FnOnce() -> Result<Answer>) -> Result<f64> {
    let start = Instant::now();
    run()?;
    Ok(start.elapsed().as_secs_f64())
}

/// The value in the middle; of an even number of values, the mean of the two there.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    f64::midpoint(at(sorted.len().saturating_sub(1) / 2), at(sorted.len() / 2))
}
