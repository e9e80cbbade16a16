// SPDX-License-Identifier: MIT OR Apache-2.0
//! Training: three epochs of real Keras, from the same start to the same end.

use std::path::{Path, PathBuf};

use firesteel_core::{Json, Result, err};
use firesteel_nn::testing::{Case, Fixture, assert_close};
use firesteel_nn::{Arrays, Data, Evaluate, Fit, Model, Predict, load_model};
use ndarray::ArrayD;

/// Single precision, added up in another order.
const TOLERANCE: f64 = 1e-5;

/// What three epochs of steps make of it in single weights and outputs.
const GROWN: f64 = 3e-5;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/keras/training")
}

/// Arrays under a name, in flat order.
fn arrays(case: &Case, name: &str) -> Result<Vec<ArrayD<f32>>> {
    let named = case.named_arrays(name)?;
    Ok(named.into_iter().map(|(_, array)| array).collect())
}

/// What a case trains on, or validates with.
struct Samples {
    x: Vec<ArrayD<f32>>,
    y: Vec<ArrayD<f32>>,
    weight: Option<ArrayD<f32>>,
}

impl Samples {
    fn training(case: &Case) -> Result<Self> {
        let weight = case.has("sample_weight").then(|| case.array("sample_weight"));
        Ok(Self { x: arrays(case, "x")?, y: arrays(case, "y")?, weight: weight.transpose()? })
    }

    fn validation(case: &Case) -> Result<Option<Self>> {
        if !case.has("val_x") {
            return Ok(None);
        }
        let weight = case.has("val_sample_weight").then(|| case.array("val_sample_weight"));
        let (x, y) = (vec![case.array("val_x")?], vec![case.array("val_y")?]);
        Ok(Some(Self { x, y, weight: weight.transpose()? }))
    }

    fn data(&self) -> Data<'_> {
        match &self.weight {
            Some(weight) => Data::from((&self.x, &self.y, weight)),
            None => self.unweighted(),
        }
    }

    fn unweighted(&self) -> Data<'_> {
        Data::from((&self.x, &self.y))
    }
}

/// The recorded arguments of `fit`; one that is not known here is an error.
fn fit<'a>(case: &Case, validation: Option<&'a Samples>) -> Result<Fit<'a>> {
    let mut fit = Fit::new().verbose(0);
    if let Some(validation) = validation {
        fit = fit.validation_data(validation.data());
    }
    for (name, value) in case.json("fit").as_object().into_iter().flatten() {
        let number = || value.as_u64().unwrap_or_default() as usize;
        fit = match name.as_str() {
            "epochs" => fit.epochs(number()),
            "batch_size" => fit.batch_size(number()),
            "shuffle" => fit.shuffle(value == true),
            "validation_split" => fit.validation_split(value.as_f64().unwrap_or_default()),
            "validation_batch_size" => fit.validation_batch_size(number()),
            "validation_freq" => fit.validation_freq(number()),
            "class_weight" => fit.class_weight(weights_of_classes(value)),
            other => return Err(err::unsupported(format!("argument `{other}`"))),
        };
    }
    Ok(fit)
}

fn weights_of_classes(value: &Json) -> Vec<(usize, f64)> {
    let pairs = value.as_object().into_iter().flatten();
    let pair = |(class, weight): (&String, &Json)| {
        (class.parse().unwrap(), weight.as_f64().unwrap_or_default())
    };
    pairs.map(pair).collect()
}

fn close(what: &str, got: f64, expected: &Json) {
    let expected = expected.as_f64().unwrap();
    let apart = (got - expected).abs();
    assert!(apart <= TOLERANCE * expected.abs().max(0.1), "{what}: {got} instead of {expected}");
}

fn compare_history(case: &Case, model: &mut Model, samples: &Samples) -> Result<()> {
    let validation = Samples::validation(case)?;
    let history = model.fit(samples.data(), fit(case, validation.as_ref())?)?;
    let keys: Vec<&str> =
        case.json("history_keys").as_array().unwrap().iter().filter_map(Json::as_str).collect();
    assert_eq!(history.keys(), keys, "{}", case.name());
    for key in keys {
        let expected = case.json("history")[key].as_array().unwrap();
        assert_eq!(history[key].len(), expected.len(), "{}: {key}", case.name());
        for (epoch, (got, expected)) in history[key].iter().zip(expected).enumerate() {
            close(&format!("{}: {key} of epoch {epoch}", case.name()), *got, expected);
        }
    }
    Ok(())
}

fn compare_weights(case: &Case, model: &Model) -> Result<()> {
    let end = load_model(folder().join(case.json("end").as_str().unwrap()))?;
    assert_eq!(model.weights().len(), end.weights().len(), "{}", case.name());
    for (got, expected) in model.weights().iter().zip(end.weights()) {
        let name = format!("{}: {}", case.name(), expected.name());
        assert_close(&name, &got.to_array()?, &expected.to_array()?, GROWN)?;
    }
    Ok(())
}

/// The scores as a list. Keras repeats a metric that is also weighted.
fn compare_order(case: &Case, scores: &[f64]) {
    let expected = case.json("evaluate_list").as_array().unwrap();
    if expected.len() == scores.len() {
        for (got, expected) in scores.iter().zip(expected) {
            close(&format!("{}: evaluated in order", case.name()), *got, expected);
        }
    } else {
        assert_eq!((scores.len(), expected.len()), (3, 4), "{}", case.name());
    }
}

fn compare_scores(case: &Case, model: &Model, samples: &Samples) -> Result<()> {
    let size = case.json("evaluate_batch_size").as_u64().unwrap() as usize;
    let scores = model.evaluate(samples.unweighted(), Evaluate::new().batch_size(size))?;
    let expected = case.json("evaluate").as_object().unwrap();
    let mut names: Vec<&str> = scores.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    assert_eq!(names, expected.keys().map(String::as_str).collect::<Vec<_>>(), "{}", case.name());
    for (name, value) in expected {
        close(&format!("{}: evaluated {name}", case.name()), scores[name.as_str()], value);
    }
    compare_order(case, &scores.iter().map(|(_, value)| value).collect::<Vec<_>>());
    let inputs = samples.x.iter().fold(Arrays::default(), |inputs, x| inputs.and(x));
    let outputs = model.predict_all(inputs, Predict::new())?;
    for (output, expected) in outputs.iter().zip(arrays(case, "predict")?) {
        assert_close(&format!("{}: predict", case.name()), output, &expected, GROWN)?;
    }
    Ok(())
}

fn check(name: &str) -> Result<()> {
    let fixture = Fixture::read(&format!("keras/training/{name}"))?;
    let case = fixture.case(name)?;
    let mut model = load_model(folder().join(case.json("start").as_str().unwrap()))?;
    let samples = Samples::training(case)?;
    compare_history(case, &mut model, &samples)?;
    compare_weights(case, &model)?;
    compare_scores(case, &model, &samples)
}

macro_rules! runs {
    ($($name:ident),+ $(,)?) => {
        $(#[test]
        fn $name() -> Result<()> {
            check(stringify!($name))
        })+

        const RUNS: &[&str] = &[$(stringify!($name)),+];
    };
}

runs![
    class_weight,
    class_weight_binary,
    class_weight_onehot,
    clipped_decayed,
    conv_sgd,
    conv_sparse,
    frozen,
    mlp_binary,
    mlp_binary_logits,
    mlp_categorical,
    mlp_categorical_logits,
    mlp_default_batch,
    mlp_flat_targets,
    mlp_mse_adam,
    mlp_mse_momentum,
    mlp_mse_sgd,
    mlp_sparse,
    mlp_sparse_column,
    multi_list,
    multi_list_named,
    multi_one_loss,
    regularized,
    residual,
    sample_weight,
    saturated_sigmoid,
    saturated_softmax,
    validation_data,
    validation_data_weighted,
    validation_split,
    validation_split_weighted_freq,
];

/// What Keras can train and firesteel cannot yet says so when the file is read.
#[test]
fn the_other_runs_are_refused_by_name() {
    let refused =
        [("constrained", "constraint"), ("ema", "use_ema"), ("scheduled", "ExponentialDecay")];
    for (name, what) in refused {
        let error = load_model(folder().join(format!("{name}.start.keras"))).unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
    }
}

#[test]
fn no_run_is_forgotten() {
    // the outputs of `multi_dict` are reported in another order than its file names them
    let elsewhere = ["constrained", "ema", "multi_dict", "scheduled", "tensorflow_differences"];
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_some_and(|ending| ending == "json") {
            assert!(RUNS.contains(&name.as_str()) || elsewhere.contains(&name.as_str()), "{name}");
        }
    }
}
