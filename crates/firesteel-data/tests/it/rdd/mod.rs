// SPDX-License-Identifier: MIT OR Apache-2.0
//! RDDs on the embedded engine and on one that treats plans as a cluster does.

mod behaviour;
mod loopback;
mod spark;

use firesteel_data::Session;

/// A session in this process with so many partitions.
fn embedded(partitions: usize) -> Session {
    Session::builder().partitions(partitions).build().unwrap()
}

/// Runs a test on both engines.
fn on_both(partitions: usize, test: impl Fn(&Session)) {
    test(&embedded(partitions));
    test(&loopback::loopback(partitions));
}

fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort();
    values
}
