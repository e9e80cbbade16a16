// SPDX-License-Identifier: MIT OR Apache-2.0
//! Pooling over one to three spatial axes, channels last: maximum, average, and over everything.
//!
//! Every row of the result is computed by one task: an output row forward, an input row backward,
//! where each position collects from the windows that cover it. The loops over channels are plain,
//! compiled for the instruction set in use.

mod average;
mod global;
mod global_max;
mod map;
mod max;

use crate::conv::{Axis, Conv};
pub use average::{average, average_backward};
pub use global::{global_average, global_average_backward};
pub use global_max::{global_max, global_max_backward};
use map::{Direction, Map};
pub use max::{max, max_backward, max_with_positions};

/// Shape of a pooling over `RANK` axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool<const RANK: usize> {
    /// Images in the batch.
    pub batch: usize,
    /// The spatial axes, slowest first; the kernel is the window.
    pub axes: [Axis; RANK],
    /// Channels of input and output.
    pub channels: usize,
}

impl<const RANK: usize> Pool<RANK> {
    /// Shape of the output's spatial axes.
    pub fn output(&self) -> [usize; RANK] {
        self.axes.map(|axis| axis.output())
    }

    /// Numbers in the input.
    pub fn input_len(&self) -> usize {
        self.as_conv().input_len()
    }

    /// Numbers in the output.
    pub fn output_len(&self) -> usize {
        self.as_conv().output_len()
    }

    fn as_conv(&self) -> Conv<RANK> {
        let Self { batch, axes, channels, .. } = *self;
        Conv { batch, axes, in_channels: channels, out_channels: channels, groups: 1 }
    }

    fn map(&self, direction: Direction) -> Map {
        self.axes.iter().for_each(Axis::assert_valid);
        Map::new(self.as_conv().in_space().axes, self.channels, direction)
    }
}

#[cfg(test)]
mod tests;
