// SPDX-License-Identifier: MIT OR Apache-2.0
//! Executors that die: the right answer while one is left, else a named error, within the deadline.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, thread};

use firesteel_cluster::{ClusterOptions, connect_with};
use firesteel_core::{Result, json};
use firesteel_data::Session;

use crate::cluster::{Cluster, DEADLINE};
use crate::rows;

const KEYS: u64 = 100;
const ROWS: u64 = 8000;

/// Counts rows by key; the stage after the exchange takes 30 ms for each key.
fn slow_count(session: &Session) -> Result<Vec<(u64, u64)>> {
    let mut counts = session
        .parallelize_with(0..ROWS, 4)?
        .map(|row| (row % KEYS, 1_u64))
        .reduce_by_key(|a, b| a + b)
        .map(|count| {
            thread::sleep(Duration::from_millis(30));
            count
        })
        .collect()?;
    counts.sort_unstable();
    Ok(counts)
}

fn right_count() -> Vec<(u64, u64)> {
    (0..KEYS).map(|key| (key, ROWS / KEYS)).collect()
}

/// Runs a query while one of two executors dies in its second stage. One is left to run it again, so that it has an
/// answer, and within the deadline.
fn survived<T: Send>(cluster: &mut Cluster, query: impl FnOnce() -> Result<T> + Send) -> T {
    let start = Instant::now();
    let answer = thread::scope(|scope| {
        let running = scope.spawn(query);
        cluster.wait_for_second_stage();
        cluster.kill_executor();
        running.join().unwrap()
    });
    assert!(start.elapsed() < DEADLINE + Duration::from_secs(10), "{:?}", start.elapsed());
    answer.unwrap()
}

#[test]
fn an_executor_that_dies_in_the_second_stage() {
    let mut cluster = Cluster::start(2);
    for _ in 0..3 {
        let session = cluster.session();
        // nothing disturbs this one
        assert_eq!(slow_count(&session).unwrap(), right_count());
        assert_eq!(survived(&mut cluster, || slow_count(&session)), right_count());
        assert_eq!(cluster.registered(), 1);
        // the survivor is not stuck with what it was doing
        assert_eq!(session.parallelize(0..100_u64).count().unwrap(), 100);
        assert_eq!(rows::rows(&session, "select 7 as n").matches('7').count(), 1);
        cluster.add_executor();
    }
}

#[test]
fn an_executor_that_dies_between_the_stages_of_sql() {
    let folder = tempfile::tempdir().unwrap();
    rows::write_tables(folder.path());
    let mut cluster = Cluster::start(2);
    let (session, embedded) = (cluster.session(), Session::builder().build().unwrap());
    let query = "select count(*) as n, sum(a.id * b.id % 7) as s from \
                 (select id, sum(stars) as stars from people group by id) a join \
                 (select id, max(stars) as stars from people group by id) b on a.id % 3 = b.id % 2";
    for session in [&session, &embedded] {
        rows::register(session, folder.path());
    }
    let table = survived(&mut cluster, || rows::try_rows(&session, query));
    assert_eq!(table, rows::rows(&embedded, query));
    let count = "select city, count(*) as n from people group by city order by city";
    assert_eq!(rows::rows(&session, count), rows::rows(&embedded, count));
}

#[test]
fn all_executors_die() {
    let mut cluster = Cluster::start(2);
    let session = cluster.session_with(Duration::from_secs(40), &ClusterOptions::new().grace(2.0));
    let start = Instant::now();
    let answer = thread::scope(|scope| {
        let query = scope.spawn(|| slow_count(&session));
        cluster.wait_for_second_stage();
        cluster.kill_executor();
        cluster.kill_executor();
        query.join().unwrap()
    });
    let error = answer.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    assert!(error.is_remote());
    assert!(error.to_string().contains("has no executor, after waiting 2 s"), "{error}");
    // a new one is all that is needed
    cluster.add_executor();
    assert_eq!(slow_count(&session).unwrap(), right_count());
}

#[test]
fn a_new_executor_takes_over_within_the_grace() {
    let mut cluster = Cluster::start(1);
    let session = cluster.session_with(DEADLINE, &ClusterOptions::new().grace(40.0));
    let counts = thread::scope(|scope| {
        let query = scope.spawn(|| slow_count(&session));
        cluster.wait_for_second_stage();
        cluster.kill_executor();
        cluster.add_executor();
        query.join().unwrap()
    });
    assert_eq!(counts.unwrap(), right_count());
}

/// The folders inside a folder.
fn folders_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// Removes what the first stage of the only job left with any executor.
fn clear_first_stage(work_dirs: [&Path; 2]) {
    let jobs = work_dirs.into_iter().flat_map(folders_in);
    let stages: Vec<PathBuf> = jobs.flat_map(|job| folders_in(&job)).collect();
    let number = |stage: &Path| stage.file_name().unwrap().to_str().unwrap().parse::<u64>();
    let first = stages.iter().map(|stage| number(stage).unwrap()).min().unwrap();
    for stage in stages.iter().filter(|stage| number(stage) == Ok(first)) {
        fs::remove_dir_all(stage).unwrap();
    }
}

/// The count where the rows between the stages vanish from two executors that both live on. The second
/// stage has more tasks than can run at a time, so that some look for their rows afterwards.
fn count_with_rows_lost(reruns: usize) -> Result<Vec<(u64, u64)>> {
    let folders = [0, 1].map(|_| tempfile::tempdir().unwrap());
    let options = folders.each_ref().map(|folder| json!({"work_dir": folder.path()}));
    let cluster = Cluster::with(&json!({}), &options);
    let options = ClusterOptions::new().reruns(reruns);
    let connect = |remote: &_, runtime: &_| connect_with(remote, runtime, &options);
    let session = cluster.builder().partitions(8).deadline(DEADLINE).build_with(connect)?;
    let start = Instant::now();
    let answer = thread::scope(|scope| {
        let query = scope.spawn(|| slow_count(&session));
        cluster.wait_for_second_stage();
        clear_first_stage(folders.each_ref().map(tempfile::TempDir::path));
        query.join().unwrap()
    });
    assert!(start.elapsed() < DEADLINE + Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(cluster.registered(), 2);
    // nobody is stuck with what it was doing
    assert_eq!(session.parallelize(0..100_u64).count()?, 100);
    answer
}

#[test]
fn rows_between_the_stages_that_vanish() {
    let (named, again) = thread::scope(|scope| {
        let again = scope.spawn(|| count_with_rows_lost(2));
        (count_with_rows_lost(0), again.join().unwrap())
    });
    assert_eq!(again.unwrap(), right_count());
    let error = named.unwrap_err();
    let expected =
        "rows that an executor kept were lost while the query ran, on 1 attempts in a row";
    assert!(error.is_remote() && error.to_string().starts_with(expected), "{error}");
}

/// One of the cases of `options`.
pub(crate) fn without_reruns_the_loss_is_named() {
    let mut cluster = Cluster::start(2);
    let session = cluster.session_with(DEADLINE, &ClusterOptions::new().reruns(0));
    let error = thread::scope(|scope| {
        let query = scope.spawn(|| slow_count(&session));
        cluster.wait_for_second_stage();
        cluster.kill_executor();
        query.join().unwrap()
    });
    let error = error.unwrap_err();
    let expected = "was lost while the query ran, on 1 attempts in a row";
    assert!(error.is_remote() && error.to_string().contains(expected), "{error}");
    assert!(error.field("executor").unwrap().starts_with("127.0.0.1:"));
}

#[test]
fn the_deadline_ends_the_job() {
    let cluster = Cluster::start(2);
    let session = cluster.session_with(Duration::from_secs(2), &ClusterOptions::new());
    let start = Instant::now();
    let error = session
        .parallelize_with(0..200_u64, 2)
        .unwrap()
        .map(|row| {
            thread::sleep(Duration::from_millis(50));
            row
        })
        .count()
        .unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert!(error.to_string().contains("did not finish within 2 s"), "{error}");
    let patient = cluster.session();
    assert_eq!(patient.parallelize_with(0..100_u64, 4).unwrap().count().unwrap(), 100);
}
