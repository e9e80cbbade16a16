// SPDX-License-Identifier: MIT OR Apache-2.0
//! The threads on which all kernels run.
//!
//! They are rayon's: as many as there are cores, unless the environment variable `RAYON_NUM_THREADS` or
//! [`set_num_threads`] says otherwise. What a kernel computes is the same on any number of them.

use firesteel_core::{Result, err};

/// How many threads kernels run on.
pub fn num_threads() -> usize {
    rayon::current_num_threads()
}

/// Has all kernels run on so many threads, whatever `RAYON_NUM_THREADS` says.
///
/// # Errors
/// `InvalidArgument` for 0 threads, and where the threads already run and are another number.
pub fn set_num_threads(count: usize) -> Result<()> {
    if count == 0 {
        return Err(err::invalid_argument("set_num_threads", "count")
            .expected("at least 1")
            .got(0));
    }
    let started = rayon::ThreadPoolBuilder::new().num_threads(count).build_global();
    if started.is_err() && num_threads() != count {
        return Err(err::invalid_argument("set_num_threads", "count")
            .expected(format!("the {} threads that run already", num_threads()))
            .got(count)
            .fix("call it before anything is computed"));
    }
    Ok(())
}
