// SPDX-License-Identifier: MIT OR Apache-2.0
//! AVX-512: sixteen lanes, thirty-two registers, masks of their own.

use std::arch::x86_64::{
    __m512, __mmask16, _CMP_GT_OQ, _MM_FROUND_NO_EXC, _MM_FROUND_TO_NEAREST_INT, _mm512_add_epi32,
    _mm512_add_ps, _mm512_and_ps, _mm512_andnot_ps, _mm512_castsi512_ps, _mm512_cmp_ps_mask,
    _mm512_cvtps_epi32, _mm512_div_ps, _mm512_fmadd_ps, _mm512_fnmadd_ps, _mm512_loadu_ps,
    _mm512_mask_blend_ps, _mm512_mask_storeu_ps, _mm512_maskz_loadu_ps, _mm512_max_ps,
    _mm512_min_ps, _mm512_mul_ps, _mm512_or_ps, _mm512_roundscale_ps, _mm512_set1_epi32,
    _mm512_set1_ps, _mm512_slli_epi32, _mm512_sqrt_ps, _mm512_storeu_ps, _mm512_sub_ps,
};

use crate::vector::{Kernel, Simd};

/// The token of a machine with AVX-512 F, DQ, BW and VL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Avx512(());

impl Avx512 {
    /// The token, if this machine has the instructions.
    pub(crate) fn new() -> Option<Self> {
        let has = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma");
        has.then_some(Self(()))
    }
}

#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
fn run<K: Kernel>(kernel: K, token: Avx512) -> K::Output {
    kernel.run(token)
}

/// The mask of the first `count` lanes.
#[inline(always)]
fn head(count: usize) -> __mmask16 {
    ((1_u32 << count) - 1) as __mmask16
}

#[inline]
#[target_feature(enable = "avx512f")]
fn exp2_whole(a: __m512) -> __m512 {
    let exponent = _mm512_add_epi32(_mm512_cvtps_epi32(a), _mm512_set1_epi32(127));
    _mm512_castsi512_ps(_mm512_slli_epi32::<23>(exponent))
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq")]
fn copy_sign(a: __m512, sign: __m512) -> __m512 {
    let bit = _mm512_set1_ps(-0.0);
    _mm512_or_ps(_mm512_andnot_ps(bit, a), _mm512_and_ps(bit, sign))
}

/// Methods that are one call of a function of this instruction set.
macro_rules! calls {
    ($($name:ident($($arg:ident: $kind:ty),+) -> $out:ty { $call:expr })+) => {$(
        #[inline(always)]
        fn $name(self, $($arg: $kind),+) -> $out {
            // SAFETY: an `Avx512` exists only on machines with AVX-512 F, DQ, BW and VL.
            unsafe { $call }
        }
    )+};
}

impl Simd for Avx512 {
    type F = __m512;
    type M = __mmask16;

    const LANES: usize = 16;
    const TILE_ROWS: usize = 14;

    #[inline]
    fn run<K: Kernel>(self, kernel: K) -> K::Output {
        // SAFETY: an `Avx512` exists only on machines with AVX-512 F, DQ, BW and VL.
        unsafe { run(kernel, self) }
    }

    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> __m512 {
        // SAFETY: the caller promises sixteen readable numbers.
        unsafe { _mm512_loadu_ps(from) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32, value: __m512) {
        // SAFETY: the caller promises sixteen writable numbers.
        unsafe { _mm512_storeu_ps(to, value) }
    }

    #[inline(always)]
    unsafe fn load_head(self, from: *const f32, count: usize) -> __m512 {
        // SAFETY: the caller promises `count` readable numbers; masked lanes are not touched.
        unsafe { _mm512_maskz_loadu_ps(head(count), from) }
    }

    #[inline(always)]
    unsafe fn store_head(self, to: *mut f32, count: usize, value: __m512) {
        // SAFETY: the caller promises `count` writable numbers; masked lanes are not touched.
        unsafe { _mm512_mask_storeu_ps(to, head(count), value) }
    }

    calls! {
        splat(value: f32) -> __m512 { _mm512_set1_ps(value) }
        add(a: __m512, b: __m512) -> __m512 { _mm512_add_ps(a, b) }
        sub(a: __m512, b: __m512) -> __m512 { _mm512_sub_ps(a, b) }
        mul(a: __m512, b: __m512) -> __m512 { _mm512_mul_ps(a, b) }
        div(a: __m512, b: __m512) -> __m512 { _mm512_div_ps(a, b) }
        mul_add(a: __m512, b: __m512, c: __m512) -> __m512 { _mm512_fmadd_ps(a, b, c) }
        neg_mul_add(a: __m512, b: __m512, c: __m512) -> __m512 { _mm512_fnmadd_ps(a, b, c) }
        max(a: __m512, b: __m512) -> __m512 { _mm512_max_ps(a, b) }
        min(a: __m512, b: __m512) -> __m512 { _mm512_min_ps(a, b) }
        sqrt(a: __m512) -> __m512 { _mm512_sqrt_ps(a) }
        round(a: __m512) -> __m512 {
            _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a)
        }
        exp2_whole(a: __m512) -> __m512 { exp2_whole(a) }
        copy_sign(a: __m512, sign: __m512) -> __m512 { copy_sign(a, sign) }
        gt(a: __m512, b: __m512) -> __mmask16 { _mm512_cmp_ps_mask::<_CMP_GT_OQ>(a, b) }
        select(mask: __mmask16, yes: __m512, no: __m512) -> __m512 { _mm512_mask_blend_ps(mask, no, yes) }
    }
}
