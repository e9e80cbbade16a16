// SPDX-License-Identifier: MIT OR Apache-2.0
//! One implementation of [`Simd`](crate::vector::Simd) for each instruction set.

#[cfg(target_arch = "aarch64")]
pub(crate) mod aarch64;
pub(crate) mod portable;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_64;
