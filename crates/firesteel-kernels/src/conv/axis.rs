// SPDX-License-Identifier: MIT OR Apache-2.0
//! One spatial axis of a convolution, and which source position each tap reads for a target.

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
        let reach = (self.kernel - 1) * self.dilation + 1;
        let padded = self.input + self.before + self.after;
        padded.checked_sub(reach).map_or(0, |room| room / self.stride + 1)
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
        let offset = |tap| (tap * self.dilation) as isize - self.before as isize;
        let taps = (0..self.kernel).map(|index| Tap { index, offset: offset(index) }).collect();
        vec![Phase { first: 0, step: 1, count: self.output(), pace: self.stride, taps }]
    }

    /// How inputs are gathered from outputs, with taps in reverse: positions that lie a multiple
    /// of the stride apart see the same taps, so there are as many phases as the stride is long.
    pub(crate) fn backward(&self) -> Vec<Phase> {
        (0..self.stride.min(self.input)).map(|first| self.backward_phase(first)).collect()
    }

    fn backward_phase(&self, first: usize) -> Phase {
        let stride = self.stride as isize;
        let tap = |index: usize| {
            let place = (first + self.before) as isize - (index * self.dilation) as isize;
            (place % stride == 0).then_some(Tap { index, offset: place / stride })
        };
        let count = (self.input - first).div_ceil(self.stride);
        let taps = (0..self.kernel).rev().filter_map(tap).collect();
        Phase { first, step: self.stride, count, pace: 1, taps }
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
    pub(crate) taps: Vec<Tap>,
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
