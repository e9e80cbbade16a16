// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Padding`: how a window meets the border of an image, and the lengths that follow from it.

/// How a window meets the border of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// The window stays inside.
    Valid,
    /// Zeros around the image, so that with stride one the size stays; an odd rest goes to the end.
    Same,
    /// Zeros before the image alone, so that no output sees what comes after it.
    Causal,
}

impl Padding {
    /// The output length of one axis and the widths before and after it.
    ///
    /// No numbers overflow, but the widths mean nothing for a window that reaches over more than `isize::MAX`
    /// positions.
    pub fn plan(
        self,
        length: usize,
        window: usize,
        stride: usize,
        dilation: usize,
    ) -> (usize, (usize, usize)) {
        let reach = reach(window, dilation);
        match self {
            Self::Valid => (length.checked_sub(reach).map_or(0, |room| room / stride + 1), (0, 0)),
            Self::Same => {
                let output = length.div_ceil(stride);
                let last = (output.max(1) - 1) * stride;
                let total = last.saturating_add(reach).saturating_sub(length);
                (output, (total / 2, total - total / 2))
            }
            Self::Causal => (length.div_ceil(stride), (reach - 1, 0)),
        }
    }

    /// The output length of one axis of a transposed convolution, and the widths before and after it of the
    /// convolution that leads back to the input.
    ///
    /// `output_padding` counts the positions of the output behind those that the padding alone would give; when
    /// absent, as many as Keras chooses: with `Same` the output is `stride` times as long as the input. Causal
    /// padding has no transposed form and counts as `Valid`.
    pub fn plan_transposed(
        self,
        length: usize,
        window: usize,
        stride: usize,
        dilation: usize,
        output_padding: Option<usize>,
    ) -> (usize, (usize, usize)) {
        let reach = reach(window, dilation);
        // each window starts a stride after the one before; what the last one adds decides the rest
        let last = match (self, output_padding) {
            (Self::Same, None) => stride,
            (Self::Same, Some(more)) => (reach % 2).saturating_add(more),
            (_, None) => reach.max(stride),
            (_, Some(more)) => reach.saturating_add(more),
        };
        let cut = reach.saturating_sub(last);
        let output = |steps: usize| steps.saturating_mul(stride).saturating_add(last);
        let output = length.checked_sub(1).map_or(0, output);
        (output, (cut / 2, cut - cut / 2))
    }
}

/// Positions from the first tap of a window to the last one, both included; the largest number where they are more.
fn reach(window: usize, dilation: usize) -> usize {
    (window - 1).saturating_mul(dilation).saturating_add(1)
}
