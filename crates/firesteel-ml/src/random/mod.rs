// SPDX-License-Identifier: MIT OR Apache-2.0
//! The random numbers of Java and Spark, so that the same seed gives what Spark gives.

mod java;
mod sample;
mod xorshift;

pub(crate) use java::{JavaBits, JavaRandom};
pub(crate) use sample::{sample_partition, sample_seeds, take_sample};
pub(crate) use xorshift::XorShift;
