// SPDX-License-Identifier: MIT OR Apache-2.0
//! What estimators of features share: a column of vectors becomes another one.

use firesteel_core::Result;
use firesteel_data::datafusion::arrow::datatypes::{Schema, SchemaRef};
use firesteel_data::vector::vector_field;

use crate::{columns, frame};

/// The schema with a column of vectors more.
///
/// # Errors
/// `Schema` when the input column is missing or the output column is there already.
pub(super) fn with_vectors(
    owner: &str,
    schema: &Schema,
    input: &str,
    output: &str,
) -> Result<SchemaRef> {
    frame::field(owner, schema, input)?;
    frame::ensure_new(owner, schema, output)?;
    Ok(columns::extended(schema, [vector_field(output, true)]))
}
