// SPDX-License-Identifier: MIT OR Apache-2.0
//! The number of threads is chosen once for a process, so that this is a process of its own with one test.

use firesteel_kernels::{num_threads, set_num_threads};

#[test]
fn the_number_is_chosen_before_anything_runs() {
    let error = set_num_threads(0).unwrap_err();
    assert!(error.is_invalid_argument(), "{error:?}");
    set_num_threads(3).unwrap();
    assert_eq!(num_threads(), 3);
    set_num_threads(3).unwrap();
    let error = set_num_threads(2).unwrap_err();
    assert!(error.is_invalid_argument(), "{error:?}");
    assert!(error.to_string().contains("the 3 threads"), "{error}");
    assert_eq!(num_threads(), 3);
}
