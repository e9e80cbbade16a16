// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Dropout`.

use firesteel_core::{Result, Seed, json};
use firesteel_nn::layers::Dropout;
use firesteel_nn::testing::{Case, Fixture, FixtureCheck, check_layer, check_options, refusal};
use firesteel_nn::{CallCx, Layer, Weights};
use firesteel_tensor::{Device, Tensor};
use ndarray::{ArrayD, Axis};

const STATISTICS: [&str; 4] = ["quarter", "most", "shared_over_time", "shared_over_batch"];

#[test]
fn conforms() -> Result<()> {
    check_layer(Dropout::new(0.4), [2, 6])?;
    check_layer(Dropout::new(0.4).noise_shape([None, Some(1), Some(5)]).seed(3), [2, 4, 5])
}

#[test]
fn matches_keras_where_nothing_is_dropped() -> Result<()> {
    STATISTICS.iter().fold(FixtureCheck::new("dropout")?, |check, case| check.without(case)).check()
}

/// Which inputs are dropped differs from Keras, how many and what becomes of the others does not.
#[test]
fn drops_as_many_as_keras() -> Result<()> {
    let fixture = Fixture::read("keras/layers/dropout")?;
    STATISTICS.iter().try_for_each(|name| drops_as_many(fixture.case(name)?))
}

fn drops_as_many(case: &Case) -> Result<()> {
    let shape: Vec<usize> = case.shapes("input_shapes")[0].iter().copied().flatten().collect();
    let mut config = case.json("config").as_object().unwrap().clone();
    config.retain(|key, _| !["name", "trainable", "dtype"].contains(&key.as_str()));
    let ones = Tensor::full(1.0, &shape, &Device::cpu())?;
    let y = train(&Dropout::from_config(&config)?, &ones, 0)?;
    let statistics = case.json("statistics");
    let share = y.iter().filter(|value| **value == 0.0).count() as f64 / y.len() as f64;
    let expected = statistics["dropped_share"].as_f64().unwrap();
    assert!((share - expected).abs() < 0.01, "{}: {share} of {expected}", case.name());
    let kept = statistics["distinct_values"][1].as_f64().unwrap();
    assert!(y.iter().all(|&value| value == 0.0 || (f64::from(value) - kept).abs() < 1e-5));
    if let Some(axis) = statistics["shared_axis"].as_u64() {
        let mut parts = y.axis_iter(Axis(axis as usize));
        let first = parts.next().unwrap();
        assert!(parts.all(|part| part == first), "{}", case.name());
    }
    Ok(())
}

fn train(layer: &Dropout, x: &Tensor, step: u64) -> Result<ArrayD<f32>> {
    let cx = CallCx::training(Seed::new(step)).at_step(step);
    layer.forward(&Weights::default(), x, &cx)?.to_array()
}

#[test]
fn options_have_effect() -> Result<()> {
    let values = [("rate", json!(0.6)), ("noise_shape", json!([null, 1])), ("seed", json!(5))];
    check_options(Dropout::new(0.3), [4, 9], values)
}

#[test]
fn a_seed_gives_the_same_masks_and_another_one_each_step() -> Result<()> {
    let ones = Tensor::full(1.0, &[10, 10], &Device::cpu())?;
    let dropout = Dropout::new(0.5).seed(9);
    assert_eq!(train(&dropout, &ones, 1)?, train(&Dropout::new(0.5).seed(9), &ones, 1)?);
    assert_ne!(train(&dropout, &ones, 1)?, train(&dropout, &ones, 2)?);
    Ok(())
}

#[test]
fn drops_everything_at_a_rate_of_one() -> Result<()> {
    let ones = Tensor::full(1.0, &[3, 5], &Device::cpu())?;
    assert!(train(&Dropout::new(1.0), &ones, 1)?.iter().all(|&value| value == 0.0));
    Ok(())
}

#[test]
fn rejects_what_cannot_be() -> Result<()> {
    let error = refusal(Dropout::new(1.5), [2, 3])?;
    assert!(error.is_invalid_argument() && error.to_string().contains("`rate`"), "{error}");
    let error = refusal(Dropout::new(0.5).noise_shape([2, 2]), [2, 3])?;
    assert!(error.is_invalid_argument() && error.to_string().contains("`noise_shape`"), "{error}");
    Ok(())
}
