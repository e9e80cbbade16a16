// SPDX-License-Identifier: MIT OR Apache-2.0
//! NEON: two registers of four lanes taken as one vector of eight.

use std::arch::aarch64::{
    float32x4_t, uint32x4_t, vaddq_f32, vaddq_s32, vbslq_f32, vcgtq_f32, vcltq_f32, vcvtnq_s32_f32,
    vdivq_f32, vdupq_n_f32, vdupq_n_s32, vdupq_n_u32, vfmaq_f32, vfmsq_f32, vld1q_f32, vmulq_f32,
    vreinterpretq_f32_s32, vrndnq_f32, vshlq_n_s32, vsqrtq_f32, vst1q_f32, vsubq_f32,
};

use crate::vector::{Kernel, Simd};

/// The token of a machine with NEON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Neon(());

impl Neon {
    /// The token, if this machine has the instructions.
    pub(crate) fn new() -> Option<Self> {
        std::arch::is_aarch64_feature_detected!("neon").then_some(Self(()))
    }
}

const LANES: usize = 8;

/// Low and high half.
#[derive(Clone, Copy)]
pub(crate) struct Eight(float32x4_t, float32x4_t);

/// Low and high half of the answers.
#[derive(Clone, Copy)]
pub(crate) struct Answers(uint32x4_t, uint32x4_t);

#[target_feature(enable = "neon")]
fn run<K: Kernel>(kernel: K, token: Neon) -> K::Output {
    kernel.run(token)
}

#[inline]
#[target_feature(enable = "neon")]
fn exp2_whole(a: float32x4_t) -> float32x4_t {
    let exponent = vaddq_s32(vcvtnq_s32_f32(a), vdupq_n_s32(127));
    vreinterpretq_f32_s32(vshlq_n_s32::<23>(exponent))
}

#[inline]
#[target_feature(enable = "neon")]
fn copy_sign(a: float32x4_t, sign: float32x4_t) -> float32x4_t {
    vbslq_f32(vdupq_n_u32(0x8000_0000), sign, a)
}

// NEON's own maximum prefers NaN; the trait wants `if a > b { a } else { b }`
#[inline]
#[target_feature(enable = "neon")]
fn max(a: float32x4_t, b: float32x4_t) -> float32x4_t {
    vbslq_f32(vcgtq_f32(a, b), a, b)
}

#[inline]
#[target_feature(enable = "neon")]
fn min(a: float32x4_t, b: float32x4_t) -> float32x4_t {
    vbslq_f32(vcltq_f32(a, b), a, b)
}

/// Methods that are one call for each half.
macro_rules! calls {
    ($($name:ident($($arg:ident: $kind:ty),+) -> $out:ident { $call:path })+) => {$(
        #[inline(always)]
        fn $name(self, $($arg: $kind),+) -> $out {
            // SAFETY: a `Neon` exists only on machines with NEON.
            let low = unsafe { $call($($arg.0),+) };
            // SAFETY: a `Neon` exists only on machines with NEON.
            let high = unsafe { $call($($arg.1),+) };
            $out(low, high)
        }
    )+};
}

/// `a * b + c` in the trait's order of arguments.
#[inline]
#[target_feature(enable = "neon")]
fn mul_add(a: float32x4_t, b: float32x4_t, c: float32x4_t) -> float32x4_t {
    vfmaq_f32(c, a, b)
}

#[inline]
#[target_feature(enable = "neon")]
fn neg_mul_add(a: float32x4_t, b: float32x4_t, c: float32x4_t) -> float32x4_t {
    vfmsq_f32(c, a, b)
}

#[inline]
#[target_feature(enable = "neon")]
fn select(mask: uint32x4_t, yes: float32x4_t, no: float32x4_t) -> float32x4_t {
    vbslq_f32(mask, yes, no)
}

impl Simd for Neon {
    type F = Eight;
    type M = Answers;

    const LANES: usize = LANES;
    const TILE_ROWS: usize = 6;

    #[inline]
    fn run<K: Kernel>(self, kernel: K) -> K::Output {
        // SAFETY: a `Neon` exists only on machines with NEON.
        unsafe { run(kernel, self) }
    }

    #[inline(always)]
    fn splat(self, value: f32) -> Eight {
        // SAFETY: a `Neon` exists only on machines with NEON.
        let half = unsafe { vdupq_n_f32(value) };
        Eight(half, half)
    }

    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> Eight {
        // SAFETY: the caller promises eight readable numbers.
        let low = unsafe { vld1q_f32(from) };
        // SAFETY: the last four of them begin here.
        let behind = unsafe { from.add(4) };
        // SAFETY: these four are readable too.
        let high = unsafe { vld1q_f32(behind) };
        Eight(low, high)
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32, value: Eight) {
        // SAFETY: the caller promises eight writable numbers.
        unsafe { vst1q_f32(to, value.0) };
        // SAFETY: the last four of them begin here.
        let behind = unsafe { to.add(4) };
        // SAFETY: these four are writable too.
        unsafe { vst1q_f32(behind, value.1) };
    }

    #[inline(always)]
    unsafe fn load_head(self, from: *const f32, count: usize) -> Eight {
        let mut lanes = [0.0; LANES];
        // SAFETY: the caller promises `count` readable numbers.
        let head = unsafe { std::slice::from_raw_parts(from, count) };
        lanes[..count].copy_from_slice(head);
        // SAFETY: the array has eight numbers.
        unsafe { self.load(lanes.as_ptr()) }
    }

    #[inline(always)]
    unsafe fn store_head(self, to: *mut f32, count: usize, value: Eight) {
        let lanes = self.lanes(value);
        // SAFETY: the caller promises `count` writable numbers.
        let head = unsafe { std::slice::from_raw_parts_mut(to, count) };
        head.copy_from_slice(&lanes[..count]);
    }

    calls! {
        add(a: Eight, b: Eight) -> Eight { vaddq_f32 }
        sub(a: Eight, b: Eight) -> Eight { vsubq_f32 }
        mul(a: Eight, b: Eight) -> Eight { vmulq_f32 }
        div(a: Eight, b: Eight) -> Eight { vdivq_f32 }
        mul_add(a: Eight, b: Eight, c: Eight) -> Eight { mul_add }
        neg_mul_add(a: Eight, b: Eight, c: Eight) -> Eight { neg_mul_add }
        max(a: Eight, b: Eight) -> Eight { max }
        min(a: Eight, b: Eight) -> Eight { min }
        sqrt(a: Eight) -> Eight { vsqrtq_f32 }
        round(a: Eight) -> Eight { vrndnq_f32 }
        exp2_whole(a: Eight) -> Eight { exp2_whole }
        copy_sign(a: Eight, sign: Eight) -> Eight { copy_sign }
        gt(a: Eight, b: Eight) -> Answers { vcgtq_f32 }
        select(mask: Answers, yes: Eight, no: Eight) -> Eight { select }
    }
}
