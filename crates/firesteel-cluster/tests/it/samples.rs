// SPDX-License-Identifier: MIT OR Apache-2.0
//! Samples and splits: the same rows on a cluster as in this process, whichever executor draws them.

use firesteel_data::{DataFrame, Session};

use crate::cluster::Cluster;

const ROWS: i64 = 500;

/// Numbers in column `id`, held in memory.
fn numbers(session: &Session, numbers: std::ops::Range<i64>, partitions: usize) -> DataFrame {
    let table = session.parallelize_with(numbers, partitions).unwrap().to_df().unwrap();
    let name = table.columns().remove(0);
    table.with_column_renamed(&name, "id").unwrap()
}

fn ids(table: &DataFrame) -> Vec<i64> {
    table.collect().unwrap().iter().map(|row| row.get_i64("id").unwrap()).collect()
}

/// Two parts and two samples of a table.
fn drawn(table: &DataFrame) -> Vec<Vec<i64>> {
    let [most, rest] = table.random_split([0.75, 0.25], 42).unwrap();
    let [few, many] =
        [(0.1, 7), (0.6, 8)].map(|(share, seed)| table.sample(false, share, seed).unwrap());
    [most, rest, few, many].iter().map(ids).collect()
}

#[test]
fn samples_have_the_embedded_rows() {
    let cluster = Cluster::start(2);
    let (remote, embedded) = (cluster.session(), Session::builder().build().unwrap());
    for partitions in [1, 3, 8] {
        let [there, here] =
            [&remote, &embedded].map(|session| numbers(session, 0..ROWS, partitions));
        assert_eq!(there.count().unwrap(), ROWS as u64, "{partitions} partitions");
        let rows = drawn(&here);
        assert_eq!(drawn(&there), rows, "{partitions} partitions");
        let mut both = [&rows[0][..], &rows[1]].concat();
        both.sort_unstable();
        assert_eq!(both, (0..ROWS).collect::<Vec<_>>());
        // one table in other partitions gives other rows: the number of a partition counts
        let other = numbers(&embedded, 0..ROWS, partitions + 1);
        assert_ne!(drawn(&other), rows);
    }
}

/// Filters and unions below a sample, sums above it.
#[test]
fn samples_within_a_query_have_the_embedded_rows() {
    let cluster = Cluster::start(2);
    let sessions = [cluster.session(), Session::builder().partitions(2).build().unwrap()];
    let [there, here] = sessions.map(|session| {
        let even = numbers(&session, 0..ROWS, 4).filter("id % 2 = 0").unwrap();
        let more = numbers(&session, ROWS..2 * ROWS, 3);
        let sample = even.union(&more).unwrap().sample(false, 0.3, 11).unwrap();
        let sums = sample.select_expr(["id", "id % 5 AS key"]).unwrap();
        let sums = sums.group_by(["key"]).unwrap().count().unwrap().sort(["key"]).unwrap();
        let sums = sums.collect().unwrap();
        (ids(&sample), sums.iter().map(ToString::to_string).collect::<Vec<_>>())
    });
    assert!(there.0.len() > 150 && there.0.len() < 300, "{}", there.0.len());
    assert_eq!(there, here);
}
