// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names of input and output columns, as the options of stages give them.

use std::sync::Arc;

use firesteel_core::{Result, err};
use firesteel_data::datafusion::arrow::datatypes::{Field, Schema, SchemaRef};

use crate::uid::Uid;

/// The column that an option names.
///
/// # Errors
/// `InvalidArgument` when the option is not set.
pub(crate) fn required<'a>(
    owner: &str,
    option: &str,
    value: Option<&'a String>,
) -> Result<&'a str> {
    let missing = || err::invalid_argument(owner, option).expected("set").got("nothing");
    value.map(String::as_str).ok_or_else(missing)
}

/// The output column that an option names, or Spark's default for it.
pub(crate) fn output(owner: &str, uid: &Uid, value: Option<&String>) -> String {
    value.cloned().unwrap_or_else(|| format!("{}__output", uid.of(owner)))
}

/// The schema with more fields.
pub(crate) fn extended(schema: &Schema, fields: impl IntoIterator<Item = Field>) -> SchemaRef {
    let added = fields.into_iter().map(Arc::new);
    let all = schema.fields().iter().cloned().chain(added);
    Arc::new(Schema::new_with_metadata(all.collect::<Vec<_>>(), schema.metadata().clone()))
}
