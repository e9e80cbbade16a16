// SPDX-License-Identifier: MIT OR Apache-2.0
//! The random numbers of Java and Spark, so that the same seed gives what Spark gives.

mod java;
mod sample;

pub(crate) use firesteel_data::random::{JavaBits, XorShift};
pub(crate) use java::JavaRandom;
pub(crate) use sample::{sample_partition, sample_seeds, take_sample};
