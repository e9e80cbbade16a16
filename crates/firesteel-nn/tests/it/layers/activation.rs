// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Activation`.

use firesteel_core::{Error, Result, json};
use firesteel_nn::layers::Activation;
use firesteel_nn::testing::{
    Case, Fixture, FixtureCheck, assert_close, check_layer, check_options, refusal,
};
use firesteel_tensor::{Device, Tensor, gradients, ops};
use ndarray::ArrayD;

#[test]
fn conforms() -> Result<()> {
    for name in firesteel_nn::Activation::names() {
        check_layer(Activation::new(name), [2, 3, 4])?;
    }
    Ok(())
}

#[test]
fn matches_keras() -> Result<()> {
    let mut check = FixtureCheck::new("activation")?;
    // `glu` halves an axis, and Keras' `sparsemax` is not the function of that name
    for (name, cases) in [
        ("glu", &["glu", "glu_rank4", "glu_special"][..]),
        ("sparsemax", &["sparsemax", "sparsemax_rank4", "sparsemax_special", "sparsemax_shifted"]),
    ] {
        check = cases.iter().fold(check, |check, case| check.refuses(case, name));
    }
    check.check()
}

/// The function of a case, with its argument. There is none along another axis than the last, and the layer `ReLU` has
/// the arguments of `relu`.
fn with_argument(case: &Case) -> Option<ops::Activation> {
    let number = |name: &str| case.json("arguments")[name].as_f64().unwrap() as f32;
    Some(match case.json("function").as_str()? {
        "celu" => ops::Activation::Celu(number("alpha")),
        "elu" => ops::Activation::Elu(number("alpha")),
        "gelu" if case.json("arguments")["approximate"] == true => ops::Activation::GeluTanh,
        "gelu" => ops::Activation::Gelu,
        "hard_shrink" => ops::Activation::HardShrink(number("threshold")),
        "leaky_relu" => ops::Activation::LeakyRelu(number("negative_slope")),
        "soft_shrink" => ops::Activation::SoftShrink(number("threshold")),
        "squareplus" => ops::Activation::Squareplus(number("b")),
        _ => return None,
    })
}

#[test]
fn functions_with_arguments_match_keras() -> Result<()> {
    let fixture = Fixture::read("keras/layers/activation_functions")?;
    let first = |case: &Case, name: &str| Ok::<_, Error>(case.arrays(name)?.swap_remove(0));
    let tensor = |array: &ArrayD<f32>| {
        Tensor::from_vec(array.iter().copied().collect(), array.shape(), &Device::cpu())
    };
    let mut count = 0;
    for case in fixture.cases() {
        let Some(function) = with_argument(case) else { continue };
        let x = tensor(&first(case, "inputs")?)?.tracked();
        let y = ops::activate(&x, function)?;
        assert_close(case.name(), &y.to_array()?, &first(case, "outputs")?, 1e-6)?;
        let total = ops::sum_all(&ops::multiply(&y, &tensor(&first(case, "cotangents")?)?)?)?;
        let gradient = gradients(&total)?.take(&x).unwrap().to_array()?;
        assert_close(case.name(), &gradient, &first(case, "grad_inputs")?, 1e-5)?;
        count += 1;
    }
    assert_eq!(count, 8);
    Ok(())
}

#[test]
fn options_have_effect() -> Result<()> {
    check_options(Activation::new("relu"), [2, 3], [("activation", json!("elu"))])
}

#[test]
fn rejects_unknown_names() -> Result<()> {
    let error = refusal(Activation::new("tahn"), [2, 3])?;
    assert!(error.is_unknown_name() && error.to_string().contains("`tanh`"), "{error}");
    Ok(())
}
