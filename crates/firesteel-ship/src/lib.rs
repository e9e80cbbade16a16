// SPDX-License-Identifier: MIT OR Apache-2.0
//! Closures without captures as code addresses that mean the same in every process of one build.
//!
//! A closure that captures nothing has size zero: all of it is code, and code stands at the same distance from a
//! fixed symbol in every process that runs the same executable. So [`ship`] writes that distance as text, together
//! with the [`build_id`] of the executable, and [`receive`] turns the text back into a function, or says why not.
//!
//! What the text is worth: `receive` refuses other builds, other result types, damaged text and addresses outside
//! the program's code. It cannot tell a text that was forged on purpose. Whoever may send one may run code here, so
//! executors belong into a trusted network, as for every engine that runs its users' functions.
//!
//! What may not be shipped although it has size zero: a closure that captured a value of size zero whose mere
//! existence promises something about the process, such as a token that a library hands out when it was set up.
//! The closure is made anew in the other process, where nobody kept that promise.
#![warn(missing_docs)]

mod address;
mod build_id;
mod closure;
mod program_image;

pub use address::{receive, ship};
pub use build_id::build_id;
pub use closure::{Build, captures_nothing};
