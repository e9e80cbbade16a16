// SPDX-License-Identifier: MIT OR Apache-2.0
//! `LowerCase`: every name in a statement in lower case, quoted or not.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::Statement;
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectName, ObjectNamePart, Query, Select, SelectItem, TableAlias, TableFactor,
    VisitMut as _, VisitorMut,
};
use firesteel_core::IndexMap;

use super::{prepare, twins};

/// Puts names into lower case and remembers how aliases were spelled.
#[derive(Debug, Default)]
pub(super) struct LowerCase {
    spellings: IndexMap<String, String>,
}

impl LowerCase {
    pub(super) fn apply(&mut self, statement: &mut Statement) {
        // the visitor never breaks off
        let _: ControlFlow<()> = statement.visit(self);
    }

    /// Aliases in lower case, and as they were spelled.
    pub(super) fn spellings(&self) -> &IndexMap<String, String> {
        &self.spellings
    }

    fn alias(&mut self, ident: &mut Ident) {
        let spelled = ident.value.clone();
        lower(ident);
        if spelled != ident.value {
            self.spellings.insert(ident.value.clone(), spelled);
        }
    }
}

fn lower(ident: &mut Ident) {
    ident.value = ident.value.to_lowercase();
}

fn lower_table(alias: &mut TableAlias) {
    lower(&mut alias.name);
    alias.columns.iter_mut().for_each(|column| lower(&mut column.name));
}

impl VisitorMut for LowerCase {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for item in &mut select.projection {
            match item {
                SelectItem::UnnamedExpr(expr) => prepare::literal(expr),
                SelectItem::ExprWithAlias { expr, alias } => {
                    prepare::literal(expr);
                    self.alias(alias);
                }
                _ => {}
            }
        }
        twins::tell_apart(select);
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &mut ObjectName) -> ControlFlow<()> {
        for part in &mut relation.0 {
            if let ObjectNamePart::Identifier(ident) = part {
                lower(ident);
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let tables = query.with.iter_mut().flat_map(|with| &mut with.cte_tables);
        tables.for_each(|table| lower_table(&mut table.alias));
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, table: &mut TableFactor) -> ControlFlow<()> {
        let alias = match table {
            TableFactor::Table { alias, .. } | TableFactor::Derived { alias, .. } => alias,
            _ => return ControlFlow::Continue(()),
        };
        alias.iter_mut().for_each(lower_table);
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(ident) => lower(ident),
            Expr::CompoundIdentifier(parts) => parts.iter_mut().for_each(lower),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}
