// SPDX-License-Identifier: MIT OR Apache-2.0
//! The network that early Keras 2 called `ResNet50`, whose weights were published as release 0.2:
//! `conv1`, `res2a_branch2a`, .., `fc1000`.

use firesteel_core::Result;

use super::stages::{Block, Stages};
use crate::layers::{
    Activation, Add, AveragePooling2D, BatchNormalization, Conv2D, Dense, Flatten, MaxPooling2D,
    ZeroPadding2D,
};
use crate::{Activation as Function, Callable as _, SymbolicTensor};

/// The blocks of a stage are lettered.
const LETTERS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// Everything up to the last residual block.
pub(super) fn body(images: &SymbolicTensor, stages: &Stages) -> Result<SymbolicTensor> {
    let x = ZeroPadding2D::new(3).call(images)?;
    let x = Conv2D::new(64, 7).strides(2).name("conv1").call(&x)?;
    let x = relu(&normalized(&x, "bn_conv1")?)?;
    let x = MaxPooling2D::new(3).strides(2).call(&x)?;
    stages.blocks().try_fold(x, |x, block| residual(&x, &block))
}

/// The classifier.
pub(super) fn top(
    features: &SymbolicTensor,
    classes: usize,
    activation: &Function,
) -> Result<SymbolicTensor> {
    let x = AveragePooling2D::new(7).name("avg_pool").call(features)?;
    let x = Flatten::new().call(&x)?;
    Dense::new(classes).activation(activation.clone()).name("fc1000").call(&x)
}

fn residual(x: &SymbolicTensor, block: &Block) -> Result<SymbolicTensor> {
    let convolved = |x: &SymbolicTensor, convolution: Conv2D, branch: &str| {
        let letter = LETTERS.get(block.index).copied().unwrap_or_default();
        let branch = format!("{}{letter}_branch{branch}", block.stage);
        let x = convolution.name(format!("res{branch}")).call(x)?;
        normalized(&x, &format!("bn{branch}"))
    };
    let (width, outside, strides) = (block.width, block.width_outside(), block.strides());
    let y = relu(&convolved(x, Conv2D::new(width, 1).strides(strides), "2a")?)?;
    let y = relu(&convolved(&y, Conv2D::new(width, 3).padding("same"), "2b")?)?;
    let y = convolved(&y, Conv2D::new(outside, 1), "2c")?;
    let shortcut = match block.projects() {
        true => convolved(x, Conv2D::new(outside, 1).strides(strides), "1")?,
        false => x.clone(),
    };
    relu(&Add::new().call([&y, &shortcut])?)
}

fn normalized(x: &SymbolicTensor, name: &str) -> Result<SymbolicTensor> {
    BatchNormalization::new().axis(3).name(name).call(x)
}

fn relu(x: &SymbolicTensor) -> Result<SymbolicTensor> {
    Activation::new("relu").call(x)
}
