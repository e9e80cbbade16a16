// SPDX-License-Identifier: MIT OR Apache-2.0
//! Speed of the kernels beside the naive loops.
fn main() {}
