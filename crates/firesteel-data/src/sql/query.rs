// SPDX-License-Identifier: MIT OR Apache-2.0
//! A whole statement: prepared, planned, and its columns named as Spark names them.

use datafusion::common::Column;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{Query, SelectItem, SetExpr, Statement as SqlStatement};
use firesteel_core::names::{known_list, nearest};
use firesteel_core::{Error, IndexMap, Result, err};

use super::lower_case::LowerCase;
use super::{full_using, name, parse, prepare, unknown_function};
use crate::project::project;
use crate::{DataFrame, Session, failure, spelling};

/// The table that a statement gives.
pub(crate) fn query(session: &Session, text: &str) -> Result<DataFrame> {
    let mut statement = parse::statement(text)?;
    let mut outputs = None;
    let mut lower_case = LowerCase::default();
    if let Statement::Statement(statement) = &mut statement {
        if let SqlStatement::Query(query) = statement.as_ref() {
            outputs = outputs_of(query);
        }
        prepare::expressions(statement)?;
        lower_case.apply(statement);
        full_using::apply(statement)?;
    }
    let plan = plan(session, statement)?;
    match outputs {
        Some(outputs) => {
            let names = outputs.names(&plan, lower_case.spellings());
            Ok(DataFrame::from_plan(session, renamed(plan, names)?))
        }
        None => execute(session, plan),
    }
}

fn plan(session: &Session, statement: Statement) -> Result<LogicalPlan> {
    let (context, asked) = (session.context().clone(), statement.clone());
    let planned = session.wait(async move {
        let state = context.state();
        let planned = state.statement_to_plan(statement).await;
        planned.map_err(|error| unknown_function::of_planning(&state, error))
    });
    planned.map_err(|error| missing_table(session, &asked).unwrap_or(error))
}

/// The error for the first table in the statement that does not exist.
fn missing_table(session: &Session, statement: &Statement) -> Option<Error> {
    let references = session.context().state().resolve_table_references(statement).ok()?;
    let missing = references.into_iter().find(|reference| {
        session.context().table_exist(reference.clone()).is_ok_and(|exists| !exists)
    })?;
    Some(no_table(missing.table(), &session.table_names()))
}

/// ``no table or view `citis`; did you mean `cities`? tables are: cities``.
pub(crate) fn no_table(name: &str, known: &[String]) -> Error {
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let list = known_list(&known);
    let hint = match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`? tables are: {list}"),
        None => format!("tables are: {list}"),
    };
    err::schema(format!("no table or view `{name}`")).fix(hint)
}

/// Statements that are no queries run at once, such as `DROP VIEW`.
fn execute(session: &Session, plan: LogicalPlan) -> Result<DataFrame> {
    let context = session.context().clone();
    let plan = session.wait(async move {
        let done = context.execute_logical_plan(plan).await.map_err(failure::of_run)?;
        Ok(done.into_unoptimized_plan())
    })?;
    Ok(DataFrame::from_plan(session, plan))
}

/// What the outermost `SELECT` lists.
struct Outputs(Vec<Output>);

enum Output {
    Named(String),
    Star,
}

fn outputs_of(query: &Query) -> Option<Outputs> {
    let mut body = query.body.as_ref();
    loop {
        match body {
            SetExpr::Select(select) => {
                return Some(Outputs(select.projection.iter().map(output).collect()));
            }
            SetExpr::Query(query) => body = query.body.as_ref(),
            SetExpr::SetOperation { left, .. } => body = left.as_ref(),
            _ => return Some(Outputs(vec![Output::Star])),
        }
    }
}

fn output(item: &SelectItem) -> Output {
    match item {
        SelectItem::UnnamedExpr(expr) => Output::Named(name::of(expr)),
        SelectItem::ExprWithAlias { alias, .. } => Output::Named(alias.value.clone()),
        _ => Output::Star,
    }
}

impl Outputs {
    /// A name for each column of the plan.
    fn names(&self, plan: &LogicalPlan, spellings: &IndexMap<String, String>) -> Vec<String> {
        let spelled: Vec<String> = plan
            .schema()
            .fields()
            .iter()
            .map(|field| {
                let first = spelling::spelled(field).to_owned();
                spellings.get(&first).cloned().unwrap_or(first)
            })
            .collect();
        let stars = self.0.iter().filter(|output| matches!(output, Output::Star)).count();
        let wide = spelled.len().checked_sub(self.0.len() - stars);
        match (stars, wide) {
            (0, Some(0)) => self.filled(&spelled, 0),
            (1, Some(wide)) => self.filled(&spelled, wide),
            _ => spelled,
        }
    }

    /// The names, where the one star stands for so many columns.
    fn filled(&self, spelled: &[String], wide: usize) -> Vec<String> {
        let mut names = Vec::with_capacity(spelled.len());
        for output in &self.0 {
            match output {
                Output::Named(name) => names.push(name.clone()),
                Output::Star => names.extend_from_slice(&spelled[names.len()..names.len() + wide]),
            }
        }
        names
    }
}

fn renamed(plan: LogicalPlan, names: Vec<String>) -> Result<LogicalPlan> {
    let fields = plan.schema().fields().iter();
    if fields.zip(&names).all(|(field, name)| field.name() == name) {
        return Ok(plan);
    }
    let columns = plan.schema().iter().map(|field| Expr::Column(Column::from(field)));
    let columns = columns.zip(names).collect();
    project(plan, columns)
}
