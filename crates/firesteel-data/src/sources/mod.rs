// SPDX-License-Identifier: MIT OR Apache-2.0
//! File formats that the engine underneath does not read by itself.

pub mod libsvm;
