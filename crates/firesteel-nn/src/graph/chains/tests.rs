// SPDX-License-Identifier: MIT OR Apache-2.0
use firesteel_core::{Result, Seed};
use firesteel_tensor::{Device, Tensor};

use crate::layer::CallCx;
use crate::layers::{Activation, Add, BatchNormalization, Conv2D, Input, ReLU, SeparableConv2D};
use crate::{Callable, LayerRef, Model, Regularizer, SymbolicTensor};

fn image() -> SymbolicTensor {
    Input::new([6, 6, 3]).tensor()
}

fn conv() -> Conv2D {
    Conv2D::new(3, 3).padding("same")
}

/// The classes of each chain.
fn found(model: &Model) -> Result<Vec<String>> {
    let graph = model.graph()?;
    let class = |index: usize| graph.nodes[index].layer.class_name();
    let text = |(first, chain): (usize, &Vec<super::Follower>)| {
        let followers = chain.iter().map(|follower| class(follower.index));
        std::iter::once(class(first)).chain(followers).collect::<Vec<_>>().join(" ")
    };
    let chains = graph.chains.iter().enumerate().filter(|(_, chain)| !chain.is_empty());
    Ok(chains.map(text).collect())
}

/// The chains of layers one after the other.
fn found_in<const N: usize>(layers: [LayerRef; N]) -> Result<Vec<String>> {
    let input = image();
    let output = layers.into_iter().try_fold(input.clone(), |x, layer| layer.call(&x))?;
    found(&Model::new(&input, &output)?)
}

#[test]
fn convolutions_and_sums_take_along_what_follows() -> Result<()> {
    let input = image();
    let x = BatchNormalization::new().call(&conv().call(&input)?)?;
    let x = Activation::new("relu").call(&x)?;
    let x = BatchNormalization::new().call(&conv().call(&x)?)?;
    let x = Activation::new("relu").call(&Add::new().call([&input, &x])?)?;
    let expected =
        ["Conv2D BatchNormalization Activation", "Conv2D BatchNormalization", "Add Activation"];
    assert_eq!(found(&Model::new(&input, &x)?)?, expected);
    let separable = SeparableConv2D::new(4, 3);
    let chain = found_in([separable.into(), BatchNormalization::new().into(), ReLU::new().into()])?;
    assert_eq!(chain, ["SeparableConv2D BatchNormalization ReLU"]);
    Ok(())
}

#[test]
fn what_is_out_of_reach_stays_a_call_of_its_own() -> Result<()> {
    let normalization = || LayerRef::from(BatchNormalization::new());
    let relu = || LayerRef::from(Activation::new("relu"));
    // the order is the other one
    assert_eq!(found_in([conv().into(), relu(), normalization()])?, ["Conv2D Activation"]);
    assert_eq!(found_in([conv().into(), relu(), relu()])?, ["Conv2D Activation"]);
    // something of the convolution's own comes before
    assert!(found_in([conv().activation("relu").into(), normalization()])?.is_empty());
    let penalized = conv().activity_regularizer(Regularizer::from("l2"));
    assert!(found_in([penalized.into(), normalization()])?.is_empty());
    // not the channels, not the plain rectifier
    let of_rows = BatchNormalization::new().axis(1);
    assert!(found_in([conv().into(), of_rows.into()])?.is_empty());
    assert!(found_in([conv().into(), ReLU::new().max_value(6.0).into()])?.is_empty());
    Ok(())
}

#[test]
fn what_somebody_else_wants_is_computed() -> Result<()> {
    let input = image();
    let convolved = conv().call(&input)?;
    let normalized = BatchNormalization::new().call(&convolved)?;
    let output = Activation::new("relu").call(&normalized)?;
    let of = |inputs: &SymbolicTensor, outputs: [&SymbolicTensor; 2]| {
        found(&Model::new(inputs, outputs)?)
    };
    assert_eq!(of(&input, [&normalized, &output])?, ["Conv2D BatchNormalization"]);
    assert!(of(&input, [&convolved, &output])?.is_empty());
    // read twice
    let sum = Add::new().call([&convolved, &output])?;
    assert!(found(&Model::new(&input, &sum)?)?.is_empty());
    // the model starts behind the convolution
    assert!(found(&Model::new(&convolved, &output)?)?.is_empty());
    assert_eq!(found(&Model::new(&input, &output)?)?.len(), 1);
    Ok(())
}

/// Calls count, not layers.
#[test]
fn shared_layers_are_part_of_several_chains() -> Result<()> {
    let (a, b) = (image(), image());
    let convolution = LayerRef::new(conv());
    let normalization = LayerRef::new(BatchNormalization::new());
    let branch = |x: &SymbolicTensor| normalization.clone().call(&convolution.clone().call(x)?);
    let model = Model::new([&a, &b], &Add::new().call([&branch(&a)?, &branch(&b)?])?)?;
    assert_eq!(found(&model)?, ["Conv2D BatchNormalization"; 2]);
    Ok(())
}

#[test]
fn training_and_masks_take_every_call_by_itself() -> Result<()> {
    let input = image();
    let output = BatchNormalization::new().call(&conv().call(&input)?)?;
    let model = Model::new(&input, &output)?;
    let graph = model.graph()?;
    let first = graph.chains.iter().position(|chain| !chain.is_empty()).unwrap();
    let length = |cx: &CallCx| graph.chain(first, cx).len();
    let mask = Tensor::full(1.0, &[1, 6], &Device::cpu())?;
    assert_eq!(length(&CallCx::inference()), 1);
    assert_eq!(length(&CallCx::inference().with_masks(vec![None])), 1);
    assert_eq!(length(&CallCx::inference().with_masks(vec![Some(mask)])), 0);
    assert_eq!(length(&CallCx::training(Seed::new(1))), 0);
    Ok(())
}
