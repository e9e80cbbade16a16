// SPDX-License-Identifier: MIT OR Apache-2.0
//! RDDs: the same elements on a cluster as in this process.

use std::hint::black_box;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use firesteel_data::Session;

use crate::cluster::Cluster;

fn word_count(session: &Session) -> Vec<(String, u64)> {
    let text = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../STYLE.md");
    let mut counts = session
        .text_file_with(text, 5)
        .unwrap()
        .flat_map(|line: String| line.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>())
        .map(|word| (word, 1_u64))
        .reduce_by_key(|a, b| a + b)
        .collect()
        .unwrap();
    counts.sort();
    counts
}

#[test]
fn the_word_count_gives_the_embedded_words() {
    let cluster = Cluster::start(2);
    let (remote, embedded) = (cluster.session(), Session::builder().build().unwrap());
    let words = word_count(&remote);
    assert!(words.len() > 100);
    assert_eq!(words, word_count(&embedded));
}

/// A leaf that each task reads whole would give every row as often as there are tasks.
#[test]
fn no_row_comes_twice() {
    let cluster = Cluster::start(2);
    let session = cluster.session();
    for partitions in [1, 2, 4, 8] {
        let n = 1000 * partitions as u64;
        let numbers = session.parallelize_with(0..n, partitions).unwrap();
        assert_eq!(numbers.num_partitions(), partitions);
        assert_eq!(numbers.count().unwrap(), n);
        assert_eq!(numbers.map(|x| x + 1).filter(|x| x % 2 == 0).count().unwrap(), n / 2);
        assert_eq!(numbers.collect().unwrap(), (0..n).collect::<Vec<_>>());
        assert_eq!(numbers.reduce(|a, b| a + b).unwrap(), n * (n - 1) / 2);
        let mut groups =
            numbers.map(|x| (x % 10, 1_u64)).reduce_by_key(|a, b| a + b).collect().unwrap();
        groups.sort_unstable();
        assert_eq!(groups, (0..10).map(|key| (key, n / 10)).collect::<Vec<_>>());
    }
}

/// The last partition is done long before the first.
#[test]
fn elements_come_in_the_order_of_partitions() {
    let cluster = Cluster::start(2);
    let session = cluster.session();
    let slow_first = session.parallelize_with(0..8_u64, 8).unwrap().map(|x| {
        sleep(Duration::from_millis(40 * (8 - x)));
        x
    });
    assert_eq!(slow_first.collect().unwrap(), (0..8).collect::<Vec<_>>());
    assert_eq!(slow_first.take(3).unwrap(), [0, 1, 2]);
}

/// How much of its stack a thread has used when it has called itself for as long as it has used less than this.
const DEEP: usize = 4 << 20;

fn nested(top: usize) -> usize {
    let block = black_box([1_u8; 4096]);
    let used = top.abs_diff(block.as_ptr().addr());
    // the block is read after the call, so that each call keeps its own
    if used > DEEP { used } else { nested(top).max(usize::from(block[0])) }
}

/// Nobody sets the stack of threads for the roles, and a thread without stack would end its process.
#[test]
fn tasks_may_nest_deeply() {
    let cluster = Cluster::start(1);
    let session = cluster.session();
    let depths = session.parallelize_with(0..2_u64, 2).unwrap().map(|_| {
        let here = 0_u8;
        nested(std::ptr::from_ref(&here).addr()) as u64
    });
    assert!(depths.collect().unwrap().iter().all(|depth| *depth > DEEP as u64));
}
