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
    pub fn plan(
        self,
        length: usize,
        window: usize,
        stride: usize,
        dilation: usize,
    ) -> (usize, (usize, usize)) {
        let reach = (window - 1) * dilation + 1;
        match self {
            Self::Valid => ((length + stride).saturating_sub(reach) / stride, (0, 0)),
            Self::Same => {
                let output = length.div_ceil(stride);
                let total = ((output.max(1) - 1) * stride + reach).saturating_sub(length);
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
        let reach = (window - 1) * dilation + 1;
        // each window starts a stride after the one before; what the last one adds decides the rest
        let last = match (self, output_padding) {
            (Self::Same, None) => stride,
            (Self::Same, Some(more)) => reach % 2 + more,
            (_, None) => reach.max(stride),
            (_, Some(more)) => reach + more,
        };
        let cut = reach.saturating_sub(last);
        let output = length.checked_sub(1).map_or(0, |steps| steps * stride + last);
        (output, (cut / 2, cut - cut / 2))
    }
}
