// SPDX-License-Identifier: MIT OR Apache-2.0
//! Joins, under Spark's rules for the columns of the result.

use datafusion::common::{Column, JoinType, TableReference};
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::logical_expr::{Expr, LogicalPlan};
use firesteel_core::{IndexSet, Result, err};

use super::{DataFrame, join_type};
use crate::failure;
use crate::project::{all_columns, project};

/// Hidden table names by which the two sides are told apart.
const LEFT: &str = "__left";
const RIGHT: &str = "__right";

impl DataFrame {
    /// Puts rows with equal values in these columns side by side; the columns appear once, first.
    ///
    /// `how` is one of Spark's names: `inner`, `left`, `right`, `outer`, `semi`, `anti` and their longer spellings.
    /// Rows with a null in one of the columns match nothing.
    ///
    /// # Errors
    /// `Schema` when a column is missing on one side, `UnknownName` for an unknown `how`.
    pub fn join(
        &self,
        other: &Self,
        on: impl IntoIterator<Item = impl AsRef<str>>,
        how: &str,
    ) -> Result<Self> {
        let kind = join_type::parse(how)?;
        let names: Vec<String> = on.into_iter().map(|name| name.as_ref().to_owned()).collect();
        if names.is_empty() {
            return if how == "cross" { self.cross_join(other) } else { Err(nothing_to_join_on()) };
        }
        let left_keys = self.find_all(&names).map_err(|error| error.at("left side of the join"))?;
        let right_keys =
            other.find_all(&names).map_err(|error| error.at("right side of the join"))?;
        let (left, right) = (Side::new(self, LEFT)?, Side::new(other, RIGHT)?);
        let equal: Vec<Expr> = left_keys
            .iter()
            .zip(&right_keys)
            .map(|(l, r)| left.read(self, l).eq(right.read(other, r)))
            .collect();
        let joined = left.table.joined(&right.table, kind, equal)?;
        let mut columns = Vec::new();
        for (l, r) in left_keys.iter().zip(&right_keys) {
            columns.push(key_column(kind, left.read(self, l), right.read(other, r), l, r));
        }
        columns.extend(left.others(self, &left_keys));
        if !matches!(kind, JoinType::LeftSemi | JoinType::LeftAnti) {
            columns.extend(right.others(other, &right_keys));
        }
        joined.project(columns)
    }

    /// Puts rows side by side for which a condition holds; all columns of both sides are kept.
    ///
    /// Give each side an [`alias`](DataFrame::alias) first, to name columns that both have:
    /// `col("a.id").eq(col("b.id"))`.
    ///
    /// # Errors
    /// `Schema` when a column is missing or ambiguous, `UnknownName` for an unknown `how`.
    pub fn join_on(&self, other: &Self, condition: Expr, how: &str) -> Result<Self> {
        let kind = join_type::parse(how)?;
        let (left, right) = disjoint(self, other)?;
        let both = left.df_schema().join(right.df_schema()).map_err(failure::of_planning)?;
        let resolver = crate::resolve::Resolver::new(&self.session, &both);
        let condition = resolver.expr(condition)?;
        left.joined(&right, kind, vec![condition])
    }

    /// Every row of this table beside every row of the other.
    ///
    /// # Errors
    /// `Engine` when the engine refuses the plan.
    pub fn cross_join(&self, other: &Self) -> Result<Self> {
        let (left, right) = disjoint(self, other)?;
        left.build(|builder| builder.cross_join(right.plan.clone()))
    }

    fn joined(&self, right: &Self, kind: JoinType, on: Vec<Expr>) -> Result<Self> {
        self.build(|builder| builder.join_on(right.plan.clone(), kind, on))
    }
}

fn nothing_to_join_on() -> firesteel_core::Error {
    err::invalid_argument("join", "on")
        .expected("at least one column")
        .got("none")
        .fix("use `cross_join`")
}

/// One side of a join, under a hidden name.
struct Side {
    table: DataFrame,
    qualifier: TableReference,
    names: Vec<String>,
}

impl Side {
    /// Gives every column a name of its own, so that twins survive too.
    fn new(table: &DataFrame, qualifier: &str) -> Result<Self> {
        let columns = all_columns(&table.plan);
        let names: Vec<String> = (0..columns.len()).map(|index| format!("c{index}")).collect();
        let renamed = columns.into_iter().zip(&names).map(|((expr, _), name)| (expr, name.clone()));
        let plan: LogicalPlan = project(table.plan.clone(), renamed.collect())?;
        let qualifier = TableReference::bare(qualifier);
        let table = table.with_plan(plan).build(|builder| builder.alias(qualifier.clone()))?;
        Ok(Self { table, qualifier, names })
    }

    fn at(&self, index: usize) -> Expr {
        Expr::Column(Column::new(Some(self.qualifier.clone()), self.names[index].clone()))
    }

    /// The expression by which the join reads a column of the original table.
    fn read(&self, original: &DataFrame, column: &Column) -> Expr {
        let index = original.df_schema().iter().position(|field| Column::from(field) == *column);
        self.at(index.unwrap_or_default())
    }

    /// The columns that are not joined on, with their own names.
    fn others(&self, original: &DataFrame, keys: &[Column]) -> Vec<(Expr, String)> {
        let fields = original.df_schema().iter().map(Column::from).enumerate();
        let others = fields.filter(|(_, column)| !keys.contains(column));
        others.map(|(index, column)| (self.at(index), column.name)).collect()
    }
}

/// A column joined on: from the side whose rows are all kept, from both in an outer join.
fn key_column(kind: JoinType, left: Expr, right: Expr, l: &Column, r: &Column) -> (Expr, String) {
    match kind {
        JoinType::Right => (right, r.name.clone()),
        JoinType::Full => (coalesce(vec![left, right]), l.name.clone()),
        _ => (left, l.name.clone()),
    }
}

/// Both tables, with hidden table names for columns that neither an alias nor a name tells apart.
fn disjoint(left: &DataFrame, right: &DataFrame) -> Result<(DataFrame, DataFrame)> {
    let names = |table: &DataFrame| -> IndexSet<String> { table.columns().into_iter().collect() };
    let (ours, theirs) = (names(left), names(right));
    let shared: IndexSet<String> = ours.intersection(&theirs).cloned().collect();
    Ok((qualified(left, &shared, LEFT)?, qualified(right, &shared, RIGHT)?))
}

fn qualified(table: &DataFrame, shared: &IndexSet<String>, side: &str) -> Result<DataFrame> {
    let fields = table.df_schema().iter().map(Column::from);
    let mut changed = false;
    let exprs: Vec<Expr> = fields
        .map(|column| {
            let hidden = column.relation.as_ref().is_none_or(|name| name.table().starts_with("__"));
            if !shared.contains(&column.name) || !hidden {
                return Expr::Column(column);
            }
            changed = true;
            let inner = column.relation.as_ref().map_or("", |name| name.table());
            let name = column.name.clone();
            Expr::Column(column.clone())
                .alias_qualified(Some(TableReference::bare(format!("{side}{inner}"))), name)
        })
        .collect();
    if changed { table.build(|builder| builder.project(exprs)) } else { Ok(table.clone()) }
}
