// SPDX-License-Identifier: MIT OR Apache-2.0
//! The random numbers of Java and Spark, so that a seed draws the same rows here and there.

mod java_bits;
mod xor_shift;

pub use java_bits::JavaBits;
pub use xor_shift::XorShift;
