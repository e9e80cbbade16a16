// SPDX-License-Identifier: MIT OR Apache-2.0
//! Expressions as the user wrote them, made to fit a table: names without regard to case, Spark's arithmetic.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{Column, DFSchema, DataFusionError, TableReference};
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable as _, Operator, SortExpr, cast};
use firesteel_core::{Error, Result, err};

use crate::failure;

/// The expression with every column found in the table and every operator as Spark computes it.
pub(crate) fn resolve(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    let resolved = expr.transform_up(|node| match node {
        Expr::Column(column) => {
            let found = find(&column, schema).map_err(|error| carry(error))?;
            Ok(Transformed::yes(found))
        }
        Expr::BinaryExpr(binary) if binary.op == Operator::Divide => {
            Ok(Transformed::yes(divide(binary, schema)?))
        }
        other => Ok(Transformed::no(other)),
    });
    Ok(resolved.map_err(failure::of_planning)?.data)
}

/// [`resolve`] for a sort key.
pub(crate) fn resolve_sort(sort: SortExpr, schema: &DFSchema) -> Result<SortExpr> {
    Ok(SortExpr { expr: resolve(sort.expr, schema)?, ..sort })
}

/// An error of ours inside one of the engine's, to come out again in [`failure`].
fn carry(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// The column of the table that a name means: exactly, or but for case, or a field of a struct column.
fn find(wanted: &Column, schema: &DFSchema) -> Result<Expr> {
    let exact = matching(schema, wanted, |a, b| a == b);
    let found = match exact.as_slice() {
        [] => matching(schema, wanted, |a, b| a.eq_ignore_ascii_case(b) || lower(a) == lower(b)),
        _ => exact,
    };
    match found.as_slice() {
        [one] => Ok(Expr::Column(one.clone())),
        [] => field_of_struct(wanted, schema).ok_or_else(|| missing(wanted, schema)),
        several => Err(ambiguous(wanted, several)),
    }
}

fn lower(name: &str) -> String {
    name.to_lowercase()
}

fn matching(schema: &DFSchema, wanted: &Column, same: impl Fn(&str, &str) -> bool) -> Vec<Column> {
    let fits = |qualifier: Option<&TableReference>| match (&wanted.relation, qualifier) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(asked), Some(given)) => same(asked.table(), given.table()),
    };
    let fields = schema.iter().filter(|(qualifier, _)| fits(*qualifier));
    fields.filter(|(_, field)| same(field.name(), &wanted.name)).map(Column::from).collect()
}

/// `s.x`, where `s` is a struct column.
fn field_of_struct(wanted: &Column, schema: &DFSchema) -> Option<Expr> {
    let base = Column::from_name(wanted.relation.as_ref()?.table());
    let Ok(Expr::Column(base)) = find(&base, schema) else { return None };
    let DataType::Struct(fields) = schema.field_from_column(&base).ok()?.data_type() else {
        return None;
    };
    let field = fields.iter().find(|field| field.name().eq_ignore_ascii_case(&wanted.name))?;
    let alias = wanted.name.clone();
    Some(get_field(Expr::Column(base), field.name().clone()).alias(alias))
}

fn missing(wanted: &Column, schema: &DFSchema) -> Error {
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    err::no_column(&wanted.flat_name(), names)
}

fn ambiguous(wanted: &Column, found: &[Column]) -> Error {
    let names: Vec<String> = found.iter().map(Column::flat_name).collect();
    let what = format!("column `{}` is ambiguous, it could be {}", wanted.name, names.join(" or "));
    err::schema(what).fix("rename or drop one of them, or give each table an `alias` before the join")
}

/// `/` divides decimals as decimals and everything else as doubles.
pub(crate) fn divide(binary: BinaryExpr, schema: &DFSchema) -> Result<Expr, DataFusionError> {
    let BinaryExpr { left, op, right } = binary;
    let (left, right) = (double_unless_decimal(*left, schema)?, double_unless_decimal(*right, schema)?);
    Ok(Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right))))
}

fn double_unless_decimal(expr: Expr, schema: &DFSchema) -> Result<Expr, DataFusionError> {
    let data_type = expr.get_type(schema)?;
    let keeps = data_type.is_floating() || data_type.is_decimal() || data_type.is_temporal();
    Ok(if keeps { expr } else { cast(expr, DataType::Float64) })
}
