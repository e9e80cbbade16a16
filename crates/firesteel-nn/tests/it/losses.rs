// SPDX-License-Identifier: MIT OR Apache-2.0
//! The losses: real Keras' values and derivatives, effects and refusals.

use firesteel_core::{Json, Result, Seed, err, json};
use firesteel_nn::losses::{
    AnyLoss, BinaryCrossentropy, CategoricalCrossentropy, Loss, MeanAbsoluteError,
    MeanSquaredError, SparseCategoricalCrossentropy, binary_crossentropy, categorical_crossentropy,
    mae, mse, reduce, sparse_categorical_crossentropy,
};
use firesteel_nn::testing::{Case, Fixture, assert_close};
use firesteel_tensor::{Device, Tensor, gradients, ops};
use ndarray::ArrayD;

fn tensor(array: &ArrayD<f32>) -> Result<Tensor> {
    // a number without axes is one element
    let shape = if array.ndim() == 0 { vec![1] } else { array.shape().to_vec() };
    Tensor::from_vec(array.iter().copied().collect(), &shape, &Device::cpu())
}

/// The loss of a case, from what its constructor was given.
fn loss<L: Loss + Clone>(plain: &L, case: &Case) -> Result<L> {
    let mut arguments = case.json("arguments").as_object().cloned().unwrap_or_default();
    arguments.remove("name");
    // what Keras does not write to files either
    if case.json("class_name") == "SparseCategoricalCrossentropy" && arguments["axis"] == -1 {
        arguments.remove("axis");
    }
    let mut loss = plain.clone();
    loss.set_all(&arguments)?;
    loss.validate()?;
    Ok(loss)
}

/// The value, and its derivative by the prediction when the case has one.
fn computed<L: Loss + Clone>(plain: &L, case: &Case) -> Result<(ArrayD<f32>, Option<ArrayD<f32>>)> {
    let weight = match case.has("sample_weight") {
        true => Some(tensor(&case.array("sample_weight")?)?),
        false => None,
    };
    let y_pred = tensor(&case.array("y_pred")?)?.tracked();
    let value = loss(plain, case)?.compute(&case.array("y_true")?, &y_pred, weight.as_ref())?;
    if !case.has("grad_y_pred") {
        return Ok((value.to_array()?, None));
    }
    let cotangent = tensor(&case.array("cotangent")?)?;
    let cotangent = ops::reshape(&cotangent, value.shape())?;
    let total = ops::sum_all(&ops::multiply(&value, &cotangent)?)?;
    let gradient = gradients(&total)?.take(&y_pred).map(|gradient| gradient.to_array());
    Ok((value.to_array()?, gradient.transpose()?))
}

/// At a probability exactly on the bound of clipping the derivative is whole here, as with TensorFlow, and halved in
/// the fixtures, which are of jax.
fn double_at_the_bound(gradient: &mut ArrayD<f32>, y_pred: &ArrayD<f32>) {
    for (gradient, p) in gradient.iter_mut().zip(y_pred) {
        if *p == 1e-7 || *p == 1.0 - 1e-7 {
            *gradient *= 2.0;
        }
    }
}

fn check<L: Loss + Clone>(plain: &L, case: &Case) -> Result<()> {
    if case.json("refused") == true {
        return check_refused(case, computed(plain, case));
    }
    let at = |error: firesteel_core::Error| error.at(case.name().to_owned());
    let (value, gradient) = computed(plain, case).map_err(at)?;
    let expected = case.array("value")?;
    let value = if expected.ndim() == 0 { value.sum_axis(ndarray::Axis(0)) } else { value };
    assert_close("value", &value, &expected, 1e-6).map_err(at)?;
    if let Some(gradient) = gradient {
        let mut expected = case.array("grad_y_pred")?;
        if case.json("saturated") == true && plain.type_name() == "BinaryCrossentropy" {
            double_at_the_bound(&mut expected, &case.array("y_pred")?);
        }
        assert_close("gradient", &gradient, &expected, 1e-5).map_err(at)?;
    }
    Ok(())
}

/// What Keras refuses is refused here for the same reason: weights, or targets, of another shape. An `axis` of classes
/// that Keras takes and then cannot compute with is no option here.
fn check_refused<T>(case: &Case, given: Result<T>) -> Result<()> {
    let reason = if case.json("arguments")["axis"] == 1 {
        "SparseCategoricalCrossentropy: unknown option `axis`"
    } else if case.has("sample_weight") {
        "sample_weight: one weight for each value is needed"
    } else {
        "SparseCategoricalCrossentropy: the target does not fit"
    };
    match given {
        Err(error) if error.to_string().starts_with(reason) => Ok(()),
        Err(error) => Err(error.at(format!("{}: not `{reason}`", case.name()))),
        Ok(_) => Err(err::internal(format!("{} is computed", case.name()))),
    }
}

/// All cases of a file; says how many there were, so that an empty file does not pass.
fn check_all<L: Loss + Clone>(plain: &L, file: &str, count: usize) -> Result<()> {
    let fixture = Fixture::read(&format!("keras/losses/{file}"))?;
    let failures: Vec<String> = fixture
        .cases()
        .iter()
        .filter_map(|case| check(plain, case).err().map(|error| error.to_string()))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(fixture.cases().len(), count);
    Ok(())
}

#[test]
fn mean_squared_error_matches_keras() -> Result<()> {
    check_all(&MeanSquaredError::new(), "mean_squared_error", 42)
}

#[test]
fn mean_absolute_error_matches_keras() -> Result<()> {
    check_all(&MeanAbsoluteError::new(), "mean_absolute_error", 42)
}

#[test]
fn binary_crossentropy_matches_keras() -> Result<()> {
    check_all(&BinaryCrossentropy::new(), "binary_crossentropy", 90)
}

#[test]
fn categorical_crossentropy_matches_keras() -> Result<()> {
    check_all(&CategoricalCrossentropy::new(), "categorical_crossentropy", 84)
}

#[test]
fn sparse_categorical_crossentropy_matches_keras() -> Result<()> {
    check_all(&SparseCategoricalCrossentropy::new(), "sparse_categorical_crossentropy", 126)
}

/// Labels that are no class have no loss and no gradient, but `compute` refuses them.
#[test]
fn labels_outside_of_the_classes_match_keras() -> Result<()> {
    let fixture = Fixture::read("keras/losses/labels_outside")?;
    assert_eq!(fixture.cases().len(), 20);
    for case in fixture.cases() {
        let at = |error: firesteel_core::Error| error.at(case.name().to_owned());
        let loss = loss(&SparseCategoricalCrossentropy::new(), case)?;
        let loss: &dyn Loss = &loss;
        let labels = case.array("y_true")?;
        let y_pred = tensor(&case.array("y_pred")?)?.tracked();
        let y_true = tensor(&labels)?;
        let value = reduce(&loss.values(&y_true, &y_pred)?, None, loss.reduction())?;
        let expected = case.array("value")?;
        let reduced = value.to_array()?;
        let reduced =
            if expected.ndim() == 0 { reduced.sum_axis(ndarray::Axis(0)) } else { reduced };
        assert_close("value", &reduced, &expected, 1e-6).map_err(at)?;
        let by_prediction = gradients(&ops::sum_all(&value)?)?.take(&y_pred);
        let by_prediction =
            by_prediction.ok_or_else(|| err::internal("no gradient"))?.to_array()?;
        assert_close("gradient", &by_prediction, &case.array("grad_y_pred")?, 1e-5).map_err(at)?;
        if let Some(mean) = loss.mean(&y_true, &y_pred)? {
            return Err(err::internal(format!("a mean of labels outside, {mean}")));
        }
        let error = loss.compute(&labels, &y_pred, None).unwrap_err();
        assert!(
            error.is_invalid_argument() && error.to_string().contains("class numbers"),
            "{error}"
        );
    }
    Ok(())
}

type Function = fn(&ArrayD<f32>, &ArrayD<f32>) -> f64;

/// A plain function gives what Keras' class gives at its defaults, in the cases that have them and no weights.
fn check_function<L: Loss + Clone>(
    function: Function,
    plain: &L,
    file: &str,
    count: usize,
) -> Result<()> {
    let fixture = Fixture::read(&format!("keras/losses/{file}"))?;
    let mut seen = 0;
    for case in fixture.cases() {
        let refused = case.json("refused") == true;
        if refused || case.has("sample_weight") || loss(plain, case)?.config() != plain.config() {
            continue;
        }
        seen += 1;
        let value = function(&case.array("y_true")?, &case.array("y_pred")?);
        let value = ArrayD::from_elem(ndarray::IxDyn(&[]), value as f32);
        assert_close(case.name(), &value, &case.array("value")?, 1e-6)?;
    }
    assert_eq!(seen, count, "{file}");
    Ok(())
}

#[test]
fn functions_match_keras() -> Result<()> {
    check_function(mse, &MeanSquaredError::new(), "mean_squared_error", 7)?;
    check_function(mae, &MeanAbsoluteError::new(), "mean_absolute_error", 7)?;
    let binary = BinaryCrossentropy::new();
    check_function(binary_crossentropy, &binary, "binary_crossentropy", 7)?;
    let categorical = CategoricalCrossentropy::new();
    check_function(categorical_crossentropy, &categorical, "categorical_crossentropy", 5)?;
    let sparse = SparseCategoricalCrossentropy::new();
    let file = "sparse_categorical_crossentropy";
    check_function(sparse_categorical_crossentropy, &sparse, file, 7)
}

#[test]
fn functions_of_what_does_not_fit_are_no_number() {
    let (two, three) = (ndarray::arr2(&[[1.0, 0.0]]), ndarray::arr2(&[[0.5, 0.25, 0.25]]));
    assert!(mse(&two, &three).is_nan());
    assert!(categorical_crossentropy(&two, &three).is_nan());
    assert!(mse(&ndarray::arr2(&[[f32::NAN, 0.0]]), &two).is_nan());
    assert!(sparse_categorical_crossentropy(&ndarray::arr1(&[3.0]), &three).is_nan());
    assert!(sparse_categorical_crossentropy(&ndarray::arr1(&[2.0]), &three).is_finite());
}

/// Values and reduction are two public steps of one computation.
#[test]
fn values_and_reduce_give_the_same() -> Result<()> {
    let y_true = ndarray::arr2(&[[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]).into_dyn();
    let y_pred = tensor(&ndarray::arr2(&[[0.2, 0.8], [0.6, 0.4], [0.7, 0.3]]).into_dyn())?;
    let weight = Tensor::from_vec(vec![0.5, 1.0, 2.0], &[3], &Device::cpu())?;
    let loss = CategoricalCrossentropy::new().reduction("mean_with_sample_weight");
    let loss: &dyn Loss = &loss;
    let values = loss.values(&tensor(&y_true)?, &y_pred)?;
    let by_steps = reduce(&values, Some(&weight), loss.reduction())?.to_scalar()?;
    let at_once = loss.compute(&y_true, &y_pred, Some(&weight))?.to_scalar()?;
    assert_eq!(by_steps.to_bits(), at_once.to_bits());
    Ok(())
}

/// Sets each option to another value and expects another number.
fn options_have_effect<L: Loss + Clone>(plain: &L, values: &[(&str, Json)]) -> Result<()> {
    for row in plain.table() {
        assert!(values.iter().any(|(name, _)| *name == row.name), "no value for `{}`", row.name);
    }
    let sparse = plain.type_name().starts_with("Sparse");
    let mut rng = Seed::new(11).rng();
    let y_true = ArrayD::from_shape_fn(if sparse { vec![3, 4] } else { vec![3, 4, 4] }, |i| {
        if sparse { (i[1] % 4) as f32 } else { f32::from(u8::from(i[1] == i[2])) }
    });
    let y_pred = ArrayD::from_shape_fn(vec![3, 4, 4], |_| 0.1 + 0.8 * rng.uniform() as f32);
    let weight =
        Tensor::from_vec((0..12).map(|i| i as f32 / 5.0).collect(), &[3, 4], &Device::cpu())?;
    let number = |loss: &L| -> Result<Vec<f32>> {
        loss.compute(&y_true, &tensor(&y_pred)?, Some(&weight))?.to_vec()
    };
    let before = number(plain)?;
    for (name, value) in values {
        let mut changed = plain.clone();
        changed.set(name, value)?;
        assert_ne!(number(&changed)?, before, "`{name}` = {value} changes nothing");
    }
    Ok(())
}

#[test]
fn every_option_has_an_effect() -> Result<()> {
    let reductions = [
        ("reduction", json!("sum")),
        ("reduction", json!("mean_with_sample_weight")),
        ("reduction", json!("none")),
    ];
    let logits = ("from_logits", json!(true));
    let smooth = ("label_smoothing", json!(0.3));
    let with = |own: &[(&'static str, Json)]| -> Vec<_> {
        reductions.iter().chain(own).cloned().collect()
    };
    options_have_effect(&MeanSquaredError::new(), &reductions)?;
    options_have_effect(&MeanAbsoluteError::new(), &reductions)?;
    let binary = with(&[logits.clone(), smooth.clone(), ("axis", json!(1))]);
    options_have_effect(&BinaryCrossentropy::new(), &binary)?;
    let categorical = with(&[logits.clone(), smooth, ("axis", json!(1))]);
    options_have_effect(&CategoricalCrossentropy::new(), &categorical)?;
    let sparse = with(&[logits, ("ignore_class", json!(2))]);
    options_have_effect(&SparseCategoricalCrossentropy::new(), &sparse)
}

#[test]
fn bad_options_and_targets_are_refused() -> Result<()> {
    let smooth = BinaryCrossentropy::new().label_smoothing(1.5);
    assert!(AnyLoss::from(smooth).resolve().unwrap_err().is_invalid_argument());
    let error = AnyLoss::from(MeanSquaredError::new().reduction("average")).resolve().unwrap_err();
    assert!(error.is_unknown_name() && error.to_string().contains("`average`"), "{error}");
    let error = AnyLoss::from("msee").resolve().unwrap_err();
    assert!(error.to_string().contains("did you mean `mse`?"), "{error}");
    let y_pred = Tensor::full(0.25, &[2, 4], &Device::cpu())?;
    let labels = ndarray::arr1(&[1.0, 4.0]).into_dyn();
    let error = SparseCategoricalCrossentropy::new().compute(&labels, &y_pred, None).unwrap_err();
    assert!(error.to_string().contains("class numbers from 0 to 3, got 4"), "{error}");
    let labels = ndarray::arr1(&[1.0, f32::NAN]).into_dyn();
    let error = SparseCategoricalCrossentropy::new().compute(&labels, &y_pred, None).unwrap_err();
    assert!(error.to_string().contains("NaN in sample 1"), "{error}");
    Ok(())
}
