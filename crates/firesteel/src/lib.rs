// SPDX-License-Identifier: MIT OR Apache-2.0
//! firesteel: Keras and Spark as one engine, in Rust.
