// SPDX-License-Identifier: MIT OR Apache-2.0
//! SQL as Spark writes it: names without regard to case, Spark's names for columns, its literals and its division.

mod calls;
mod date_pattern;
mod dialect;
mod expression;
mod full_using;
mod lower_case;
mod name;
mod operators;
mod parse;
mod prepare;
mod query;
mod suffix;
mod twins;
mod unknown_function;

pub(crate) use expression::{expression, name_of_text};
pub(crate) use operators::OperatorPlanner;
pub(crate) use query::{no_table, query};
