// SPDX-License-Identifier: MIT OR Apache-2.0
//! A network that learns digits straight from a table.

use std::path::Path;

use firesteel::prelude::*;
use firesteel::{Result, err, files};

use super::report::{Confusion, Trained};
use crate::output::{print, say};

/// Trains a network on the digits, saves it, and checks that the saved one predicts the same.
///
/// # Errors
/// Whatever reading, training or saving meets.
pub(super) fn train(
    spark: &Session,
    path: &str,
    folder: &Path,
    seed: u64,
    epochs: usize,
) -> Result<Trained> {
    let pixels: Vec<String> = (0..64).map(|i| format!("p{i}")).collect();
    let table = digits(spark, path, &pixels)?;
    let [training, test] = table.random_split([0.8, 0.2], seed)?;
    let (training, test) = (training.cache()?, test.cache()?);
    let mut model = Sequential::from(layers![
        Input::new([64]),
        Dense::new(64).activation("relu"),
        Dropout::new(0.2),
        Dense::new(10).activation("softmax"),
    ]);
    model.set_seed(seed);
    model.compile(
        Compile::new()
            .optimizer(Adam::new().learning_rate(2e-3))
            .loss("sparse_categorical_crossentropy")
            .metrics(["accuracy"]),
    )?;
    print(&model.summary()?)?;
    let fit = Fit::new()
        .epochs(epochs)
        .batch_size(32)
        .validation_data(test.features(pixels.clone()).label("digit"))
        .callback(EarlyStopping::new().patience(5).restore_best_weights(true));
    let history = model.fit(training.features(pixels.clone()).label("digit"), fit)?;
    let quiet = Evaluate::new().verbose(0);
    let scores = model.evaluate(test.features(pixels.clone()).label("digit"), quiet)?;
    say(format!("on the test data: {scores}"))?;
    let file = folder.join("digits.keras");
    model.save(&file)?;
    let numbers = format!("{}\n", history.to_json());
    files::write_bytes(folder.join("history.json"), numbers.as_bytes())?;
    let again = load_model(&file)?;
    let (before, after) = (
        model.predict(test.features(pixels.clone()), Predict::new().verbose(0))?,
        again.predict(test.features(pixels.clone()), Predict::new().verbose(0))?,
    );
    if before != after {
        return Err(err::internal("the saved network predicts otherwise").at(file.display()));
    }
    say(format!("saved to {}; read back, it predicts the same", file.display()))?;
    let predicted = again.transform(test.features(pixels), "scores")?;
    let confusion = Confusion::of_scores("Network", &predicted, "digit", "scores")?;
    Ok(Trained { history, confusion })
}

/// The digits with named columns, pixels between 0 and 1.
fn digits(spark: &Session, path: &str, pixels: &[String]) -> Result<DataFrame> {
    let raw = spark.read().option("inferSchema", true).csv(path)?;
    let scaled = pixels.iter().enumerate().map(|(i, name)| format!("_c{i} / 16 AS {name}"));
    raw.select_expr(scaled.chain(["_c64 AS digit".to_owned()]))
}
