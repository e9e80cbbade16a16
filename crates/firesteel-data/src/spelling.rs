// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names in lower case for SQL, with the spelling that was first given kept beside them.
//!
//! SQL regards no case, while the engine underneath does. So a table that SQL can see has its columns in lower case,
//! and each field keeps its own spelling as metadata, from which the result of a query gets it back.

use std::collections::BTreeMap;

use datafusion::arrow::datatypes::Field;
use datafusion::common::metadata::FieldMetadata;
use datafusion::common::{Column, TableReference};
use datafusion::logical_expr::{Expr, LogicalPlan};
use firesteel_core::{IndexMap, Result};

use crate::project::project;

/// The key under which a field keeps its spelling.
const SPELLING: &str = "firesteel.name";

/// The plan with its columns in lower case, where no two of them fall together.
pub(crate) fn lower(plan: LogicalPlan) -> Result<LogicalPlan> {
    let mut count: IndexMap<String, usize> = IndexMap::new();
    for field in plan.schema().fields() {
        *count.entry(field.name().to_lowercase()).or_default() += 1;
    }
    let columns = plan.schema().iter().map(Column::from).map(|column| {
        let lower = column.name.to_lowercase();
        let name = column.name.clone();
        let expr = Expr::Column(column);
        if name == lower || count.get(&lower) != Some(&1) {
            return (expr, name);
        }
        let kept = BTreeMap::from([(SPELLING.to_owned(), name)]);
        let no_table: Option<TableReference> = None;
        let kept = Some(FieldMetadata::from(kept));
        (expr.alias_qualified_with_metadata(no_table, lower.clone(), kept), lower)
    });
    let columns = columns.collect();
    project(plan, columns)
}

/// The name of a column as it was first spelled.
pub(crate) fn spelled(field: &Field) -> &str {
    let kept = field.metadata().get(SPELLING);
    kept.filter(|kept| kept.to_lowercase() == *field.name()).map_or(field.name(), |kept| kept)
}

/// The plan with every column as it was first spelled.
pub(crate) fn restore(plan: LogicalPlan) -> Result<LogicalPlan> {
    let columns: Vec<(Expr, String)> = plan
        .schema()
        .iter()
        .map(|(table, field)| {
            (Expr::Column(Column::from((table, field))), spelled(field).to_owned())
        })
        .collect();
    let unchanged =
        plan.schema().fields().iter().zip(&columns).all(|(f, (_, name))| f.name() == name);
    if unchanged { Ok(plan) } else { project(plan, columns) }
}
