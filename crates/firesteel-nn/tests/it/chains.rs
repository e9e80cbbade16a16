// SPDX-License-Identifier: MIT OR Apache-2.0
//! What runs as one in inference gives what the calls give one by one.

use firesteel_core::{Result, Seed};
use firesteel_nn::layers::{
    Activation, Add, BatchNormalization, Conv1D, Conv2D, DepthwiseConv2D, Input, ReLU,
    SeparableConv2D,
};
use firesteel_nn::testing::assert_close;
use firesteel_nn::{Arrays, Callable, LayerRef, Model, Predict, SymbolicTensor};
use ndarray::{ArrayD, IxDyn};

/// Twice what a sum is off by: short products, whose terms are larger, are rounded in two ways.
const TOLERANCE: f64 = 2e-5;

fn numbers(axes: &[usize], seed: u64) -> ArrayD<f32> {
    let mut rng = Seed::new(seed).rng();
    ArrayD::from_shape_simple_fn(IxDyn(axes), || rng.normal() as f32)
}

/// Gives every weight other values; variances are positive.
fn fill(model: &Model, seed: u64) -> Result<()> {
    model.count_params()?;
    for (number, weight) in model.weights().iter().enumerate() {
        let shape = weight.shape();
        let inputs: usize = shape[..shape.len() - 1].iter().product();
        let values = numbers(&shape, seed + number as u64);
        weight.assign(&match weight.name() {
            "moving_variance" => values.mapv(|value| 0.5 + value.abs()),
            "kernel" | "depthwise_kernel" | "pointwise_kernel" => values / (inputs as f32).sqrt(),
            _ => values * 0.4,
        })?;
    }
    Ok(())
}

/// The last of the tensors, alone and where all others are outputs too, which each call must then give by itself.
fn check(input: &SymbolicTensor, calls: &[SymbolicTensor], x: &ArrayD<f32>) -> Result<()> {
    let output = calls.last().unwrap();
    let (together, apart) = (Model::new(input, output)?, Model::new(input, calls)?);
    // the second time with other weights
    for seed in [1, 100] {
        fill(&together, seed)?;
        let got = together.predict(x, Predict::new().verbose(0))?;
        let expected = apart.predict_all(x, Predict::new().verbose(0))?.pop().unwrap();
        assert_close(&format!("{output:?}"), &got, &expected, TOLERANCE)?;
    }
    Ok(())
}

/// Layers one after the other.
fn check_in_a_row<const N: usize>(layers: [LayerRef; N], sample: &[usize]) -> Result<()> {
    let input = Input::new(sample.to_vec()).tensor();
    let mut calls: Vec<SymbolicTensor> = Vec::new();
    for layer in layers {
        calls.push(layer.call(calls.last().unwrap_or(&input))?);
    }
    check(&input, &calls, &numbers(&[&[4][..], sample].concat(), 7))
}

#[test]
fn convolutions_with_their_normalization() -> Result<()> {
    let normalization = || LayerRef::from(BatchNormalization::new());
    let relu = || LayerRef::from(Activation::new("relu"));
    let rectifier = || LayerRef::from(ReLU::new());
    let same = |conv: Conv2D| LayerRef::from(conv.padding("same"));
    let image = &[9, 8, 6];
    check_in_a_row([same(Conv2D::new(5, 3)), normalization(), relu()], image)?;
    check_in_a_row([same(Conv2D::new(40, 1).use_bias(false)), normalization()], image)?;
    check_in_a_row([same(Conv2D::new(4, (3, 2)).strides(2)), rectifier()], image)?;
    check_in_a_row([same(Conv2D::new(4, 3).groups(2)), normalization(), rectifier()], image)?;
    // as many channels and tiles as short products need
    check_in_a_row([same(Conv2D::new(30, 3)), normalization(), relu()], &[16, 16, 26])?;
    check_in_a_row([DepthwiseConv2D::new(3).into(), normalization(), rectifier()], image)?;
    let several = DepthwiseConv2D::new(3).depth_multiplier(2);
    check_in_a_row([several.into(), normalization(), relu()], image)?;
    check_in_a_row([SeparableConv2D::new(7, 3).into(), normalization(), relu()], image)?;
    let causal = Conv1D::new(5, 3).padding("causal");
    check_in_a_row([causal.into(), normalization(), Activation::new("tanh").into()], &[11, 3])
}

#[test]
fn normalizations_without_weights_and_other_functions() -> Result<()> {
    let conv = || LayerRef::from(Conv2D::new(5, 3));
    let image = &[9, 8, 6];
    let plain = BatchNormalization::new().center(false).scale(false).epsilon(0.1);
    check_in_a_row([conv(), plain.into(), Activation::new("gelu").into()], image)?;
    let centered = BatchNormalization::new().scale(false);
    check_in_a_row([conv(), centered.into(), Activation::new("softmax").into()], image)?;
    let of_rows = BatchNormalization::new().axis(1);
    check_in_a_row([conv(), of_rows.into(), Activation::new("relu").into()], image)?;
    let activated = Conv2D::new(5, 3).activation("relu");
    check_in_a_row([activated.into(), BatchNormalization::new().into()], image)
}

/// Two blocks whose input goes around them, one of them of several inputs and axes of length one.
#[test]
fn sums_with_their_activation() -> Result<()> {
    let input = Input::new([8, 8, 6]).tensor();
    let conv = |x: &SymbolicTensor| Conv2D::new(6, 3).padding("same").call(x);
    let convolved = conv(&input)?;
    let normalized = BatchNormalization::new().call(&convolved)?;
    let sum = Add::new().call([&input, &normalized])?;
    let first = Activation::new("relu").call(&sum)?;
    let again = conv(&first)?;
    let narrow = Conv2D::new(1, 1).call(&first)?;
    let wider = Add::new().call([&first, &again, &narrow])?;
    let second = ReLU::new().call(&wider)?;
    let calls = [convolved, normalized, sum, first, again, narrow, wider, second];
    check(&input, &calls, &numbers(&[3, 8, 8, 6], 3))
}

/// Two inputs through the same layers.
#[test]
fn shared_layers() -> Result<()> {
    let (a, b) = (Input::new([7, 7, 4]).tensor(), Input::new([7, 7, 4]).tensor());
    let convolution = LayerRef::new(Conv2D::new(4, 3));
    let normalization = LayerRef::new(BatchNormalization::new());
    let mut convolved = Vec::new();
    let mut normalized = Vec::new();
    for x in [&a, &b] {
        let y = convolution.clone().call(x)?;
        normalized.push(normalization.clone().call(&y)?);
        convolved.push(y);
    }
    let sum = Add::new().call(&normalized)?;
    let together = Model::new([&a, &b], &sum)?;
    let apart = Model::new([&a, &b], [&convolved[0], &convolved[1], &sum])?;
    fill(&together, 5)?;
    let (x, y) = (numbers(&[2, 7, 7, 4], 1), numbers(&[2, 7, 7, 4], 2));
    let got = together.predict(Arrays::from([&x, &y]), Predict::new().verbose(0))?;
    let expected = apart.predict_all(Arrays::from([&x, &y]), Predict::new().verbose(0))?;
    assert_close("shared", &got, &expected[2], TOLERANCE)
}
