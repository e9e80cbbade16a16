// SPDX-License-Identifier: MIT OR Apache-2.0
//! Columns as the user wrote them, made to fit a table: names without regard to case, SQL texts, Spark's arithmetic.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{Column, DFSchema, DataFusionError, TableReference};
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::{Expr, Operator, SortExpr};
use firesteel_core::{Error, IndexSet, Result, err};

use crate::functions::SQL_EXPRESSION;
use crate::spark_name::spark_name;
use crate::{ColumnOrName, Session, SortKey, arithmetic, failure, sql};

/// Finds columns and plans expressions over one table.
pub(crate) struct Resolver<'a> {
    session: &'a Session,
    schema: &'a DFSchema,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(session: &'a Session, schema: &'a DFSchema) -> Self {
        Self { session, schema }
    }

    /// The expression, and the name that Spark gives its column.
    pub(crate) fn named(&self, column: ColumnOrName) -> Result<(Expr, String)> {
        let expr = column.into_expr();
        match sql_text(&expr) {
            Some(text) => sql::expression(self.session, self.schema, text),
            None => {
                let name = spark_name(&expr);
                Ok((self.expr(expr)?.unalias(), name))
            }
        }
    }

    /// [`named`](Self::named) for every column; `*` stands for all of them.
    pub(crate) fn all_named(
        &self,
        columns: impl IntoIterator<Item = ColumnOrName>,
    ) -> Result<Vec<(Expr, String)>> {
        let mut named = Vec::new();
        for column in columns {
            match column {
                ColumnOrName::Name(name) if name == "*" => named.extend(self.star()),
                other => named.push(self.named(other)?),
            }
        }
        Ok(named)
    }

    fn star(&self) -> impl Iterator<Item = (Expr, String)> {
        let columns = self.schema.iter().map(Column::from);
        columns.map(|column| (Expr::Column(column.clone()), column.name))
    }

    /// The expression with every column found and every operator as Spark computes it.
    pub(crate) fn expr(&self, expr: Expr) -> Result<Expr> {
        let resolved = expr.transform_up(|node| match node {
            Expr::Column(column) => self.column(&column).map(Transformed::yes).map_err(carry),
            Expr::BinaryExpr(binary) if is_arithmetic(binary.op) => {
                Ok(Transformed::yes(arithmetic::planned(binary, self.schema)?))
            }
            Expr::Negative(value) => {
                Ok(Transformed::yes(arithmetic::negated(*value, self.schema)?))
            }
            other => Ok(Transformed::no(other)),
        });
        Ok(resolved.map_err(failure::of_planning)?.data)
    }

    /// The sort key over this table.
    pub(crate) fn sort(&self, key: SortKey) -> Result<SortExpr> {
        let SortExpr { expr, asc, nulls_first } = key.0;
        Ok(SortExpr { expr: self.expr(expr)?, asc, nulls_first })
    }

    fn column(&self, column: &Column) -> Result<Expr> {
        match sql_text_of(column) {
            Some(text) => Ok(sql::expression(self.session, self.schema, text)?.0),
            None => find(column, self.schema),
        }
    }
}

fn is_arithmetic(op: Operator) -> bool {
    use Operator::{Divide, Minus, Modulo, Multiply, Plus};
    matches!(op, Plus | Minus | Multiply | Divide | Modulo)
}

fn sql_text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Column(column) => sql_text_of(column),
        _ => None,
    }
}

/// The text inside the stand-in that `functions::expr` makes.
pub(crate) fn sql_text_of(column: &Column) -> Option<&str> {
    let waiting = column.relation.as_ref().is_some_and(|table| table.table() == SQL_EXPRESSION);
    waiting.then_some(column.name.as_str())
}

/// An error of ours inside one of the engine's, to come out again in [`failure`].
pub(crate) fn carry(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// The column of the table that a name means: exactly, or but for case, or a field of a struct column.
pub(crate) fn find(wanted: &Column, schema: &DFSchema) -> Result<Expr> {
    let exact = matching(schema, wanted, |a, b| a == b);
    let found = match exact.as_slice() {
        [] => matching(schema, wanted, |a, b| a.to_lowercase() == b.to_lowercase()),
        _ => exact,
    };
    match found.as_slice() {
        [one] => Ok(Expr::Column(one.clone())),
        [] => elsewhere(wanted, schema).ok_or_else(|| missing(wanted, schema)),
        several => Err(ambiguous(wanted, several)),
    }
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

/// `s.x` as a column whose name has a dot, or as field `x` of struct column `s`.
fn elsewhere(wanted: &Column, schema: &DFSchema) -> Option<Expr> {
    let table = wanted.relation.as_ref()?.table();
    let dotted = Column::from_name(format!("{table}.{}", wanted.name));
    if let Ok(found) = find(&dotted, schema) {
        return Some(found);
    }
    let Ok(Expr::Column(base)) = find(&Column::from_name(table), schema) else { return None };
    let field = schema.qualified_field_from_column(&base).ok()?.1;
    let DataType::Struct(fields) = field.data_type() else { return None };
    let field = fields.iter().find(|field| field.name().eq_ignore_ascii_case(&wanted.name))?;
    Some(get_field(Expr::Column(base), field.name().clone()))
}

fn missing(wanted: &Column, schema: &DFSchema) -> Error {
    // both sides of a join may have a column of one name
    let names: IndexSet<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    err::no_column(&wanted.flat_name(), names)
}

fn ambiguous(wanted: &Column, found: &[Column]) -> Error {
    let what = format!(
        "column `{}` is ambiguous, the table has {} of that name",
        wanted.name,
        found.len()
    );
    err::schema(what)
        .fix("rename or drop one of them, or give each table an `alias` before the join")
}
