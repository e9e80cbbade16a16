// SPDX-License-Identifier: MIT OR Apache-2.0
//! Turns the data engine's errors into firesteel's, with names, lists of columns and "did you mean".

use std::sync::Arc;

use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use firesteel_core::{Error, IndexSet, err};

use crate::udf::fault;

/// The error of a plan that could not be made.
pub fn of_planning(error: DataFusionError) -> Error {
    of("the query cannot be planned", error)
}

/// The error of a plan that failed while it ran.
pub fn of_run(error: DataFusionError) -> Error {
    of("the query failed", error)
}

/// The error of a setting that the engine refused.
pub fn of_setting(key: &str, error: DataFusionError) -> Error {
    err::invalid_argument("Session", key)
        .expected("a known setting with a valid value")
        .caused_by(error)
}

fn of(what: &str, error: DataFusionError) -> Error {
    let text = first_line(&root(&error).to_string());
    match into_own(error) {
        Ok(own) => own,
        Err(DataFusionError::SchemaError(schema, trace)) => of_schema(&schema)
            .unwrap_or_else(|| err::engine(text, DataFusionError::SchemaError(schema, trace))),
        Err(other) => match fault::of_engine(root(&other)) {
            Some(fault) => fault.caused_by(other),
            None => err::engine(format!("{what}: {text}"), other),
        },
    }
}

/// An error of our own that travelled through the engine comes out as it went in.
fn into_own(error: DataFusionError) -> Result<Error, DataFusionError> {
    match error {
        DataFusionError::External(inner) => match inner.downcast::<Error>() {
            Ok(own) => Ok(*own),
            Err(other) => Err(DataFusionError::External(other)),
        },
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => {
            into_own(*inner)
        }
        DataFusionError::Shared(inner) => match Arc::try_unwrap(inner) {
            Ok(inner) => into_own(inner),
            Err(shared) => copy_of_own(&shared).ok_or(DataFusionError::Shared(shared)),
        },
        other => Err(other),
    }
}

/// An error of our own that several partitions share, as it reads.
fn copy_of_own(shared: &Arc<DataFusionError>) -> Option<Error> {
    let DataFusionError::External(inner) = root(shared) else { return None };
    let own = inner.downcast_ref::<Error>()?;
    let text = own.to_string();
    let text = text.split("; this is a bug in firesteel").next().unwrap_or_default();
    Some(Error::new(own.kind(), text).caused_by(DataFusionError::Shared(Arc::clone(shared))))
}

fn of_schema(error: &SchemaError) -> Option<Error> {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } => {
            let known: IndexSet<&str> = valid_fields.iter().map(|column| column.name()).collect();
            Some(err::no_column(field.name(), known))
        }
        SchemaError::AmbiguousReference { field } => {
            let what = format!("column `{}` is ambiguous", field.name());
            Some(
                err::schema(what)
                    .fix("qualify it with the table's alias, or rename one of the two"),
            )
        }
        _ => None,
    }
}

/// The error below contexts and notes about places in the query.
fn root(error: &DataFusionError) -> &DataFusionError {
    match error {
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => root(inner),
        DataFusionError::Shared(inner) => root(inner),
        other => other,
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
}
