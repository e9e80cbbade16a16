// SPDX-License-Identifier: MIT OR Apache-2.0
//! Class labels: how many classes there are, and that every label is one of them.

use firesteel_core::{Result, err};
use firesteel_data::datafusion::arrow::datatypes::FieldRef;

use crate::attribute::Attribute;
use crate::dataset::Dataset;

/// Without a number in the label column's metadata, more classes than this are taken for a mistake, as in Spark.
const MAX_GUESSED: usize = 100;

/// The number of classes: what the column of labels says, or one more than the largest label.
///
/// # Errors
/// `InvalidArgument` for a label that is no class.
pub(super) fn count(owner: &str, label: &FieldRef, data: &Dataset) -> Result<usize> {
    let declared = Attribute::of_field(label).and_then(|attribute| attribute.n_categories());
    let labels = || data.partitions().iter().flat_map(|part| part.labels.iter().copied());
    let whole = |label: &f64| *label >= 0.0 && label.fract() == 0.0;
    if let Some(bad) = labels().find(|label| !whole(label)) {
        return Err(err::invalid_argument(owner, label.name())
            .expected("a class number: 0, 1, 2, ..")
            .got(bad)
            .fix("index the labels with a StringIndexer"));
    }
    let largest = labels().fold(0.0, f64::max) as usize;
    match declared {
        Some(declared) if largest >= declared => Err(err::invalid_argument(owner, label.name())
            .expected(format!("below {declared}, the number of classes of the column"))
            .got(largest)),
        Some(declared) => Ok(declared),
        None if largest >= MAX_GUESSED => Err(err::invalid_argument(owner, label.name())
            .expected(format!(
                "below {MAX_GUESSED} where the column does not say how many classes there are"
            ))
            .got(largest)
            .fix("index the labels with a StringIndexer")),
        None => Ok(largest + 1),
    }
}
