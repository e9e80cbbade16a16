// SPDX-License-Identifier: MIT OR Apache-2.0
//! The queries, each as calls of firesteel and as SQL for plain DataFusion.

use std::path::PathBuf;

use firesteel::base::Result;
use firesteel::data::functions::{asc, avg, col, count, desc, lit, sum};
use firesteel::data::{DataFrame, Session};

use crate::answer::Answer;
use crate::data::Files;

/// A query in two languages.
pub(crate) struct Query {
    pub(crate) name: &'static str,
    pub(crate) ours: fn(&Tables) -> Result<Answer>,
    pub(crate) sql: &'static str,
}

/// The files as firesteel's tables.
#[derive(Debug)]
pub(crate) struct Tables {
    spark: Session,
    g: DataFrame,
    d: DataFrame,
    words: PathBuf,
}

impl Tables {
    /// Starts a session and reads the columns of the files.
    ///
    /// # Errors
    /// `Format` when a file is not what it should be.
    pub(crate) fn open(files: &Files) -> Result<Self> {
        let spark = Session::builder().app_name("tables").build()?;
        let g = spark.read().parquet(files.table())?;
        let d = spark.read().parquet(files.dimension())?;
        spark.read().text(files.words())?.create_or_replace_temp_view("lines")?;
        Ok(Self { spark, g, d, words: files.words() })
    }
}

const WORDS: &str = "SELECT w, count(*) AS n \
     FROM (SELECT unnest(string_to_array(lower(value), ' ')) AS w FROM lines) AS words \
     GROUP BY w ORDER BY n DESC, w DESC LIMIT 3";

/// All queries.
pub(crate) const QUERIES: &[Query] = &[
    Query {
        name: "group_small",
        ours: group_small,
        sql: "SELECT id1, sum(v1) AS s FROM g GROUP BY id1 ORDER BY id1 LIMIT 3",
    },
    Query {
        name: "group_large",
        ours: group_large,
        sql: "SELECT id6, sum(v1) AS s, avg(v3) AS a FROM g GROUP BY id6 ORDER BY id6 LIMIT 3",
    },
    Query {
        name: "join",
        ours: join,
        sql: "SELECT d.w > 0.5 AS k, count(*) AS c, sum(g.v3) AS s \
              FROM g JOIN d ON g.id6 = d.id6 GROUP BY 1 ORDER BY 1",
    },
    Query { name: "top", ours: top, sql: "SELECT id6, v3 FROM g ORDER BY v3 DESC, id6 LIMIT 10" },
    Query {
        name: "filter",
        ours: filter,
        sql: "SELECT count(*) AS c, avg(v3) AS a FROM g WHERE id1 = 'id042' AND v1 > 2",
    },
    Query { name: "words_dataframe", ours: words_dataframe, sql: WORDS },
    Query { name: "words_rdd", ours: words_rdd, sql: WORDS },
];

fn answer(df: &DataFrame) -> Result<Answer> {
    Answer::of_batches(&df.collect_batches()?)
}

/// 100 groups.
fn group_small(tables: &Tables) -> Result<Answer> {
    let groups = tables.g.group_by(["id1"])?.agg([sum("v1").alias("s")])?;
    answer(&groups.sort(["id1"])?.limit(3)?)
}

/// A group for every 100 rows.
fn group_large(tables: &Tables) -> Result<Answer> {
    let columns = [sum("v1").alias("s"), avg("v3").alias("a")];
    answer(&tables.g.group_by(["id6"])?.agg(columns)?.sort(["id6"])?.limit(3)?)
}

fn join(tables: &Tables) -> Result<Answer> {
    let joined = tables.g.join(&tables.d, ["id6"], "inner")?;
    let groups = joined.group_by([col("w").gt(lit(0.5)).alias("k")])?;
    answer(&groups.agg([count("*").alias("c"), sum("v3").alias("s")])?.sort(["k"])?)
}

/// The first rows by two keys.
fn top(tables: &Tables) -> Result<Answer> {
    answer(&tables.g.select(["id6", "v3"])?.sort([desc("v3"), asc("id6")])?.limit(10)?)
}

fn filter(tables: &Tables) -> Result<Answer> {
    let condition = col("id1").eq(lit("id042")).and(col("v1").gt(lit(2)));
    answer(&tables.g.filter(condition)?.agg([count("*").alias("c"), avg("v3").alias("a")])?)
}

fn words_dataframe(tables: &Tables) -> Result<Answer> {
    answer(&tables.spark.sql(WORDS)?)
}

/// The same with closures over typed elements.
fn words_rdd(tables: &Tables) -> Result<Answer> {
    let words = tables.spark.text_file(&tables.words)?.flat_map(|line: String| {
        line.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>()
    });
    let counts = words.map(|word| (word, 1_u64)).reduce_by_key(|a, b| a + b);
    Ok(Answer::of_counts(counts.map(|(word, n)| (n, word)).top(3)?))
}
