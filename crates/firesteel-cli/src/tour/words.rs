// SPDX-License-Identifier: MIT OR Apache-2.0
//! Word count.

use firesteel::Result;
use firesteel::prelude::*;

use crate::output::say;

/// Counts the words of a text and shows the most frequent ones.
///
/// # Errors
/// Whatever reading or the job meets.
pub(super) fn count(spark: &Session, path: &str) -> Result<()> {
    let counts = spark
        .text_file(path)?
        .flat_map(|line: String| {
            line.split(|c: char| !c.is_alphanumeric() && c != '\'')
                .filter(|word| !word.is_empty())
                .map(str::to_lowercase)
                .collect::<Vec<_>>()
        })
        .map(|word| (word, 1_u64))
        .reduce_by_key(|a, b| a + b);
    let mut counts = counts.collect()?;
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    say(format!("{} different words; the most frequent:", counts.len()))?;
    counts.iter().take(8).try_for_each(|(word, n)| say(format!("{n:>4}  {word}")))
}
