// SPDX-License-Identifier: MIT OR Apache-2.0
//! `FULL OUTER JOIN .. USING (k)`: column `k` is that of the side that has the row.
//!
//! The engine reads `k` from the first table, where it is null in rows that only the second one has. So where the
//! statement says `k` without a table, both are read.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, Ident, JoinConstraint, JoinOperator, ObjectNamePart, Query,
    ReplaceSelectElement, ReplaceSelectItem, Select, SelectItem, Statement, TableFactor,
    TableWithJoins, VisitMut as _, VisitorMut,
};
use firesteel_core::Result;

use super::parse;

/// Rewrites every `SELECT` over one such join; names are in lower case by now.
pub(super) fn apply(statement: &mut Statement) -> Result<()> {
    match statement.visit(&mut Selects) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Selects;

impl VisitorMut for Selects {
    type Break = firesteel_core::Error;

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Self::Break> {
        let joins = select.from.iter().map(keys_of);
        match joins.collect::<Result<Vec<_>>>() {
            Ok(keys) => rewrite(select, keys.into_iter().flatten().collect()),
            Err(error) => return ControlFlow::Break(error),
        }
        ControlFlow::Continue(())
    }
}

/// A column joined on, and the expression that reads it from both tables.
struct Key {
    name: Ident,
    both: Expr,
}

fn keys_of(tables: &TableWithJoins) -> Result<Vec<Key>> {
    let [join] = tables.joins.as_slice() else { return Ok(Vec::new()) };
    let JoinOperator::FullOuter(JoinConstraint::Using(columns)) = &join.join_operator else {
        return Ok(Vec::new());
    };
    let (Some(left), Some(right)) = (name_of(&tables.relation), name_of(&join.relation)) else {
        return Ok(Vec::new());
    };
    let columns = columns.iter().filter_map(|column| column.0.last()?.as_ident());
    let key = |column: &Ident| {
        let name = Ident::new(column.value.to_lowercase());
        let text = format!("coalesce(`{left}`.`{0}`, `{right}`.`{0}`)", name.value);
        Ok(Key { name, both: parse::expression(&text)?.expr })
    };
    columns.map(key).collect()
}

/// The name by which the columns of a table are called.
fn name_of(table: &TableFactor) -> Option<String> {
    match table {
        TableFactor::Table { alias: Some(alias), .. }
        | TableFactor::Derived { alias: Some(alias), .. } => Some(alias.name.value.clone()),
        TableFactor::Table { name, .. } => {
            name.0.last().and_then(ObjectNamePart::as_ident).map(|ident| ident.value.clone())
        }
        _ => None,
    }
    .map(|name| name.to_lowercase())
}

fn rewrite(select: &mut Select, keys: Vec<Key>) {
    if keys.is_empty() {
        return;
    }
    select.projection.iter_mut().for_each(|item| project(item, &keys));
    let mut within = Within { keys, depth: 0 };
    let groups = match &mut select.group_by {
        GroupByExpr::Expressions(groups, _) => groups.as_mut_slice(),
        GroupByExpr::All(_) => &mut [],
    };
    let exprs = select.projection.iter_mut().filter_map(expr_of);
    let exprs = exprs.chain(&mut select.selection).chain(groups).chain(&mut select.having);
    exprs.for_each(|expr| {
        // the visitor never breaks off
        let _: ControlFlow<()> = expr.visit(&mut within);
    });
}

fn expr_of(item: &mut SelectItem) -> Option<&mut Expr> {
    match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr),
        _ => None,
    }
}

/// A key keeps its name, and `*` has the keys of both tables.
fn project(item: &mut SelectItem, keys: &[Key]) {
    match item {
        SelectItem::UnnamedExpr(Expr::Identifier(ident))
            if keys.iter().any(|key| key.name.value == ident.value) =>
        {
            let (expr, alias) = (Expr::Identifier(ident.clone()), ident.clone());
            *item = SelectItem::ExprWithAlias { expr, alias };
        }
        SelectItem::Wildcard(options) if options.opt_replace.is_none() => {
            let items = keys.iter().map(|key| {
                let (expr, column_name) = (key.both.clone(), key.name.clone());
                Box::new(ReplaceSelectElement { expr, column_name, as_keyword: true })
            });
            options.opt_replace = Some(ReplaceSelectItem { items: items.collect() });
        }
        _ => {}
    }
}

/// Puts the keys in place; queries inside have columns of their own.
struct Within {
    keys: Vec<Key>,
    depth: usize,
}

impl VisitorMut for Within {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Identifier(ident) = expr
            && self.depth == 0
            && let Some(key) = self.keys.iter().find(|key| key.name.value == ident.value)
        {
            *expr = key.both.clone();
        }
        ControlFlow::Continue(())
    }
}
