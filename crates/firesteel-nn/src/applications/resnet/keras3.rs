// SPDX-License-Identifier: MIT OR Apache-2.0
//! The network as Keras 3 has it: `conv1_conv`, `conv2_block1_1_conv`, .., `predictions`.

use firesteel_core::Result;

use super::stages::{Block, Stages};
use crate::layers::{
    Activation, Add, BatchNormalization, Conv2D, Dense, GlobalAveragePooling2D, MaxPooling2D,
    ZeroPadding2D,
};
use crate::{Activation as Function, Callable as _, SymbolicTensor};

const EPSILON: f64 = 1.001e-5;

/// Everything up to the last residual block.
pub(super) fn body(images: &SymbolicTensor, stages: &Stages) -> Result<SymbolicTensor> {
    let x = ZeroPadding2D::new(3).name("conv1_pad").call(images)?;
    let x = convolved(&x, Conv2D::new(64, 7).strides(2), "conv1")?;
    let x = relu(&x, "conv1_relu")?;
    let x = ZeroPadding2D::new(1).name("pool1_pad").call(&x)?;
    let x = MaxPooling2D::new(3).strides(2).name("pool1_pool").call(&x)?;
    stages.blocks().try_fold(x, |x, block| residual(&x, &block))
}

/// The classifier.
pub(super) fn top(
    features: &SymbolicTensor,
    classes: usize,
    activation: &Function,
) -> Result<SymbolicTensor> {
    let x = GlobalAveragePooling2D::new().name("avg_pool").call(features)?;
    Dense::new(classes).activation(activation.clone()).name("predictions").call(&x)
}

fn residual(x: &SymbolicTensor, block: &Block) -> Result<SymbolicTensor> {
    let part = |part: &str| format!("conv{}_block{}_{part}", block.stage, block.index + 1);
    let (width, outside, strides) = (block.width, block.width_outside(), block.strides());
    let shortcut = match block.projects() {
        true => convolved(x, Conv2D::new(outside, 1).strides(strides), &part("0"))?,
        false => x.clone(),
    };
    let y = convolved(x, Conv2D::new(width, 1).strides(strides), &part("1"))?;
    let y = relu(&y, &part("1_relu"))?;
    let y = convolved(&y, Conv2D::new(width, 3).padding("same"), &part("2"))?;
    let y = relu(&y, &part("2_relu"))?;
    let y = convolved(&y, Conv2D::new(outside, 1), &part("3"))?;
    let sum = Add::new().name(part("add")).call([&shortcut, &y])?;
    relu(&sum, &part("out"))
}

/// A convolution and the normalisation of its result.
fn convolved(x: &SymbolicTensor, convolution: Conv2D, name: &str) -> Result<SymbolicTensor> {
    let x = convolution.name(format!("{name}_conv")).call(x)?;
    let normalized = BatchNormalization::new().axis(3).epsilon(EPSILON);
    normalized.name(format!("{name}_bn")).call(&x)
}

fn relu(x: &SymbolicTensor, name: &str) -> Result<SymbolicTensor> {
    Activation::new("relu").name(name).call(x)
}
