// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the machine can do at most: multiply and add without memory, and move memory without arithmetic.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use firesteel_kernels::Isa;
use rayon::prelude::*;

use crate::support::group;

/// Rounds of the arithmetic loop on each thread.
const ROUNDS: usize = 1 << 16;
/// Chains of operations that do not wait for each other: more than the machine has in flight.
const CHAINS: usize = 12;
/// Numbers of the copy, far more than any cache holds.
const LONG: usize = 1 << 25;
/// Numbers that a thread copies at once.
const PIECE: usize = 1 << 18;

pub(crate) fn limits(criterion: &mut Criterion) {
    let mut group = group(criterion, "limits");
    let isa = Isa::active();
    let lanes = lanes(isa);
    let work = 2 * ROUNDS * CHAINS * lanes * rayon::current_num_threads();
    group.throughput(Throughput::Elements(work as u64));
    group.bench_function(format!("multiply_add/{}", isa.name()), |bench| {
        bench.iter(|| rayon::broadcast(|_| multiply_add(isa, black_box(0.999))));
    });

    let (from, mut to) = (vec![1.0_f32; LONG], vec![0.0_f32; LONG]);
    group.throughput(Throughput::Bytes(2 * 4 * LONG as u64));
    group.bench_function("copy", |bench| {
        bench.iter(|| {
            let pieces = to.par_chunks_mut(PIECE).zip(black_box(&from).par_chunks(PIECE));
            pieces.for_each(|(to, from)| to.copy_from_slice(from));
        });
    });
    group.finish();
}

/// Numbers in a vector.
fn lanes(isa: Isa) -> usize {
    match isa.name() {
        "avx512" => 16,
        "avx2" => 8,
        _ => 4,
    }
}

/// The loop with the vectors of an instruction set.
fn multiply_add(isa: Isa, by: f32) -> f32 {
    match isa.name() {
        #[cfg(target_arch = "x86_64")]
        "avx512" => x86_64::avx512(by),
        #[cfg(target_arch = "x86_64")]
        "avx2" => x86_64::avx2(by),
        #[cfg(target_arch = "aarch64")]
        "neon" => aarch64::neon(by),
        _ => portable(by),
    }
}

/// Without fused instructions: a multiplication and an addition each.
fn portable(by: f32) -> f32 {
    let mut chains = [[1.0_f32; 4]; CHAINS];
    for _ in 0..ROUNDS {
        for lane in chains.iter_mut().flatten() {
            *lane = *lane * by + 0.001;
        }
    }
    chains.iter().flatten().sum()
}

#[cfg(target_arch = "x86_64")]
mod x86_64 {
    //! The loop on x86.
    #![expect(unsafe_code, reason = "instructions that not every machine has")]

    use std::arch::x86_64::{
        _mm256_add_ps, _mm256_cvtss_f32, _mm256_fmadd_ps, _mm256_set1_ps, _mm512_add_ps,
        _mm512_cvtss_f32, _mm512_fmadd_ps, _mm512_set1_ps,
    };

    use super::{CHAINS, ROUNDS};

    pub(super) fn avx512(by: f32) -> f32 {
        assert!(is_x86_feature_detected!("avx512f"));
        // SAFETY: the machine has the instructions.
        unsafe { on_avx512(by) }
    }

    pub(super) fn avx2(by: f32) -> f32 {
        assert!(is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"));
        // SAFETY: the machine has the instructions.
        unsafe { on_avx2(by) }
    }

    #[target_feature(enable = "avx512f")]
    fn on_avx512(by: f32) -> f32 {
        let (by, plus) = (_mm512_set1_ps(by), _mm512_set1_ps(0.001));
        let mut chains = [by; CHAINS];
        for _ in 0..ROUNDS {
            for chain in &mut chains {
                *chain = _mm512_fmadd_ps(*chain, by, plus);
            }
        }
        let mut sum = plus;
        for chain in chains {
            sum = _mm512_add_ps(sum, chain);
        }
        _mm512_cvtss_f32(sum)
    }

    #[target_feature(enable = "avx2,fma")]
    fn on_avx2(by: f32) -> f32 {
        let (by, plus) = (_mm256_set1_ps(by), _mm256_set1_ps(0.001));
        let mut chains = [by; CHAINS];
        for _ in 0..ROUNDS {
            for chain in &mut chains {
                *chain = _mm256_fmadd_ps(*chain, by, plus);
            }
        }
        let mut sum = plus;
        for chain in chains {
            sum = _mm256_add_ps(sum, chain);
        }
        _mm256_cvtss_f32(sum)
    }
}

#[cfg(target_arch = "aarch64")]
mod aarch64 {
    //! The loop on 64-bit ARM.
    #![expect(unsafe_code, reason = "instructions that not every machine has")]

    use std::arch::aarch64::{vaddvq_f32, vdupq_n_f32, vfmaq_f32};

    use super::{CHAINS, ROUNDS};

    pub(super) fn neon(by: f32) -> f32 {
        // SAFETY: all 64-bit ARM machines have the instructions.
        unsafe { on_neon(by) }
    }

    #[target_feature(enable = "neon")]
    fn on_neon(by: f32) -> f32 {
        let (by, plus) = (vdupq_n_f32(by), vdupq_n_f32(0.001));
        let mut chains = [by; CHAINS];
        for _ in 0..ROUNDS {
            for chain in &mut chains {
                *chain = vfmaq_f32(plus, *chain, by);
            }
        }
        chains.into_iter().fold(0.0, |sum, chain| sum + vaddvq_f32(chain))
    }
}
