// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Conv2D`.

use firesteel_core::{Result, Seed, json};
use firesteel_nn::layers::{Conv2D, Input};
use firesteel_nn::testing::{assert_close, check_layer, check_options, refusal};
use firesteel_nn::{Callable, LayerRef, Model, Predict};
use ndarray::{ArrayD, Axis, IxDyn, Slice};

use super::convolution;

#[test]
fn conforms() -> Result<()> {
    check_layer(Conv2D::new(4, (3, 2)).activation("tanh"), [2, 5, 6, 3])?;
    check_layer(Conv2D::new(4, 3).padding("SAME").strides(2).groups(2), [2, 5, 6, 2])?;
    check_layer(Conv2D::new(2, [2, 2]).dilation_rate((1, 2)).use_bias(false), [2, 4, 6, 1])
}

#[test]
fn matches_keras() -> Result<()> {
    convolution::matches_keras("conv2d", &["channels_first_valid", "channels_first_same"])
}

#[test]
fn options_have_effect() -> Result<()> {
    let values = [
        ("filters", json!(6)),
        ("kernel_size", json!([2, 3])),
        ("strides", json!([1, 2])),
        ("dilation_rate", json!([2, 1])),
        ("groups", json!(2)),
    ];
    check_options(Conv2D::new(4, 3), [2, 6, 7, 4], values)
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    let bad = [
        ("filters", json!({"filters": 0})),
        ("kernel_size", json!({"kernel_size": [3, 0]})),
        ("groups", json!({"filters": 6, "groups": 3})),
        ("groups", json!({"filters": 3, "groups": 2})),
        ("dilation_rate", json!({"strides": 2, "dilation_rate": 2})),
    ];
    convolution::refuses(|| Conv2D::new(4, 3), &[2, 6, 7, 4], &bad)?;
    assert!(refusal(Conv2D::new(4, 7), [2, 6, 7, 4])?.is_shape());
    Ok(())
}

/// Of taps that lie further apart than the image is wide only the middle ones see it, the others the border alone.
#[test]
fn taps_far_apart_see_nothing() -> Result<()> {
    let far = || Conv2D::new(4, 3).dilation_rate([1, 1_usize << 31]).padding("same");
    check_layer(far(), [2, 4, 5, 3])?;
    let numbers = |axes: &[usize], seed| {
        let mut rng = Seed::new(seed).rng();
        ArrayD::from_shape_simple_fn(IxDyn(axes), || rng.normal() as f32)
    };
    let (x, bias) = (numbers(&[2, 8, 8, 4], 1), numbers(&[4], 2));
    let predict = |layer: Conv2D, kernel: &ArrayD<f32>| -> Result<ArrayD<f32>> {
        let input = Input::new([8, 8, 4]).tensor();
        let model = Model::new(&input, &LayerRef::from(layer).call(&input)?)?;
        model.count_params()?;
        model.weights()[0].assign(kernel)?;
        model.weights()[1].assign(&bias)?;
        model.predict(&x, Predict::new().verbose(0))
    };
    let kernel = numbers(&[3, 3, 4, 4], 3);
    let middle = kernel.slice_axis(Axis(1), Slice::from(1..2)).to_owned();
    let got = predict(far(), &kernel)?;
    let expected = predict(Conv2D::new(4, (3, 1)).padding("same"), &middle)?;
    assert_close("far apart", &got, &expected, 1e-6)
}
