// SPDX-License-Identifier: MIT OR Apache-2.0
//! SQL as Spark writes it: names without regard to case, Spark's names for columns, its literals and its division.

mod arithmetic;
mod dialect;
mod expression;
mod full_using;
mod lower_case;
mod name;
mod parse;
mod prepare;
mod query;
mod suffix;
mod twins;

pub(crate) use arithmetic::ArithmeticPlanner;
pub(crate) use expression::expression;
pub(crate) use query::{no_table, query};
