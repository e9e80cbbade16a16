// SPDX-License-Identifier: MIT OR Apache-2.0
//! The logarithm of the softmax over rows, exact where the softmax itself would round to zero.

use super::{each_row, exponentials, load_tail};
use crate::pointwise::{self, Pointwise};
use crate::rows::Vectors;
use crate::vector::{Kernel, Simd};
use crate::{Isa, check, math};

/// `y = x - ln sum e^x` for each row of `width` numbers.
///
/// # Panics
/// Where a slice does not have its length.
pub fn log_forward(width: usize, x: &[f32], y: &mut [f32]) {
    check::len("log-softmax, output", y.len(), x.len());
    let isa = Isa::active();
    each_row([width; 2], x, y, |_, x, y| isa.run(LogRow { x, y }));
}

/// `dx = dy - e^y * sum dy` for each row of `width` numbers.
///
/// # Panics
/// Where a slice does not have its length.
pub fn log_backward(width: usize, y: &[f32], dy: &[f32], dx: &mut [f32]) {
    check::len("log-softmax, output gradient", dy.len(), y.len());
    check::len("log-softmax, input gradient", dx.len(), y.len());
    let isa = Isa::active();
    each_row([width; 2], y, dx, |row, y, dx| {
        isa.run(LogBackRow { y, dy: &dy[row * width..][..width], dx });
    });
}

/// One row.
struct LogRow<'a> {
    x: &'a [f32],
    y: &'a mut [f32],
}

impl Kernel for LogRow<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let total = exponentials(simd, self.x, None);
        let log = total.total.ln() as f32;
        pointwise::pass(simd, Lowered { largest: total.largest, log }, [self.y], [self.x]);
    }
}

/// `x - largest - log`: the first difference loses nothing where both are large.
#[derive(Clone, Copy)]
struct Lowered {
    largest: f32,
    log: f32,
}

impl Pointwise<1, 1, 0> for Lowered {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([_], [x], []): Vectors<S::F, 1, 1, 0>) -> [S::F; 1] {
        [simd.sub(simd.sub(x, simd.splat(self.largest)), simd.splat(self.log))]
    }
}

/// One row of the gradient.
struct LogBackRow<'a> {
    y: &'a [f32],
    dy: &'a [f32],
    dx: &'a mut [f32],
}

impl Kernel for LogBackRow<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { y, dy, dx } = self;
        let vectors = dy.chunks_exact(S::LANES);
        let mut total = f64::from(simd.sum(load_tail(simd, vectors.remainder(), 0.0)));
        let mut sum = simd.splat(0.0);
        for (index, vector) in vectors.enumerate() {
            // SAFETY: the chunk is a whole vector.
            sum = simd.add(sum, unsafe { simd.load(vector.as_ptr()) });
            if index % 64 == 63 {
                total += f64::from(simd.sum(sum));
                sum = simd.splat(0.0);
            }
        }
        let total = (total + f64::from(simd.sum(sum))) as f32;
        pointwise::pass(simd, WithoutShare(total), [dx], [y, dy]);
    }
}

/// `dy - e^y * total`
#[derive(Clone, Copy)]
struct WithoutShare(f32);

impl Pointwise<1, 2, 0> for WithoutShare {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ([_], [y, dy], []): Vectors<S::F, 1, 2, 0>) -> [S::F; 1] {
        [simd.neg_mul_add(math::exp(simd, y), simd.splat(self.0), dy)]
    }
}
