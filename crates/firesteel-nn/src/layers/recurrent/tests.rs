// SPDX-License-Identifier: MIT OR Apache-2.0
use firesteel_core::{Result, Seed, Shape};
use firesteel_tensor::{Device, Tensor};
use ndarray::Array1;

use crate::LayerRef;
use crate::layer::{CallCx, Start};
use crate::layers::decoder;
use crate::testing::{Case, Fixture, assert_close};

/// The distinct outputs of a layer of one unit in training, where all inputs and the first state are ones.
fn distinct(case: &Case) -> Result<Vec<f32>> {
    let class = case.json("class_name").as_str().unwrap();
    let layer = decoder(class)?(case.json("options").as_object().unwrap())?;
    let layer = LayerRef::boxed(layer);
    let n_samples = case.json("samples").as_u64().unwrap() as usize;
    let step: &[usize] = if class == "ConvLSTM2D" { &[1, 1, 1] } else { &[1] };
    let axes = |start: &[usize]| [start, step].concat();
    let filled = |value: f32, axes: &[usize]| Tensor::full(value, axes, &Device::cpu());
    let mut inputs = vec![filled(1.0, &axes(&[n_samples, 1]))?];
    for state in 0..case.json("states").as_u64().unwrap() {
        inputs.push(filled(if state == 0 { 1.0 } else { 0.0 }, &axes(&[n_samples]))?);
    }
    let shapes: Vec<Shape> = inputs.iter().map(|input| Shape::from(input.shape())).collect();
    layer.build(&shapes, &Start::Seed(Seed::new(1)), &Device::cpu())?;
    let outputs = layer.forward(&inputs, &CallCx::training(Seed::new(2)))?;
    let mut values: Vec<i64> =
        outputs[0].value.to_vec()?.iter().map(|value| (value * 1e5).round() as i64).collect();
    values.sort_unstable();
    values.dedup();
    Ok(values.into_iter().map(|value| value as f32 / 1e5).collect())
}

/// One mask gives two outputs; where the gates have masks of their own there are more.
#[test]
fn the_gates_share_their_dropout_as_in_keras() -> Result<()> {
    let fixture = Fixture::read("keras/layers/recurrent_dropout")?;
    assert_eq!(fixture.cases().len(), 12);
    for case in fixture.cases() {
        let ours = Array1::from(distinct(case)?).into_dyn();
        assert_close(case.name(), &ours, &case.array("distinct")?, 2e-5)?;
    }
    Ok(())
}
