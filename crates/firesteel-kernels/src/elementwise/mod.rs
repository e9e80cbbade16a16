// SPDX-License-Identifier: MIT OR Apache-2.0
//! One number in, one number out: functions with their derivatives, arithmetic, dropout.

mod arithmetic;
mod dropout;
mod function;

pub use arithmetic::{
    Arithmetic, activated_sum, arithmetic, arithmetic_with_number, arithmetic_with_row,
};
pub use dropout::Dropout;
pub use function::{Function, backward, forward};

#[cfg(test)]
mod tests;
