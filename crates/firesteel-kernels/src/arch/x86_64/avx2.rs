// SPDX-License-Identifier: MIT OR Apache-2.0
//! AVX2 with fused multiply-add: eight lanes, sixteen registers.

use std::arch::x86_64::{
    __m256, __m256i, _CMP_GT_OQ, _MM_FROUND_NO_EXC, _MM_FROUND_TO_NEAREST_INT, _mm256_add_epi32,
    _mm256_add_ps, _mm256_and_ps, _mm256_andnot_ps, _mm256_blendv_ps, _mm256_castsi256_ps,
    _mm256_cmp_ps, _mm256_cvtps_epi32, _mm256_div_ps, _mm256_fmadd_ps, _mm256_fnmadd_ps,
    _mm256_loadu_ps, _mm256_loadu_si256, _mm256_maskload_ps, _mm256_maskstore_ps, _mm256_max_ps,
    _mm256_min_ps, _mm256_mul_ps, _mm256_or_ps, _mm256_round_ps, _mm256_set1_epi32, _mm256_set1_ps,
    _mm256_slli_epi32, _mm256_sqrt_ps, _mm256_storeu_ps, _mm256_sub_ps,
};

use crate::vector::{Kernel, Simd};

/// The token of a machine with AVX2 and FMA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// The token, if this machine has the instructions.
    pub(crate) fn new() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }
}

const LANES: usize = 8;

/// Eight set lanes, then eight clear ones: a window into it masks the first few.
static HEAD: [i32; 2 * LANES] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];

#[target_feature(enable = "avx2,fma")]
fn run<K: Kernel>(kernel: K, token: Avx2) -> K::Output {
    kernel.run(token)
}

/// The mask of the first `count` lanes.
#[inline]
#[target_feature(enable = "avx2")]
fn head(count: usize) -> __m256i {
    let window = &HEAD[LANES - count..][..LANES];
    // SAFETY: the window has eight numbers.
    unsafe { _mm256_loadu_si256(window.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn exp2_whole(a: __m256) -> __m256 {
    let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(a), _mm256_set1_epi32(127));
    _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent))
}

#[inline]
#[target_feature(enable = "avx2")]
fn copy_sign(a: __m256, sign: __m256) -> __m256 {
    let bit = _mm256_set1_ps(-0.0);
    _mm256_or_ps(_mm256_andnot_ps(bit, a), _mm256_and_ps(bit, sign))
}

/// Methods that are one call of a function of this instruction set.
macro_rules! calls {
    ($($name:ident($($arg:ident: $kind:ty),+) -> $out:ty { $call:expr })+) => {$(
        #[inline(always)]
        fn $name(self, $($arg: $kind),+) -> $out {
            // SAFETY: an `Avx2` exists only on machines with AVX2 and FMA.
            unsafe { $call }
        }
    )+};
}

impl Simd for Avx2 {
    type F = __m256;
    type M = __m256;

    const LANES: usize = LANES;
    const TILE_ROWS: usize = 6;

    #[inline]
    fn run<K: Kernel>(self, kernel: K) -> K::Output {
        // SAFETY: an `Avx2` exists only on machines with AVX2 and FMA.
        unsafe { run(kernel, self) }
    }

    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> __m256 {
        // SAFETY: the caller promises eight readable numbers.
        unsafe { _mm256_loadu_ps(from) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32, value: __m256) {
        // SAFETY: the caller promises eight writable numbers.
        unsafe { _mm256_storeu_ps(to, value) }
    }

    #[inline(always)]
    unsafe fn load_head(self, from: *const f32, count: usize) -> __m256 {
        // SAFETY: an `Avx2` exists only on machines with AVX2.
        let mask = unsafe { head(count) };
        // SAFETY: the caller promises `count` readable numbers; masked lanes are not touched.
        unsafe { _mm256_maskload_ps(from, mask) }
    }

    #[inline(always)]
    unsafe fn store_head(self, to: *mut f32, count: usize, value: __m256) {
        // SAFETY: an `Avx2` exists only on machines with AVX2.
        let mask = unsafe { head(count) };
        // SAFETY: the caller promises `count` writable numbers; masked lanes are not touched.
        unsafe { _mm256_maskstore_ps(to, mask, value) }
    }

    calls! {
        splat(value: f32) -> __m256 { _mm256_set1_ps(value) }
        add(a: __m256, b: __m256) -> __m256 { _mm256_add_ps(a, b) }
        sub(a: __m256, b: __m256) -> __m256 { _mm256_sub_ps(a, b) }
        mul(a: __m256, b: __m256) -> __m256 { _mm256_mul_ps(a, b) }
        div(a: __m256, b: __m256) -> __m256 { _mm256_div_ps(a, b) }
        mul_add(a: __m256, b: __m256, c: __m256) -> __m256 { _mm256_fmadd_ps(a, b, c) }
        neg_mul_add(a: __m256, b: __m256, c: __m256) -> __m256 { _mm256_fnmadd_ps(a, b, c) }
        max(a: __m256, b: __m256) -> __m256 { _mm256_max_ps(a, b) }
        min(a: __m256, b: __m256) -> __m256 { _mm256_min_ps(a, b) }
        sqrt(a: __m256) -> __m256 { _mm256_sqrt_ps(a) }
        round(a: __m256) -> __m256 {
            _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a)
        }
        exp2_whole(a: __m256) -> __m256 { exp2_whole(a) }
        copy_sign(a: __m256, sign: __m256) -> __m256 { copy_sign(a, sign) }
        gt(a: __m256, b: __m256) -> __m256 { _mm256_cmp_ps::<_CMP_GT_OQ>(a, b) }
        select(mask: __m256, yes: __m256, no: __m256) -> __m256 { _mm256_blendv_ps(no, yes, mask) }
    }
}
