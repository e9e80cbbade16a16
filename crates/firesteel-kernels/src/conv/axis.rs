// SPDX-License-Identifier: MIT OR Apache-2.0
//! One spatial axis of a convolution, and which source position each tap reads for a target.

use std::ops::Range;

/// One spatial axis of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Positions of the input.
    pub input: usize,
    /// Taps of the kernel.
    pub kernel: usize,
    /// Input positions from one output position to the next.
    pub stride: usize,
    /// Input positions from one tap to the next.
    pub dilation: usize,
    /// Zeros before the input.
    pub before: usize,
    /// Zeros after the input.
    pub after: usize,
}

impl Axis {
    /// An axis with stride and dilation 1 and no padding.
    pub fn new(input: usize, kernel: usize) -> Self {
        Self { input, kernel, stride: 1, dilation: 1, before: 0, after: 0 }
    }

    /// The same with so many zeros before and after the input.
    #[must_use]
    pub fn padding(self, before: usize, after: usize) -> Self {
        Self { before, after, ..self }
    }

    /// The same with another stride.
    #[must_use]
    pub fn stride(self, stride: usize) -> Self {
        Self { stride, ..self }
    }

    /// The same with another dilation.
    #[must_use]
    pub fn dilation(self, dilation: usize) -> Self {
        Self { dilation, ..self }
    }

    /// Positions of the output; none where the kernel does not fit.
    pub fn output(&self) -> usize {
        let wide = |number: usize| number as u128;
        let reach = wide(self.kernel - 1) * wide(self.dilation) + 1;
        let padded = wide(self.input) + wide(self.before) + wide(self.after);
        let count = padded.checked_sub(reach).map_or(0, |room| room / wide(self.stride) + 1);
        usize::try_from(count).unwrap_or(usize::MAX)
    }

    /// Whether output position `i` sees input position `i` alone.
    pub(crate) fn is_identity(&self) -> bool {
        self.kernel == 1 && self.stride == 1 && self.before == 0 && self.after == 0
    }

    pub(crate) fn assert_valid(&self) {
        let positive = self.kernel > 0 && self.stride > 0 && self.dilation > 0;
        assert!(positive, "kernel, stride and dilation are at least 1: {self:?}");
    }

    /// How outputs are gathered from inputs: `input = output * stride + tap * dilation - before`.
    pub(crate) fn forward(&self) -> Vec<Phase> {
        let empty = Phase::empty(0, 1, self.output(), self.stride);
        let taps = self.taps().map(|index| (index, self.place_of(index)));
        vec![empty.with_taps(taps, self.input)]
    }

    /// How inputs are gathered from outputs, with taps in reverse: positions that lie a multiple
    /// of the stride apart see the same taps, so there are as many phases as the stride is long.
    pub(crate) fn backward(&self) -> Vec<Phase> {
        let len = self.output();
        (0..self.stride.min(self.input)).map(|first| self.backward_phase(first, len)).collect()
    }

    fn backward_phase(&self, first: usize, len: usize) -> Phase {
        let stride = self.stride as i128;
        let tap = |index: usize| {
            let place = first as i128 - self.place_of(index);
            (place % stride == 0).then_some((index, place / stride))
        };
        let count = (self.input - first).div_ceil(self.stride);
        let taps = self.taps().rev().filter_map(tap);
        Phase::empty(first, self.stride, count, 1).with_taps(taps, len)
    }

    /// The taps from the first to the last that reads an input position for any output.
    fn taps(&self) -> Range<usize> {
        let walk = (self.output().max(1) - 1).saturating_mul(self.stride);
        let first = self.before.saturating_sub(walk).div_ceil(self.dilation);
        let end = self.input.saturating_add(self.before).div_ceil(self.dilation);
        first..end.min(self.kernel)
    }

    /// The input position that a tap reads for the first output, in numbers that hold any dilation.
    fn place_of(&self, tap: usize) -> i128 {
        tap as i128 * self.dilation as i128 - self.before as i128
    }
}

/// Target positions `first, first + step, ..` that see the same taps.
#[derive(Debug)]
pub(crate) struct Phase {
    pub(crate) first: usize,
    pub(crate) step: usize,
    pub(crate) count: usize,
    /// Source positions from one of these targets to the next.
    pub(crate) pace: usize,
    /// The taps through which any of these targets sees a source position.
    pub(crate) taps: Vec<Tap>,
}

impl Phase {
    fn empty(first: usize, step: usize, count: usize, pace: usize) -> Self {
        Self { first, step, count, pace, taps: Vec::new() }
    }

    /// The same with those of the taps, given with the source position that each reads for the
    /// first target, that read one of `len` positions for any target.
    fn with_taps(self, taps: impl Iterator<Item = (usize, i128)>, len: usize) -> Self {
        let seen = |(index, offset)| {
            let offset = self.reads(offset, len).then_some(offset)?;
            Some(Tap { index, offset: isize::try_from(offset).ok()? })
        };
        let taps = taps.filter_map(seen).collect();
        Self { taps, ..self }
    }

    /// Whether any target reads one of `len` positions where the first one reads `offset`.
    fn reads(&self, offset: i128, len: usize) -> bool {
        // the first target that does not read before the source
        let target = offset.min(0).unsigned_abs().div_ceil(self.pace as u128) as i128;
        target < self.count as i128 && offset + target * (self.pace as i128) < len as i128
    }
}

/// A kernel tap and the source position that it reads for the first target of its phase.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tap {
    pub(crate) index: usize,
    pub(crate) offset: isize,
}

impl Tap {
    /// The source position for target number `count` of the phase, if it is one of `len`.
    pub(crate) fn source(&self, count: usize, pace: usize, len: usize) -> Option<usize> {
        let place = self.offset + (count * pace) as isize;
        usize::try_from(place).ok().filter(|&place| place < len)
    }
}

/// The tap and source position pairs that `target` sees on an axis with source length `len`.
pub(crate) fn seen_by(
    phases: &[Phase],
    target: usize,
    len: usize,
) -> impl Iterator<Item = (usize, usize)> {
    let phase = &phases[target % phases.len()];
    let count = (target - phase.first) / phase.step;
    phase.taps.iter().filter_map(move |tap| Some((tap.index, tap.source(count, phase.pace, len)?)))
}
