// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the property suite of all convolutions does not see: which shapes come here, and how rows are cut.

use super::*;
use crate::conv::Axis;

fn shape(columns: Axis) -> Conv<3> {
    let axes = [Axis::new(1, 1), Axis::new(4, 1), columns];
    Conv { batch: 1, axes, in_channels: 3, out_channels: 3, groups: 3 }
}

/// First pixel, pixels and taps of each run.
fn cuts(gather: &Gather) -> Vec<[usize; 3]> {
    runs(gather, 1).iter().map(|run| [run.target / 3, run.count, run.taps.len()]).collect()
}

#[test]
fn only_single_channels_with_one_result_are_taken() {
    let single = shape(Axis::new(9, 3));
    assert!(fits(&single));
    assert!(!fits(&Conv { groups: 1, ..single }));
    assert!(!fits(&Conv { out_channels: 6, ..single }));
    assert!(!fits(&Conv { in_channels: 6, ..single }));
    assert!(!fits(&Conv { groups: 1, in_channels: 1, out_channels: 1, ..single }));
}

#[test]
fn pixels_that_see_all_taps_are_one_run() {
    let forward = |axis| cuts(&Gather::forward(&shape(axis)));
    assert_eq!(forward(Axis::new(9, 3)), [[0, 7, 3]]);
    assert_eq!(forward(Axis::new(9, 3).padding(1, 1)), [[0, 1, 2], [1, 7, 3], [8, 1, 2]]);
    assert_eq!(forward(Axis::new(9, 3).padding(1, 1).stride(2)), [[0, 1, 2], [1, 3, 3], [4, 1, 2]]);
    // wider than the image: no pixel sees all taps
    assert_eq!(forward(Axis::new(2, 3).padding(1, 1)), [[0, 1, 2], [1, 1, 2]]);
    // taps that no pixel sees do not count
    let apart = Axis::new(2, 3).padding(2, 2).dilation(2);
    assert_eq!(forward(apart), [[0, 2, 1]]);
}

#[test]
fn the_way_back_has_runs_for_each_phase() {
    let axis = Axis::new(9, 3).padding(1, 1).stride(2);
    // even positions see the middle tap alone, odd ones the two others
    let backward = cuts(&Gather::backward(&shape(axis)));
    assert_eq!(backward, [[0, 5, 1], [1, 4, 2]]);
    // between windows that do not touch are pixels that nothing is seen of
    let backward = cuts(&Gather::backward(&shape(Axis::new(7, 1).stride(3))));
    assert_eq!(backward, [[0, 3, 1], [1, 2, 0], [2, 2, 0]]);
}
