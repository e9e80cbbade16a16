// SPDX-License-Identifier: MIT OR Apache-2.0
//! 64-bit Arm.

mod neon;

pub(crate) use neon::Neon;
