// SPDX-License-Identifier: MIT OR Apache-2.0
//! SQL and DataFrames: the same rows on a cluster as in this process.

use firesteel_data::datafusion::arrow::record_batch::RecordBatch;
use firesteel_data::datafusion::logical_expr::{LogicalPlanBuilder, col, lit};
use firesteel_data::{DataFrame, Session};

use crate::cluster::Cluster;
use crate::rows;

/// Each has one right order of rows, because it sorts or gives one row.
const QUERIES: [&str; 12] = [
    "select 1 as one, 'a' as letter",
    "select * from people order by id",
    "select count(*), sum(stars), avg(stars), min(id), max(id) from people",
    "select city, count(*) as n, sum(stars) as stars from people group by city order by city",
    "select name, sum(stars) as stars from people join cities on city = number group by name order by name",
    "select id, name from people left join cities on city = number where id < 20 order by id",
    "select * from people order by stars desc, id limit 5",
    "select stars, count(distinct city) from people where id % 2 = 0 group by stars order by stars",
    "select id, rank() over (partition by city order by stars, id) as place from people order by id limit 50",
    "select city, count(*) from people_parquet group by city order by city",
    "select count(*), sum(id) from (select id from people union all select id from people_parquet)",
    "select unnest(string_to_array('b a c', ' ')) as word, (select max(id) from people) as most order by word",
];

#[test]
fn sql_gives_the_embedded_rows() {
    let folder = tempfile::tempdir().unwrap();
    rows::write_tables(folder.path());
    let cluster = Cluster::start(2);
    let (remote, embedded) = (cluster.session(), Session::builder().build().unwrap());
    for session in [&remote, &embedded] {
        rows::register(session, folder.path());
    }
    assert!(remote.engine().is_remote());
    assert_eq!(remote.parallelism(), 2);
    for query in QUERIES {
        assert_eq!(rows::rows(&remote, query), rows::rows(&embedded, query), "{query}");
    }
}

#[test]
fn settings_and_the_catalogue_stay_here() {
    let folder = tempfile::tempdir().unwrap();
    rows::write_tables(folder.path());
    let cluster = Cluster::start(1);
    let session = cluster.session();
    rows::register(&session, folder.path());
    let tables = rows::rows(
        &session,
        "select table_name from information_schema.tables where table_name = 'cities'",
    );
    assert!(tables.contains("cities"));
    let none = rows::plan(&session, "select id from people where 1 = 0");
    assert_eq!(none.schema().field(0).name(), "id");
    assert_eq!(count(&rows::batches(&none).unwrap()), 0);
}

fn count(batches: &[RecordBatch]) -> usize {
    batches.iter().map(RecordBatch::num_rows).sum()
}

#[test]
fn data_frames_give_the_embedded_rows() {
    let folder = tempfile::tempdir().unwrap();
    rows::write_tables(folder.path());
    let cluster = Cluster::start(2);
    let table = |session: &Session| {
        rows::register(session, folder.path());
        let plan = rows::plan(session, "select * from people").plan().clone();
        let plan = LogicalPlanBuilder::from(plan)
            .filter(col("stars").gt(lit(2)))
            .and_then(|plan| plan.project([col("id"), (col("id") * lit(2)).alias("twice")]))
            .and_then(|plan| plan.sort([col("id").sort(false, false)]))
            .and_then(|plan| plan.limit(10, Some(100)))
            .and_then(LogicalPlanBuilder::build);
        rows::batches(&DataFrame::from_plan(session, plan.unwrap())).unwrap()
    };
    let (remote, embedded) = (cluster.session(), Session::builder().build().unwrap());
    let (remote, embedded) = (table(&remote), table(&embedded));
    assert_eq!(rows::text(&remote), rows::text(&embedded));
    assert_eq!(count(&remote), 100);
}
