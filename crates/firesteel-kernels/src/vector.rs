// SPDX-License-Identifier: MIT OR Apache-2.0
//! The small vector trait that every kernel is written over.
//!
//! A value of a [`Simd`] type is a token: it exists only where its instructions do, so its
//! arithmetic is safe to call. A [`Kernel`] is a computation written once; [`Simd::run`] compiles
//! it for one instruction set. Everything between `run` and an instruction must be
//! `#[inline(always)]`, or the instruction becomes a function call.

/// A computation that is compiled once for every instruction set.
pub(crate) trait Kernel {
    /// What the computation returns.
    type Output;

    /// Computes with the vectors of `simd`; implementations are `#[inline(always)]`.
    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

/// Vectors of `f32` and what can be done with them.
pub(crate) trait Simd: Copy + Send + Sync + 'static {
    /// A vector of [`Simd::LANES`] numbers.
    type F: Copy;
    /// A yes or no for each lane.
    type M: Copy;

    /// Numbers in a vector.
    const LANES: usize;
    /// Rows of the register tile (times two vectors) that fit in this set's registers.
    const TILE_ROWS: usize;

    /// Runs `kernel` in code compiled for this instruction set.
    fn run<K: Kernel>(self, kernel: K) -> K::Output;

    /// `value` in every lane.
    fn splat(self, value: f32) -> Self::F;

    /// Reads a vector.
    ///
    /// # Safety
    /// `from` points to at least `LANES` readable numbers.
    unsafe fn load(self, from: *const f32) -> Self::F;

    /// Writes a vector.
    ///
    /// # Safety
    /// `to` points to at least `LANES` writable numbers.
    unsafe fn store(self, to: *mut f32, value: Self::F);

    /// Reads the first `count` lanes, the rest being zero.
    ///
    /// # Safety
    /// `from` points to at least `count` readable numbers and `count <= LANES`.
    unsafe fn load_head(self, from: *const f32, count: usize) -> Self::F;

    /// Writes the first `count` lanes.
    ///
    /// # Safety
    /// `to` points to at least `count` writable numbers and `count <= LANES`.
    unsafe fn store_head(self, to: *mut f32, count: usize, value: Self::F);

    /// `a + b`.
    fn add(self, a: Self::F, b: Self::F) -> Self::F;
    /// `a - b`.
    fn sub(self, a: Self::F, b: Self::F) -> Self::F;
    /// `a * b`.
    fn mul(self, a: Self::F, b: Self::F) -> Self::F;
    /// `a / b`.
    fn div(self, a: Self::F, b: Self::F) -> Self::F;
    /// `a * b + c`, rounded once where the machine can.
    fn mul_add(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    /// `c - a * b`, rounded once where the machine can.
    fn neg_mul_add(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    /// `if a > b { a } else { b }`, hence `b` where either is NaN.
    fn max(self, a: Self::F, b: Self::F) -> Self::F;
    /// `if a < b { a } else { b }`, hence `b` where either is NaN.
    fn min(self, a: Self::F, b: Self::F) -> Self::F;
    /// The square root.
    fn sqrt(self, a: Self::F) -> Self::F;
    /// The nearest whole number, ties to even, for `|a| < 2^22`.
    fn round(self, a: Self::F) -> Self::F;
    /// `2^a` for whole `a` between -126 and 127; infinity for 128.
    fn exp2_whole(self, a: Self::F) -> Self::F;
    /// The magnitude of `a` with the sign of `sign`.
    fn copy_sign(self, a: Self::F, sign: Self::F) -> Self::F;
    /// Whether `a > b`; no where either is NaN.
    fn gt(self, a: Self::F, b: Self::F) -> Self::M;
    /// `yes` where `mask` holds, else `no`.
    fn select(self, mask: Self::M, yes: Self::F, no: Self::F) -> Self::F;

    /// The magnitude of `a`.
    #[inline(always)]
    fn abs(self, a: Self::F) -> Self::F {
        self.copy_sign(a, self.splat(0.0))
    }

    /// The lanes as an array, of which the first `LANES` count.
    #[inline(always)]
    fn lanes(self, a: Self::F) -> [f32; MAX_LANES] {
        let mut lanes = [0.0; MAX_LANES];
        // SAFETY: no instruction set has more than `MAX_LANES` lanes.
        unsafe { self.store(lanes.as_mut_ptr(), a) };
        lanes
    }

    /// The sum of the lanes, halves first.
    #[inline(always)]
    fn sum(self, a: Self::F) -> f32 {
        let mut lanes = self.lanes(a);
        let mut width = Self::LANES;
        while width > 1 {
            width /= 2;
            for lane in 0..width {
                lanes[lane] += lanes[lane + width];
            }
        }
        lanes[0]
    }

    /// The largest lane; NaN if any lane is.
    #[inline(always)]
    fn largest(self, a: Self::F) -> f32 {
        let lanes = self.lanes(a);
        let larger =
            |best: f32, &lane: &f32| if lane > best || lane.is_nan() { lane } else { best };
        lanes[1..Self::LANES].iter().fold(lanes[0], larger)
    }
}

/// Lanes of the widest instruction set.
pub(crate) const MAX_LANES: usize = 16;
