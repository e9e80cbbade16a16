// SPDX-License-Identifier: MIT OR Apache-2.0
use std::sync::Arc;

use firesteel_core::Result;
use firesteel_core::testing::{check_decoder, check_type};
use firesteel_tensor::{Device, Tensor};
use ndarray::ArrayD;

use super::*;
use crate::Variable;
use crate::testing::{Case, Fixture, assert_close};

/// Cases of options that do not exist here yet.
const MISSING: [&str; 6] = [
    "accumulate",
    "ema_overwrite",
    "exclude_from_weight_decay",
    "loss_scale",
    "schedule",
    "use_ema",
];

fn tensor(array: &ArrayD<f32>) -> Result<Tensor> {
    Tensor::from_array(array, &Device::cpu())
}

fn check(case: &Case) -> Result<()> {
    let json = json!({"class_name": case.json("class_name"), "config": case.json("config")});
    let mut state = OptimizerState::new(decode(&json)?);
    let variables = case.named_arrays("variables")?;
    let variables: Vec<Arc<Variable>> = variables
        .into_iter()
        .map(|(name, value)| Ok(Arc::new(Variable::new(&name, tensor(&value)?, true, None))))
        .collect::<Result<_>>()?;
    let results = case.nested_arrays("after")?;
    assert_eq!(Some(results.len() as u64), case.json("steps").as_u64());
    for (step, gradients) in case.nested_arrays("gradients")?.iter().enumerate() {
        let steps = variables.iter().zip(gradients);
        let steps = steps.map(|(variable, gradient)| Ok((Arc::clone(variable), tensor(gradient)?)));
        state.apply(steps.collect::<Result<_>>()?)?;
        for (variable, expected) in variables.iter().zip(&results[step]) {
            let what = format!("{}: {} after step {step}", case.name(), variable.name());
            assert_close(&what, &variable.to_array()?, expected, 2e-6)?;
        }
    }
    check_state(case, &state, &variables)
}

/// Number of steps, learning rate, then what is kept of each weight, in the order of a file.
fn check_state(case: &Case, state: &OptimizerState, variables: &[Arc<Variable>]) -> Result<()> {
    let kept = case.named_arrays("state")?;
    assert_eq!(kept[0].1.sum() as u64, state.iterations);
    let rate = f64::from(kept[1].1.sum());
    assert!((rate - state.optimizer.learning_rate()).abs() < 1e-8);
    let places = state.places(variables.len());
    assert_eq!(places.len() + 2, kept.len(), "{}", case.name());
    for ((weight, slot), (name, expected)) in places.into_iter().zip(&kept[2..]) {
        let variable = &variables[weight];
        assert!(name.contains(variable.name()), "{name} is not of {}", variable.name());
        let got = state.slots(variable).unwrap()[slot].to_array()?;
        assert_close(&format!("{}: {name}", case.name()), &got, expected, 1e-6)?;
    }
    Ok(())
}

fn check_all(file: &str, count: usize) -> Result<()> {
    let fixture = Fixture::read(&format!("keras/optimizers/{file}"))?;
    assert_eq!(fixture.cases().len(), count);
    let known = fixture.cases().iter().filter(|case| !MISSING.contains(&case.name()));
    let failures: Vec<String> = known
        .filter_map(|case| check(case).err().map(|error| format!("{}: {error}", case.name())))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(())
}

#[test]
fn sgd_matches_keras() -> Result<()> {
    check_all("sgd", 20)
}

#[test]
fn adam_matches_keras() -> Result<()> {
    check_all("adam", 20)
}

#[test]
fn adamw_matches_keras() -> Result<()> {
    check_all("adamw", 18)
}

#[test]
fn rmsprop_matches_keras() -> Result<()> {
    check_all("rmsprop", 20)
}

/// One variable after three steps, for every option at another value than its default.
#[test]
fn every_option_has_an_effect() -> Result<()> {
    let values = [
        ("amsgrad", json!(true)),
        ("beta_1", json!(0.5)),
        ("beta_2", json!(0.6)),
        ("centered", json!(true)),
        ("clipnorm", json!(0.5)),
        ("clipvalue", json!(0.3)),
        ("epsilon", json!(0.01)),
        ("global_clipnorm", json!(0.7)),
        ("learning_rate", json!(0.3)),
        ("momentum", json!(0.4)),
        ("nesterov", json!(true)),
        ("rho", json!(0.4)),
        ("weight_decay", json!(0.3)),
    ];
    for (name, make) in BY_NAME {
        let shared = make().as_ref().as_ref().table();
        for option in shared.iter().chain(make().table()).map(|row| row.name) {
            let (_, value) = values.iter().find(|(known, _)| *known == option).unwrap();
            // one option works only together with another
            let mut before = encode(make().as_ref());
            if option == "nesterov" {
                before["config"]["momentum"] = json!(0.4);
            }
            let mut after = before.clone();
            after["config"][option] = value.clone();
            assert_ne!(three_steps(&before)?, three_steps(&after)?, "{name}: {option}");
        }
    }
    Ok(())
}

fn three_steps(json: &Json) -> Result<Vec<f32>> {
    let mut state = OptimizerState::new(decode(json)?);
    let start = Tensor::from_vec(vec![0.5, -0.25, 1.5], &[3], &Device::cpu())?;
    let variable = Arc::new(Variable::new("kernel", start, true, None));
    for gradient in [vec![1.0, -0.01, 0.2], vec![-0.5, 0.02, 0.2], vec![0.1, 0.0, 0.2]] {
        let gradient = Tensor::from_vec(gradient, &[3], &Device::cpu())?;
        state.apply(vec![(Arc::clone(&variable), gradient)])?;
    }
    Ok(variable.to_array()?.iter().copied().collect())
}

#[test]
fn names_in_any_case_are_found() {
    for name in ["adam", "Adam", "SGD", "RMSprop"] {
        assert!(AnyOptimizer::from(name).resolve().is_ok(), "{name}");
    }
    let error = AnyOptimizer::from("adma").resolve().unwrap_err();
    assert!(error.to_string().contains("did you mean `adam`?"), "{error}");
}

#[test]
fn bad_options_are_refused() {
    let error = AnyOptimizer::from(Adam::new().beta_1(1.0)).resolve().unwrap_err();
    assert_eq!(error.to_string(), "Adam: `beta_1` must be below 1, got 1.0");
    let error = AnyOptimizer::from(SGD::new().clipnorm(0.0)).resolve().unwrap_err();
    assert_eq!(error.to_string(), "SGD: `clipnorm` must be above 0, got 0.0");
}

#[test]
fn configs_round_trip() {
    for (_, make) in BY_NAME {
        let mut optimizer = make();
        optimizer.set_learning_rate(0.25);
        optimizer.as_mut().as_mut().clipvalue = Some(3.0);
        let json = encode(optimizer.as_ref());
        let again = decode(&json).unwrap();
        assert_eq!(encode(again.as_ref()), json);
    }
}

#[test]
fn option_tables_hold() {
    for (_, decode) in BY_CLASS {
        check_decoder(decode, &[]).unwrap();
    }
    check_type::<OptimizerBase>(&[]).unwrap();
}

/// In a file the options that all optimizers share stand among an optimizer's own.
#[test]
fn a_misspelt_option_of_a_file_is_named() {
    for (wrong, right) in [("clipnrom", "clipnorm"), ("laerning_rate", "learning_rate")] {
        for (class, _) in BY_CLASS {
            let mut config = JsonMap::new();
            config.insert(wrong.to_owned(), json!(0.5));
            let error = decode(&json!({"class_name": class, "config": config})).unwrap_err();
            let text = format!("{class}: unknown option `{wrong}`; did you mean `{right}`?");
            assert!(error.to_string().starts_with(&text), "{error}");
        }
    }
}
