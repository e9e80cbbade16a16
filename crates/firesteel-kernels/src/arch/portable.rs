// SPDX-License-Identifier: MIT OR Apache-2.0
//! Plain Rust, for machines without a folder of their own and as a second opinion on those with.

use crate::vector::{Kernel, Simd};

/// The token of plain Rust; it needs no instructions beyond the compiler's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Portable;

const LANES: usize = 4;

/// Four numbers that the compiler may keep in one register.
#[derive(Clone, Copy)]
#[repr(C, align(16))]
pub(crate) struct Four([f32; LANES]);

/// Four answers.
#[derive(Clone, Copy)]
pub(crate) struct Answers([bool; LANES]);

#[inline(always)]
fn each(a: Four, f: impl Fn(f32) -> f32) -> Four {
    Four(std::array::from_fn(|lane| f(a.0[lane])))
}

#[inline(always)]
fn pair(a: Four, b: Four, f: impl Fn(f32, f32) -> f32) -> Four {
    Four(std::array::from_fn(|lane| f(a.0[lane], b.0[lane])))
}

#[inline(always)]
fn triple(a: Four, b: Four, c: Four, f: impl Fn(f32, f32, f32) -> f32) -> Four {
    Four(std::array::from_fn(|lane| f(a.0[lane], b.0[lane], c.0[lane])))
}

impl Simd for Portable {
    type F = Four;
    type M = Answers;

    const LANES: usize = LANES;
    const TILE_ROWS: usize = 6;

    fn run<K: Kernel>(self, kernel: K) -> K::Output {
        kernel.run(self)
    }

    #[inline(always)]
    fn splat(self, value: f32) -> Four {
        Four([value; LANES])
    }

    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> Four {
        // SAFETY: the caller promises `LANES` readable numbers; the read assumes no alignment.
        Four(unsafe { from.cast::<[f32; LANES]>().read_unaligned() })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32, value: Four) {
        // SAFETY: the caller promises `LANES` writable numbers; the write assumes no alignment.
        unsafe { to.cast::<[f32; LANES]>().write_unaligned(value.0) }
    }

    #[inline(always)]
    unsafe fn load_head(self, from: *const f32, count: usize) -> Four {
        let mut lanes = [0.0; LANES];
        // SAFETY: the caller promises `count` readable numbers.
        let head = unsafe { std::slice::from_raw_parts(from, count) };
        lanes[..count].copy_from_slice(head);
        Four(lanes)
    }

    #[inline(always)]
    unsafe fn store_head(self, to: *mut f32, count: usize, value: Four) {
        // SAFETY: the caller promises `count` writable numbers.
        let head = unsafe { std::slice::from_raw_parts_mut(to, count) };
        head.copy_from_slice(&value.0[..count]);
    }

    #[inline(always)]
    fn add(self, a: Four, b: Four) -> Four {
        pair(a, b, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, a: Four, b: Four) -> Four {
        pair(a, b, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, a: Four, b: Four) -> Four {
        pair(a, b, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, a: Four, b: Four) -> Four {
        pair(a, b, |a, b| a / b)
    }

    // `f32::mul_add` would be a slow library call on machines without the instruction
    #[inline(always)]
    fn mul_add(self, a: Four, b: Four, c: Four) -> Four {
        triple(a, b, c, |a, b, c| a * b + c)
    }

    #[inline(always)]
    fn neg_mul_add(self, a: Four, b: Four, c: Four) -> Four {
        triple(a, b, c, |a, b, c| c - a * b)
    }

    #[inline(always)]
    fn max(self, a: Four, b: Four) -> Four {
        pair(a, b, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn min(self, a: Four, b: Four) -> Four {
        pair(a, b, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    fn sqrt(self, a: Four) -> Four {
        each(a, f32::sqrt)
    }

    // adding 1.5 * 2^23 pushes the fraction out of the mantissa, rounding as the machine does
    #[inline(always)]
    fn round(self, a: Four) -> Four {
        const SHIFT: f32 = 12_582_912.0;
        each(a, |a| (a + SHIFT) - SHIFT)
    }

    // the whole number lands in the low mantissa bits, and a shift makes it the exponent
    #[inline(always)]
    fn exp2_whole(self, a: Four) -> Four {
        const SHIFT: f32 = 12_582_912.0 + 127.0;
        each(a, |a| f32::from_bits((a + SHIFT).to_bits() << 23))
    }

    #[inline(always)]
    fn copy_sign(self, a: Four, sign: Four) -> Four {
        pair(a, sign, f32::copysign)
    }

    #[inline(always)]
    fn gt(self, a: Four, b: Four) -> Answers {
        Answers(std::array::from_fn(|lane| a.0[lane] > b.0[lane]))
    }

    #[inline(always)]
    fn select(self, mask: Answers, yes: Four, no: Four) -> Four {
        Four(std::array::from_fn(|lane| if mask.0[lane] { yes.0[lane] } else { no.0[lane] }))
    }
}
