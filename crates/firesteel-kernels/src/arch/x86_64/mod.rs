// SPDX-License-Identifier: MIT OR Apache-2.0
//! 64-bit x86.

mod avx2;
mod avx512;

pub(crate) use avx2::Avx2;
pub(crate) use avx512::Avx512;
