// SPDX-License-Identifier: MIT OR Apache-2.0
use firesteel_core::testing::check_type;
use firesteel_core::{Json, Options, Result};
use ndarray::{Array2, ArrayD};

use super::*;
use crate::layers::{Dense, Input};
use crate::metrics::BinaryAccuracy;
use crate::optimizers::SGD;
use crate::testing::{Case, Fixture};
use crate::{Compile, Fit, Model, Sequential, layers};

/// A model of one weight, which stands for the number of the epoch.
fn model() -> Model {
    let layers = layers![Input::new([1]), Dense::new(1).use_bias(false)];
    let mut model = Sequential::from(layers).into_model();
    let compile = Compile::new().optimizer(SGD::new().learning_rate(0.1)).loss("mse");
    model.compile(compile).unwrap();
    model.build_for(&firesteel_core::Shape::from([1]).batched()).unwrap();
    model
}

fn set_epoch(model: &Model, epoch: usize) -> Result<()> {
    model.weights()[0].assign(&ArrayD::from_elem(vec![1, 1], epoch as f32))
}

fn epoch_of(model: &Model) -> Result<usize> {
    Ok(model.weights()[0].to_array()?.sum() as usize)
}

/// What happened while a callback was told the values of epoch after epoch.
struct Told {
    stopped: Option<usize>,
    rates: Vec<f64>,
}

/// `after` looks at each epoch that is over; a value that is not there stands for one without validation.
fn tell(
    callback: &mut dyn Callback,
    model: &mut Model,
    name: &str,
    values: &[Option<f64>],
    after: impl FnMut(usize),
) -> Result<Told> {
    let logs = values.iter().map(|value| value.iter().map(|v| (name.to_owned(), *v)).collect());
    tell_all(callback, model, logs.collect(), after)
}

/// [`tell`] with all that is known of each epoch.
fn tell_all(
    callback: &mut dyn Callback,
    model: &mut Model,
    epochs: Vec<Logs>,
    mut after: impl FnMut(usize),
) -> Result<Told> {
    let run = Run { epochs: epochs.len(), steps: Some(1), validation_freq: Some(1) };
    let mut cx = CallbackCx::new(model, run);
    let mut told = Told { stopped: None, rates: Vec::new() };
    callback.on_train_begin(&mut cx)?;
    for (epoch, mut logs) in epochs.into_iter().enumerate() {
        set_epoch(cx.model(), epoch)?;
        callback.on_epoch_end(&mut cx, epoch, &mut logs)?;
        after(epoch);
        told.rates.push(cx.model().learning_rate()?);
        if cx.is_stopped() {
            told.stopped = Some(epoch);
            break;
        }
    }
    callback.on_train_end(&mut cx)?;
    Ok(told)
}

fn values(case: &Case) -> Vec<Option<f64>> {
    let value = |json: &Json| match json.as_str() {
        Some(text) => text.parse::<f64>().ok(),
        None => json.as_f64(),
    };
    case.json("values").as_array().into_iter().flatten().map(value).collect()
}

/// The callback with the arguments of a case.
fn callback<C: Options>(mut callback: C, case: &Case) -> Result<C> {
    for (name, value) in case.json("arguments").as_object().into_iter().flatten() {
        callback.set(name, value)?;
    }
    Ok(callback)
}

#[test]
fn early_stopping_stops_and_restores_as_keras() -> Result<()> {
    let fixture = Fixture::read("keras/callbacks/early_stopping")?;
    assert_eq!(fixture.cases().len(), 110);
    for case in fixture.cases() {
        let mut callback = callback(EarlyStopping::new().monitor("watched"), case)?;
        let mut model = model();
        let told = tell(&mut callback, &mut model, "watched", &values(case), |_| {})?;
        assert_eq!(
            told.stopped.map(|epoch| epoch as u64),
            case.json("stopped").as_u64(),
            "{}",
            case.name()
        );
        assert_eq!(
            Some(epoch_of(&model)? as u64),
            case.json("weights").as_u64(),
            "{}",
            case.name()
        );
    }
    Ok(())
}

#[test]
fn reduce_lr_on_plateau_reduces_as_keras() -> Result<()> {
    let fixture = Fixture::read("keras/callbacks/reduce_lr_on_plateau")?;
    assert_eq!(fixture.cases().len(), 90);
    for case in fixture.cases() {
        let mut callback = callback(ReduceLROnPlateau::new().monitor("watched"), case)?;
        let told = tell(&mut callback, &mut model(), "watched", &values(case), |_| {})?;
        let expected = case.json("learning_rates").as_array().unwrap();
        assert_eq!(told.rates.len(), expected.len());
        for (got, expected) in told.rates.iter().zip(expected) {
            let expected = expected.as_f64().unwrap();
            assert!((got - expected).abs() <= 1e-6 * expected, "{}: {:?}", case.name(), told.rates);
        }
    }
    Ok(())
}

/// The path of a file in a folder.
fn within(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).to_string_lossy().into_owned()
}

fn names(folder: &tempfile::TempDir) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path()).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.unwrap().file_name().to_string_lossy().into_owned()
    };
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

#[test]
fn model_checkpoint_saves_when_keras_does() -> Result<()> {
    let fixture = Fixture::read("keras/callbacks/model_checkpoint")?;
    assert_eq!(fixture.cases().len(), 40);
    for case in fixture.cases() {
        let folder = tempfile::tempdir().unwrap();
        let path = within(&folder, "m.keras");
        let mut callback = callback(ModelCheckpoint::new(path.as_str()).monitor("watched"), case)?;
        let mut saved = Vec::new();
        tell(&mut callback, &mut model(), "watched", &values(case), |epoch| {
            if std::fs::remove_file(&path).is_ok() {
                saved.push(Json::from(epoch));
            }
        })?;
        assert_eq!(Json::from(saved), *case.json("saved"), "{}", case.name());
    }
    Ok(())
}

fn samples() -> (Array2<f32>, Array2<f32>) {
    let x = Array2::from_shape_fn((12, 1), |(i, _)| i as f32 / 6.0 - 1.0);
    let y = x.mapv(|x| 2.0 * x);
    (x, y)
}

#[test]
fn files_are_named_by_epoch_and_value_and_can_be_read() -> Result<()> {
    let (x, y) = samples();
    let folder = tempfile::tempdir().unwrap();
    let mut model = model();
    let whole = ModelCheckpoint::new(within(&folder, "deep/m-{epoch:02d}.keras"));
    let weights =
        ModelCheckpoint::new(within(&folder, "w-{epoch}.weights.h5")).save_weights_only(true);
    let fit = Fit::new().epochs(2).callback(whole).callback(weights).verbose(0);
    model.fit((&x, &y), fit)?;
    assert_eq!(names(&folder), ["deep", "w-1.weights.h5", "w-2.weights.h5"]);
    let again = crate::load_model(within(&folder, "deep/m-02.keras"))?;
    assert_eq!(again.weights()[0].to_array()?, model.weights()[0].to_array()?);
    let before = crate::load_model(within(&folder, "deep/m-01.keras"))?;
    assert_ne!(before.weights()[0].to_array()?, model.weights()[0].to_array()?);
    Ok(())
}

#[test]
fn a_file_is_replaced_and_nothing_else_is_left() -> Result<()> {
    let (x, y) = samples();
    let folder = tempfile::tempdir().unwrap();
    let path = within(&folder, "m.keras");
    let mut model = model();
    let checkpoint = || ModelCheckpoint::new(path.as_str());
    model.fit((&x, &y), Fit::new().callback(checkpoint()).verbose(0))?;
    let first = std::fs::read(&path).unwrap();
    model.fit((&x, &y), Fit::new().callback(checkpoint()).verbose(0))?;
    assert_ne!(std::fs::read(&path).unwrap(), first);
    assert_eq!(names(&folder), ["m.keras"]);
    Ok(())
}

#[test]
fn bad_paths_are_refused_before_training() -> Result<()> {
    let (x, y) = samples();
    for (path, weights_only) in [("m.txt", false), ("m.weights.h5", false), ("m.keras", true)] {
        let checkpoint = ModelCheckpoint::new(path).save_weights_only(weights_only);
        let mut model = model();
        set_epoch(&model, 7)?;
        let error = model.fit((&x, &y), Fit::new().callback(checkpoint).verbose(0)).unwrap_err();
        assert!(error.is_invalid_argument() && error.to_string().contains("filepath"), "{error}");
        assert_eq!(epoch_of(&model)?, 7);
    }
    Ok(())
}

#[test]
fn terminate_on_nan_ends_at_the_batch() -> Result<()> {
    let (mut x, y) = samples();
    x[[4, 0]] = f32::INFINITY;
    let fit = || Fit::new().epochs(3).batch_size(2).shuffle(false).verbose(0);
    let plain = model().fit((&x, &y), fit())?;
    assert_eq!(plain.len(), 3);
    let ended = model().fit((&x, &y), fit().callback(TerminateOnNaN::new()))?;
    assert_eq!(ended.len(), 1);
    assert!(!ended["loss"][0].is_finite());
    Ok(())
}

/// The learning rate goes into the history, and training goes on with the smaller one.
#[test]
fn the_learning_rate_is_reported() -> Result<()> {
    let (x, y) = samples();
    let reduce = ReduceLROnPlateau::new().monitor("loss").patience(1).min_delta(100.0);
    let history = model().fit((&x, &y), Fit::new().epochs(3).callback(reduce).verbose(0))?;
    assert_eq!(history.keys(), ["learning_rate", "loss"]);
    let rates = &history["learning_rate"];
    assert_eq!(rates[0], 0.1);
    assert!((rates[1] - 0.1).abs() < 1e-9 && (rates[2] - 0.01).abs() < 1e-9, "{rates:?}");
    Ok(())
}

/// Best weights come back also when the training ran to its end.
#[test]
fn the_best_weights_are_restored_at_the_end() -> Result<()> {
    let values: Vec<Option<f64>> = [3.0, 1.0, 2.0].map(Some).to_vec();
    let mut stopping = EarlyStopping::new().monitor("watched").mode("min").patience(9);
    let mut plain = model();
    tell(&mut stopping, &mut plain, "watched", &values, |_| {})?;
    assert_eq!(epoch_of(&plain)?, 2);
    let mut restored = model();
    let told =
        tell(&mut stopping.restore_best_weights(true), &mut restored, "watched", &values, |_| {})?;
    assert_eq!((told.stopped, epoch_of(&restored)?), (None, 1));
    Ok(())
}

/// Where a value wants to go follows from the metric, whatever its name.
#[test]
fn metrics_know_their_direction() -> Result<()> {
    let rising: Vec<Option<f64>> = [0.1, 0.2, 0.3, 0.4].map(Some).to_vec();
    let stopped = |name: &str| -> Result<Option<usize>> {
        let mut model = model();
        let mut compile = model.compile_settings().unwrap();
        compile = compile.metrics([BinaryAccuracy::new().name("hits")]).weighted_metrics(["mae"]);
        model.compile(compile)?;
        let mut stopping = EarlyStopping::new().monitor(name);
        Ok(tell(&mut stopping, &mut model, name, &rising, |_| {})?.stopped)
    };
    assert_eq!(stopped("val_hits")?, None);
    assert_eq!(stopped("kind_hits")?, None);
    assert_eq!(stopped("hits_1")?, None);
    assert_eq!(stopped("val_mae")?, Some(1));
    assert_eq!(stopped("val_loss")?, Some(1));
    assert_eq!(stopped("kind_loss")?, Some(1));
    let error = stopped("speed").unwrap_err();
    assert!(error.to_string().contains("`min` or `max`"), "{error}");
    Ok(())
}

#[test]
fn epochs_without_validation_are_passed_over() -> Result<()> {
    let values = [Some(1.0), None, Some(2.0), None, Some(3.0)];
    let mut stopping = EarlyStopping::new().patience(2);
    let told = tell(&mut stopping, &mut model(), "val_loss", &values, |_| {})?;
    assert_eq!(told.stopped, Some(4));
    let mut misspelled = EarlyStopping::new().monitor("val_los");
    let error = tell(&mut misspelled, &mut model(), "val_loss", &values, |_| {}).err().unwrap();
    assert!(error.to_string().contains("did you mean `val_loss`?"), "{error}");
    let (x, y) = samples();
    let without = Fit::new().callback(EarlyStopping::new()).verbose(0);
    assert!(model().fit((&x, &y), without).unwrap_err().is_unknown_name());
    Ok(())
}

/// `val_loss` falls with detours, `loss` rises.
fn two_values() -> Vec<Logs> {
    let values = [0.9, 0.5, 0.55, 0.45, 0.46, 0.47, 0.44, 0.6, 0.7, 0.8];
    let epoch = |(epoch, value): (usize, &f64)| {
        let both = [("val_loss", *value), ("loss", 0.1 + epoch as f64)];
        both.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    };
    values.iter().enumerate().map(epoch).collect()
}

/// Every option has a value here with which something else is seen than without.
fn each_has_an_effect<C: Callback + Options + Clone, S: PartialEq + std::fmt::Debug>(
    plain: &C,
    values: &[(&str, Json)],
    seen: impl Fn(&mut C) -> Result<S>,
) -> Result<()> {
    let known: Vec<&str> = plain.table().iter().map(|row| row.name).collect();
    assert_eq!(values.iter().map(|(name, _)| *name).collect::<Vec<_>>(), known);
    let without = seen(&mut plain.clone())?;
    assert_eq!(seen(&mut plain.clone())?, without);
    for (name, value) in values {
        let mut changed = plain.clone();
        changed.set(name, value)?;
        assert_ne!(seen(&mut changed)?, without, "{}: {name}", plain.type_name());
    }
    Ok(())
}

/// The epoch of the stop, that of the weights in the end, and the learning rates.
fn seen_in_training(callback: &mut dyn Callback) -> Result<(Option<usize>, usize, Vec<u64>)> {
    let mut model = model();
    let told = tell_all(callback, &mut model, two_values(), |_| {})?;
    let rates = told.rates.iter().map(|rate| rate.to_bits()).collect();
    Ok((told.stopped, epoch_of(&model)?, rates))
}

#[test]
fn every_option_of_early_stopping_has_an_effect() -> Result<()> {
    let values = [
        ("monitor", "loss".into()),
        ("min_delta", 0.2.into()),
        ("patience", 3.into()),
        ("mode", "max".into()),
        ("baseline", 0.3.into()),
        ("restore_best_weights", true.into()),
        ("start_from_epoch", 4.into()),
    ];
    each_has_an_effect(&EarlyStopping::new().patience(2), &values, |c| seen_in_training(c))
}

#[test]
fn every_option_of_reduce_lr_on_plateau_has_an_effect() -> Result<()> {
    let values = [
        ("monitor", "loss".into()),
        ("factor", 0.5.into()),
        ("patience", 2.into()),
        ("mode", "max".into()),
        ("min_delta", 0.2.into()),
        ("cooldown", 2.into()),
        ("min_lr", 0.05.into()),
    ];
    each_has_an_effect(&ReduceLROnPlateau::new().patience(1), &values, |c| seen_in_training(c))
}

#[test]
fn every_option_of_model_checkpoint_has_an_effect() -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    // which files each epoch leaves
    let seen = |callback: &mut ModelCheckpoint| {
        if callback.get("save_weights_only") == Some(true.into()) {
            // another ending is refused
            callback.set("filepath", &within(&folder, "m.weights.h5").into())?;
        }
        let mut saved = Vec::new();
        tell_all(callback, &mut model(), two_values(), |epoch| {
            for name in names(&folder) {
                std::fs::remove_file(folder.path().join(&name)).unwrap();
                saved.push((epoch, name));
            }
        })?;
        Ok(saved)
    };
    let best = ModelCheckpoint::new(within(&folder, "m.keras")).save_best_only(true);
    let values = [
        ("filepath", within(&folder, "n.keras").into()),
        ("monitor", "loss".into()),
        ("save_best_only", false.into()),
        ("save_weights_only", true.into()),
        ("mode", "max".into()),
        ("initial_value_threshold", 0.48.into()),
    ];
    each_has_an_effect(&best, &values, seen)
}

#[test]
fn bad_options_are_refused_when_training_begins() {
    let (x, y) = samples();
    let bad: [Box<dyn Callback>; 3] = [
        Box::new(ReduceLROnPlateau::new().factor(1.0)),
        Box::new(EarlyStopping::new().mode("least")),
        Box::new(ModelCheckpoint::new("m.keras").mode("least")),
    ];
    for callback in bad {
        let error = model().fit((&x, &y), Fit::new().callbacks([callback]).verbose(0)).unwrap_err();
        assert!(error.is_invalid_argument() || error.is_unknown_name(), "{error}");
    }
}

#[test]
fn option_tables_hold() {
    check_type::<EarlyStopping>(&[]).unwrap();
    check_type::<ModelCheckpoint>(&[("filepath", "m.keras".into())]).unwrap();
    check_type::<ReduceLROnPlateau>(&[]).unwrap();
    check_type::<TerminateOnNaN>(&[]).unwrap();
}
