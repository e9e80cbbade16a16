// SPDX-License-Identifier: MIT OR Apache-2.0
//! Automation of the firesteel workspace.
fn main() {}
