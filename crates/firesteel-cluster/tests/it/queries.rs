// SPDX-License-Identifier: MIT OR Apache-2.0
//! SQL and DataFrames: the same rows on a cluster as in this process.

use firesteel_data::functions::{col, count, desc, lit, sum};
use firesteel_data::{DataFrame, Session};

use crate::cluster::Cluster;
use crate::rows;

/// Each has one right order of rows, because it sorts, gives one row, or keeps the order of a file.
const QUERIES: [&str; 13] = [
    "select 1 as one, 'a' as letter",
    "select * from people order by id",
    "select id, stars * 2 as twice from people where stars > 2",
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

/// A cluster, a session on it, and one in this process, with the same tables.
struct Both {
    _cluster: Cluster,
    _folder: tempfile::TempDir,
    remote: Session,
    embedded: Session,
}

impl Both {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        rows::write_tables(folder.path());
        let cluster = Cluster::start(2);
        let (remote, embedded) = (cluster.session(), Session::builder().build().unwrap());
        for session in [&remote, &embedded] {
            rows::register(session, folder.path());
        }
        Self { _cluster: cluster, _folder: folder, remote, embedded }
    }

    /// Compares what both make of a table, and returns how many rows it has.
    fn agree(
        &self,
        what: &str,
        table: impl Fn(&Session) -> firesteel_core::Result<DataFrame>,
    ) -> u64 {
        let [remote, embedded] =
            [&self.remote, &self.embedded].map(|session| table(session).unwrap());
        assert_eq!(rows::text(&remote).unwrap(), rows::text(&embedded).unwrap(), "{what}");
        remote.count().unwrap()
    }
}

#[test]
fn sql_gives_the_embedded_rows() {
    let both = Both::start();
    assert!(both.remote.engine().is_remote());
    assert_eq!(both.remote.parallelism(), 2);
    for query in QUERIES {
        assert!(both.agree(query, |session| session.sql(query)) > 0, "{query}");
    }
    assert_eq!(both.agree("no row", |session| session.sql("select id from people where 1 = 0")), 0);
}

#[test]
fn data_frames_give_the_embedded_rows() {
    let both = Both::start();
    let rows = both.agree("columns", |session| {
        let people = session.table("people")?.filter(col("stars").gt(lit(2)))?;
        people.select([col("id"), (col("id") * lit(2)).alias("twice")])?.limit(100)
    });
    assert_eq!(rows, 100);
    let rows = both.agree("groups", |session| {
        let people = session.table("people")?.join(
            &session.table("cities")?.with_column_renamed("number", "city")?,
            ["city"],
            "left",
        )?;
        let groups = people
            .group_by(["name"])?
            .agg([count("id").alias("n"), sum("stars").alias("stars")])?;
        groups.sort([desc("n"), desc("name")])
    });
    assert_eq!(rows, 7);
    let rows = both.agree("union", |session| {
        let numbers = session.range(0, 50);
        numbers
            .union(&numbers.with_column("id", col("id") + lit(50_i64))?)?
            .distinct()?
            .sort(["id"])
    });
    assert_eq!(rows, 100);
}

#[test]
fn the_catalogue_stays_here() {
    let both = Both::start();
    assert_eq!(both.remote.table_names(), both.embedded.table_names());
    assert!(both.remote.table_exists("Cities").unwrap());
    assert!(both.remote.drop_temp_view("cities").unwrap());
    assert!(both.remote.sql("select * from cities").unwrap_err().is_schema());
}
