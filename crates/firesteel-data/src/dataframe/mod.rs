// SPDX-License-Identifier: MIT OR Apache-2.0
//! `DataFrame`: a table that is planned, not yet computed.

mod actions;
mod aggregate;
mod cache;
mod columns;
mod derived_column;
mod describe;
mod explain;
mod grouped_data;
mod join;
mod join_type;
mod na;
mod rows;
mod sets;
mod show;
mod split;
mod views;

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::{Column, DFSchema};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use firesteel_core::Result;

pub use derived_column::ColumnFunction;
pub use grouped_data::GroupedData;
pub use na::NaFunctions;
pub use rows::Condition;

use crate::project::project;
use crate::resolve::Resolver;
use crate::{ColumnOrName, Session, failure, schema_tree, type_name};

/// A table that is planned, not yet computed.
///
/// Every method that changes the table returns a new one; nothing runs before an action such as `show`, `count` or
/// `collect`. Methods have their PySpark names, and columns are found without regard to case.
///
/// # Examples
/// ```
/// use firesteel_data::Session;
/// use firesteel_data::functions::{col, lit, sum};
///
/// let spark = Session::builder().build()?;
/// let df = spark.range(0, 10).with_column("even", (col("id") % lit(2)).eq(lit(0)))?;
/// let sums = df.group_by(["even"])?.agg([sum("id")])?.sort(["even"])?;
/// assert_eq!(sums.columns(), ["even", "sum(id)"]);
/// assert_eq!(sums.collect()?[1].get_i64("sum(id)")?, 20);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
#[derive(Clone)]
pub struct DataFrame {
    session: Session,
    plan: LogicalPlan,
}

impl DataFrame {
    /// The table that a plan of the engine describes.
    pub fn from_plan(session: &Session, plan: LogicalPlan) -> Self {
        Self { session: session.clone(), plan }
    }

    /// The session it belongs to.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The plan, as the engine sees it.
    pub fn plan(&self) -> &LogicalPlan {
        &self.plan
    }

    /// The names and types of the columns.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(self.plan.schema().inner())
    }

    /// The names of the columns.
    pub fn columns(&self) -> Vec<String> {
        self.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The names of the columns with the short names of their types, such as `bigint`.
    pub fn dtypes(&self) -> Vec<(String, String)> {
        let schema = self.schema();
        let fields = schema.fields().iter();
        fields.map(|field| (field.name().clone(), type_name::short(field.data_type()))).collect()
    }

    /// The text that [`print_schema`](DataFrame::print_schema) prints.
    pub fn schema_string(&self) -> String {
        schema_tree::tree(&self.schema())
    }

    /// Prints names, types and nullability of the columns as a tree.
    ///
    /// # Errors
    /// `Io` when standard output cannot be written.
    pub fn print_schema(&self) -> Result<()> {
        crate::output::print(&self.schema_string())
    }

    fn df_schema(&self) -> &DFSchema {
        self.plan.schema()
    }

    fn resolver(&self) -> Resolver<'_> {
        Resolver::new(&self.session, self.df_schema())
    }

    fn with_plan(&self, plan: LogicalPlan) -> Self {
        Self { session: self.session.clone(), plan }
    }

    fn builder(&self) -> LogicalPlanBuilder {
        LogicalPlanBuilder::from(self.plan.clone())
    }

    /// The table that a step of the engine's builder makes.
    fn build(
        &self,
        step: impl FnOnce(LogicalPlanBuilder) -> datafusion::error::Result<LogicalPlanBuilder>,
    ) -> Result<Self> {
        let plan = step(self.builder()).and_then(LogicalPlanBuilder::build);
        Ok(self.with_plan(plan.map_err(failure::of_planning)?))
    }

    /// The table of these columns under these names.
    fn project(&self, columns: Vec<(Expr, String)>) -> Result<Self> {
        Ok(self.with_plan(project(self.plan.clone(), columns)?))
    }

    /// The one column that a name means.
    fn find(&self, name: &str) -> Result<Column> {
        let wanted = Column::from_name(name);
        let found = crate::resolve::find(&wanted, self.df_schema())?;
        match found {
            Expr::Column(column) => Ok(column),
            other => Err(firesteel_core::err::schema(format!("`{other}` is not a column"))),
        }
    }

    fn find_all(&self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Vec<Column>> {
        names.into_iter().map(|name| self.find(name.as_ref())).collect()
    }
}

/// Like Spark: the columns and their types.
impl fmt::Debug for DataFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<String> =
            self.dtypes().iter().map(|(name, kind)| format!("{name}: {kind}")).collect();
        write!(f, "DataFrame[{}]", columns.join(", "))
    }
}

/// Names and expressions as one list.
fn list(columns: impl IntoIterator<Item = impl Into<ColumnOrName>>) -> Vec<ColumnOrName> {
    columns.into_iter().map(Into::into).collect()
}
