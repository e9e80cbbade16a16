// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables, the files behind them, and their rows as text.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use firesteel_data::datafusion::arrow::record_batch::RecordBatch;
use firesteel_data::datafusion::arrow::util::pretty::pretty_format_batches;
use firesteel_data::datafusion::logical_expr::LogicalPlan;
use firesteel_data::datafusion::physical_plan::common::collect;
use firesteel_data::datafusion::prelude::{CsvReadOptions, ParquetReadOptions, SessionContext};
use firesteel_data::{DataFrame, Engine, Session, failure};

const CITIES: usize = 7;

/// Writes `people.csv`, `cities.csv` and `people.parquet`, the last in several files.
pub(crate) fn write_tables(folder: &Path) {
    let mut people = "id,city,stars\n".to_owned();
    for id in 0..5000 {
        writeln!(people, "{id},{},{}", id * 31 % CITIES, id * 17 % 6).unwrap();
    }
    std::fs::write(folder.join("people.csv"), people).unwrap();
    let mut cities = "number,name\n".to_owned();
    for number in 1..CITIES {
        writeln!(cities, "{number},city {number}").unwrap();
    }
    std::fs::write(folder.join("cities.csv"), cities).unwrap();
    let embedded = Session::builder().partitions(3).build().unwrap();
    register_csv(&embedded, folder);
    let target = folder.join("people.parquet");
    std::fs::create_dir(&target).unwrap();
    for part in 0..3 {
        let place = target.join(format!("part-{part}.parquet"));
        let query = format!(
            "copy (select * from people where id % 3 = {part}) to '{}' stored as parquet",
            place.display()
        );
        rows(&embedded, &query);
    }
}

/// Registers the tables `people`, `cities` and `people_parquet`.
pub(crate) fn register(session: &Session, folder: &Path) {
    register_csv(session, folder);
    let path = folder.join("people.parquet").display().to_string();
    on_context(session, move |context| async move {
        context.register_parquet("people_parquet", path, ParquetReadOptions::new()).await
    });
}

fn register_csv(session: &Session, folder: &Path) {
    for name in ["people", "cities"] {
        let path = folder.join(format!("{name}.csv")).display().to_string();
        on_context(session, move |context| async move {
            context.register_csv(name, path, CsvReadOptions::new()).await
        });
    }
}

fn on_context<W>(session: &Session, work: impl FnOnce(SessionContext) -> W)
where
    W: Future<Output = datafusion::error::Result<()>> + Send + 'static,
{
    let work = work(session.context().clone());
    session.wait(async move { work.await.map_err(failure::of_run) }).unwrap();
}

/// The plan of a query.
pub(crate) fn plan(session: &Session, query: &str) -> DataFrame {
    let (context, query) = (session.context().clone(), query.to_owned());
    let plan = session.wait(async move {
        let planned = context.sql(&query).await.map_err(failure::of_planning)?;
        Ok(planned.into_unoptimized_plan())
    });
    DataFrame::from_plan(session, plan.unwrap())
}

/// The rows of a query as a table in text, with the names of the columns.
pub(crate) fn rows(session: &Session, query: &str) -> String {
    try_rows(session, query).unwrap()
}

pub(crate) fn try_rows(session: &Session, query: &str) -> firesteel_core::Result<String> {
    Ok(text(&batches(&plan(session, query))?))
}

/// Record batches as a table in text.
pub(crate) fn text(batches: &[RecordBatch]) -> String {
    pretty_format_batches(batches).unwrap().to_string()
}

/// The rows of a plan, by the session's engine alone.
pub(crate) fn batches(frame: &DataFrame) -> firesteel_core::Result<Vec<RecordBatch>> {
    let (engine, plan) = (Arc::clone(frame.session().engine()), frame.plan().clone());
    frame.session().wait(async move { run(engine, plan).await })
}

async fn run(
    engine: Arc<dyn Engine>,
    plan: LogicalPlan,
) -> firesteel_core::Result<Vec<RecordBatch>> {
    collect(engine.stream(plan).await?).await.map_err(failure::of_run)
}
