// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Session`: the entry to everything on data.

use std::future::Future;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::SessionContext;
use firesteel_core::{Result, err};

use crate::range_table::RangeTable;
use crate::{
    DataFrame, DataFrameReader, Engine, IntoDataFrame, Runtime, SessionBuilder, failure, spelling,
    sql,
};

/// The entry to tables, SQL and RDDs; Spark's `SparkSession` and `SparkContext` in one.
///
/// A clone is the same session. Every call is synchronous and may be made from any thread, also from inside an async
/// runtime.
///
/// # Examples
/// ```
/// use firesteel_data::Session;
///
/// let spark = Session::builder().app_name("example").build()?;
/// spark.range(0, 3).create_or_replace_temp_view("numbers")?;
/// let sums = spark.sql("SELECT sum(id) FROM numbers")?;
/// assert_eq!(sums.collect()?[0].get_i64("sum(id)")?, 3);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Session {
    engine: Arc<dyn Engine>,
    runtime: Arc<Runtime>,
}

impl Session {
    /// The settings from which a session starts.
    pub fn builder() -> SessionBuilder {
        SessionBuilder::new()
    }

    /// A session on an engine that exists already.
    pub fn from_engine(engine: Arc<dyn Engine>, runtime: Runtime) -> Self {
        Self { engine, runtime: Arc::new(runtime) }
    }

    /// What runs the plans of this session.
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// The planning context of the engine: tables, views, functions.
    pub fn context(&self) -> &SessionContext {
        self.engine.context()
    }

    /// How many partitions are worth making.
    pub fn parallelism(&self) -> usize {
        self.engine.parallelism()
    }

    /// The threads of the session.
    pub fn runtime(&self) -> &Arc<Runtime> {
        &self.runtime
    }

    /// Runs async work on the session's threads while the calling thread waits.
    ///
    /// # Errors
    /// What the work returns; `Internal` when it panics.
    pub fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        self.runtime.wait(work)
    }

    /// Reads tables from files.
    pub fn read(&self) -> DataFrameReader {
        DataFrameReader::new(self)
    }

    /// The result of a query over the views and tables of this session.
    ///
    /// # Errors
    /// `Schema` for an unknown table or column, `InvalidArgument` for a text that is no SQL.
    pub fn sql(&self, query: &str) -> Result<DataFrame> {
        sql::query(self, query)
    }

    /// The view or table of this name.
    ///
    /// # Errors
    /// `Schema` when there is none.
    pub fn table(&self, name: &str) -> Result<DataFrame> {
        if !self.table_exists(name)? {
            let known = self.table_names();
            return Err(sql::no_table(name, &known));
        }
        let (context, name) = (self.context().clone(), name.to_lowercase());
        let plan = self.wait(async move {
            let table = context.table(name.as_str()).await.map_err(failure::of_planning)?;
            Ok(table.into_unoptimized_plan())
        })?;
        Ok(DataFrame::from_plan(self, spelling::restore(plan)?))
    }

    /// Whether there is a view or table of this name.
    ///
    /// # Errors
    /// `Engine` for a name that cannot be one.
    pub fn table_exists(&self, name: &str) -> Result<bool> {
        self.context().table_exist(name.to_lowercase()).map_err(failure::of_planning)
    }

    /// The names of all views and tables.
    pub fn table_names(&self) -> Vec<String> {
        let catalogs = self.context();
        let mut names: Vec<String> = catalogs
            .catalog_names()
            .iter()
            .filter_map(|name| catalogs.catalog(name))
            .flat_map(|catalog| {
                let schemas = catalog.schema_names();
                schemas.into_iter().filter_map(move |schema| catalog.schema(&schema))
            })
            .flat_map(|schema| schema.table_names())
            .collect();
        names.sort();
        names
    }

    /// Forgets a view; whether there was one.
    ///
    /// # Errors
    /// `Engine` for a name that cannot be one.
    pub fn drop_temp_view(&self, name: &str) -> Result<bool> {
        let gone = self.context().deregister_table(name.to_lowercase());
        Ok(gone.map_err(failure::of_planning)?.is_some())
    }

    /// A table of record batches, of rows, or of an RDD.
    ///
    /// # Errors
    /// `Schema` when the rows do not make a table.
    pub fn create_data_frame(&self, rows: impl IntoDataFrame) -> Result<DataFrame> {
        rows.into_data_frame(self)
    }

    /// The numbers from `start` to below `end` in column `id`.
    pub fn range(&self, start: i64, end: i64) -> DataFrame {
        let numbers = self.range_step(start, end, 1, self.parallelism());
        // a step of 1 and a partition at least are always valid
        numbers.unwrap_or_else(|_| DataFrame::from_plan(self, empty_plan()))
    }

    /// The numbers from `start` to below `end` in column `id`, so far apart, in so many partitions.
    ///
    /// # Errors
    /// `InvalidArgument` for a step of 0 or no partition.
    pub fn range_step(
        &self,
        start: i64,
        end: i64,
        step: i64,
        partitions: usize,
    ) -> Result<DataFrame> {
        self.from_provider(Arc::new(RangeTable::try_new(start, end, step, partitions)?))
    }

    /// A table that a provider of the engine gives.
    ///
    /// # Errors
    /// `Engine` when the engine refuses it.
    pub fn from_provider(&self, provider: Arc<dyn TableProvider>) -> Result<DataFrame> {
        let schema = provider.schema();
        let table = "source";
        let scan = LogicalPlanBuilder::scan(table, provider_as_source(provider), None);
        // columns stand alone, so that joins do not see two tables of one name
        let columns = schema.fields().iter().map(|field| {
            let column = datafusion::common::Column::new(Some(table), field.name());
            Expr::Column(column).alias(field.name())
        });
        let columns: Vec<Expr> = columns.collect();
        let plan = scan.and_then(|scan| scan.project(columns)).and_then(LogicalPlanBuilder::build);
        Ok(DataFrame::from_plan(self, plan.map_err(failure::of_planning)?))
    }

    /// A table of record batches in these partitions.
    ///
    /// # Errors
    /// `Schema` when a batch has other columns.
    pub fn from_partitions(
        &self,
        schema: SchemaRef,
        partitions: Vec<Vec<RecordBatch>>,
    ) -> Result<DataFrame> {
        let partitions = if partitions.is_empty() { vec![Vec::new()] } else { partitions };
        let names: firesteel_core::IndexSet<&String> =
            schema.fields().iter().map(|field| field.name()).collect();
        if names.len() != schema.fields().len() {
            return Err(err::schema("a table of batches with two columns of one name"));
        }
        let table = MemTable::try_new(schema, partitions);
        self.from_provider(Arc::new(table.map_err(failure::of_planning)?))
    }
}

fn empty_plan() -> LogicalPlan {
    LogicalPlan::EmptyRelation(datafusion::logical_expr::EmptyRelation {
        produce_one_row: false,
        schema: Arc::new(datafusion::common::DFSchema::empty()),
    })
}
