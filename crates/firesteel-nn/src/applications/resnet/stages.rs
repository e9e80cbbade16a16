// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Stages`: how many residual blocks there are, and how wide.

use firesteel_core::{Result, err};

/// The four stages between the first pooling and the top.
pub(super) struct Stages {
    /// Channels inside the blocks of each stage; outside there are four times as many.
    pub(super) widths: [usize; 4],
    /// Blocks of each stage.
    pub(super) blocks: [usize; 4],
}

/// One residual block.
pub(super) struct Block {
    /// The number of its stage; the first is 2, as the layers before are stage 1.
    pub(super) stage: usize,
    /// Its index in the stage.
    pub(super) index: usize,
    /// Channels inside.
    pub(super) width: usize,
}

/// The number of the first stage of blocks.
const FIRST: usize = 2;

impl Stages {
    /// The stages of a network that has a name.
    ///
    /// # Errors
    /// `Unsupported` for any other depth.
    pub(super) fn of_depth(depth: usize) -> Result<Self> {
        let blocks = match depth {
            50 => [3, 4, 6, 3],
            101 => [3, 4, 23, 3],
            152 => [3, 8, 36, 3],
            _ => {
                return Err(err::unsupported(format!("a ResNet of depth {depth}"))
                    .fix("use ResNet50, ResNet101 or ResNet152"));
            }
        };
        Ok(Self { widths: [64, 128, 256, 512], blocks })
    }

    /// All blocks from the input to the output.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Block> {
        let stages = self.widths.into_iter().zip(self.blocks).enumerate();
        stages.flat_map(|(stage, (width, blocks))| {
            (0..blocks).map(move |index| Block { stage: stage + FIRST, index, width })
        })
    }
}

impl Block {
    /// Whether the shortcut is a convolution: the first block of a stage changes the number of channels.
    pub(super) fn projects(&self) -> bool {
        self.index == 0
    }

    /// The steps of the block: the first one of each stage but the first halves height and width.
    pub(super) fn strides(&self) -> usize {
        if self.index == 0 && self.stage > FIRST { 2 } else { 1 }
    }

    /// Channels outside.
    pub(super) fn width_outside(&self) -> usize {
        4 * self.width
    }
}
