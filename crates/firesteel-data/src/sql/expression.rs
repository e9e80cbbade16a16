// SPDX-License-Identifier: MIT OR Apache-2.0
//! One expression given as a text, over one table.

use std::ops::ControlFlow;

use datafusion::common::{Column, DFSchema, TableReference};
use datafusion::logical_expr::Expr;
use datafusion::sql::sqlparser::ast::{Expr as Ast, Ident, visit_expressions_mut};
use firesteel_core::{Error, Result};

use super::{name, parse, prepare, unknown_function};
use crate::Session;
use crate::resolve::find;

/// The expression that a text describes, and the name that Spark gives its column.
pub(crate) fn expression(
    session: &Session,
    schema: &DFSchema,
    text: &str,
) -> Result<(Expr, String)> {
    let mut parsed = parse::expression(text)?;
    let name = match parsed.alias.take() {
        Some(alias) => alias.value,
        None => name_of(&parsed.expr, schema),
    };
    prepare::literal(&mut parsed.expr);
    prepare::expressions(&mut parsed.expr)?;
    exact_columns(&mut parsed.expr, schema)?;
    let state = session.context().state();
    let planned = state.create_logical_expr_from_sql_expr(parsed, schema);
    let planned = planned.map_err(|error| unknown_function::of_planning(&state, error))?;
    Ok((planned.unalias(), name))
}

/// The name of the column that a text makes, as far as the text alone tells it.
pub(crate) fn name_of_text(text: &str) -> String {
    parse::expression(text).map_or_else(|_| text.to_owned(), |parsed| name::of(&parsed.expr))
}

/// Spark's name for the column; a field of a struct is named after both where it is part of something else.
fn name_of(expr: &Ast, schema: &DFSchema) -> String {
    if matches!(expr, Ast::CompoundIdentifier(_)) {
        return name::of(expr);
    }
    let mut whole = expr.clone();
    // the closure never breaks off
    let _: ControlFlow<()> = visit_expressions_mut(&mut whole, |node| {
        if let Some(wanted) = wanted(node)
            && wanted.relation.is_some()
            && !matches!(find(&wanted, schema), Ok(Expr::Column(_)))
        {
            *node = Ast::Identifier(Ident::new(wanted.flat_name()));
        }
        ControlFlow::Continue(())
    });
    name::of(&whole)
}

/// The column that a name means, if it is one.
fn wanted(node: &Ast) -> Option<Column> {
    match node {
        Ast::Identifier(ident) => Some(Column::from_name(ident.value.clone())),
        Ast::CompoundIdentifier(parts) => match parts.as_slice() {
            [table, column] => {
                let table = TableReference::bare(table.value.clone());
                Some(Column::new(Some(table), column.value.clone()))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Writes every column as the table spells it, quoted, so that the planner finds it.
fn exact_columns(expr: &mut Ast, schema: &DFSchema) -> Result<()> {
    let outcome: ControlFlow<Error> = visit_expressions_mut(expr, |node| {
        let Some(wanted) = wanted(node) else { return ControlFlow::Continue(()) };
        match find(&wanted, schema) {
            Ok(Expr::Column(found)) => {
                *node = exact(found);
                ControlFlow::Continue(())
            }
            // a field of a struct: the planner finds it by the struct's exact name
            Ok(_) => exact_base(node, schema),
            Err(error) => ControlFlow::Break(error),
        }
    });
    match outcome {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

fn exact(column: Column) -> Ast {
    let name = quoted(&column.name);
    match column.relation {
        Some(table) => Ast::CompoundIdentifier(vec![quoted(table.table()), name]),
        None => Ast::Identifier(name),
    }
}

fn exact_base(node: &mut Ast, schema: &DFSchema) -> ControlFlow<Error> {
    if let Ast::CompoundIdentifier(parts) = node
        && let [base, field] = parts.as_mut_slice()
        && let Ok(Expr::Column(found)) = find(&Column::from_name(base.value.clone()), schema)
    {
        *base = quoted(&found.name);
        *field = quoted(&field.value);
    }
    ControlFlow::Continue(())
}

fn quoted(name: &str) -> Ident {
    Ident::with_quote('`', name)
}
