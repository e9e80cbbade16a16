// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which instruction set the kernels use, decided once when the first kernel runs.
//!
//! The best set of the machine is taken. `FIRESTEEL_KERNELS` forces another: `scalar`, `avx2`,
//! `avx512` or `neon`. A value that is unknown, or names a set this machine lacks, is ignored by
//! the kernels themselves, which cannot fail; [`Isa::from_environment`] reports it, so a model
//! can refuse to start.

use std::sync::OnceLock;

use firesteel_core::{Error, Result, config, err};

use crate::arch::portable::Portable;
use crate::vector::{Kernel, Simd};

/// The environment variable that forces an instruction set.
pub const VARIABLE: &str = "FIRESTEEL_KERNELS";

/// An instruction set that this machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Isa(Set);

/// The sets, each holding the token that proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    Portable(Portable),
    #[cfg(target_arch = "x86_64")]
    Avx2(crate::arch::x86_64::Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(crate::arch::x86_64::Avx512),
    #[cfg(target_arch = "aarch64")]
    Neon(crate::arch::aarch64::Neon),
}

/// Every name that the environment variable may hold.
const NAMES: [&str; 4] = ["avx2", "avx512", "neon", "scalar"];

impl Isa {
    /// The set in use.
    #[inline]
    pub fn active() -> Self {
        static ACTIVE: OnceLock<Isa> = OnceLock::new();
        #[cfg(test)]
        if let Some(forced) = crate::testing::forced() {
            return forced;
        }
        *ACTIVE.get_or_init(|| Self::from_environment().ok().flatten().unwrap_or_else(Self::best))
    }

    /// The sets of this machine, the best one first.
    pub fn available() -> Vec<Self> {
        let mut sets = Vec::new();
        #[cfg(target_arch = "x86_64")]
        sets.extend(crate::arch::x86_64::Avx512::new().map(|token| Self(Set::Avx512(token))));
        #[cfg(target_arch = "x86_64")]
        sets.extend(crate::arch::x86_64::Avx2::new().map(|token| Self(Set::Avx2(token))));
        #[cfg(target_arch = "aarch64")]
        sets.extend(crate::arch::aarch64::Neon::new().map(|token| Self(Set::Neon(token))));
        sets.push(Self::portable());
        sets
    }

    /// Plain Rust, which every machine has.
    pub fn portable() -> Self {
        Self(Set::Portable(Portable))
    }

    /// The set that the environment asks for, if it asks for one.
    ///
    /// # Errors
    /// The name is unknown, or this machine lacks the instructions.
    pub fn from_environment() -> Result<Option<Self>> {
        config::env(VARIABLE).map(|name| Self::named(&name)).transpose()
    }

    /// The set called `name`.
    ///
    /// # Errors
    /// The name is unknown, or this machine lacks the instructions.
    pub fn named(name: &str) -> Result<Self> {
        if !NAMES.contains(&name) {
            return Err(err::unknown_name("kernel set", name, NAMES).at(VARIABLE));
        }
        let found = Self::available().into_iter().find(|isa| isa.name() == name);
        found.ok_or_else(|| missing(name))
    }

    /// `scalar`, `avx2`, `avx512` or `neon`.
    pub fn name(self) -> &'static str {
        match self.0 {
            Set::Portable(_) => "scalar",
            #[cfg(target_arch = "x86_64")]
            Set::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Set::Avx512(_) => "avx512",
            #[cfg(target_arch = "aarch64")]
            Set::Neon(_) => "neon",
        }
    }

    fn best() -> Self {
        Self::available().first().copied().unwrap_or_else(Self::portable)
    }

    /// Numbers in a vector.
    pub(crate) fn lanes(self) -> usize {
        self.run(Lanes)
    }

    /// Runs a kernel in code compiled for this set.
    #[inline]
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self.0 {
            Set::Portable(token) => token.run(kernel),
            #[cfg(target_arch = "x86_64")]
            Set::Avx2(token) => token.run(kernel),
            #[cfg(target_arch = "x86_64")]
            Set::Avx512(token) => token.run(kernel),
            #[cfg(target_arch = "aarch64")]
            Set::Neon(token) => token.run(kernel),
        }
    }
}

struct Lanes;

impl Kernel for Lanes {
    type Output = usize;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> usize {
        S::LANES
    }
}

fn missing(name: &str) -> Error {
    let known: Vec<&str> = Isa::available().into_iter().map(Isa::name).collect();
    err::unsupported(format!("this machine has no `{name}` instructions"))
        .at(VARIABLE)
        .fix(format!("use one of: {}", known.join(", ")))
}

#[cfg(test)]
mod tests;
