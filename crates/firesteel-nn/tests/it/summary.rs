// SPDX-License-Identifier: MIT OR Apache-2.0
//! Summaries: to the character what real Keras prints.

use firesteel_core::{Result, json};
use firesteel_nn::testing::{Case, Fixture};
use firesteel_nn::{Compile, Fit, Model, model_from_json};
use ndarray::Array2;

/// The model of a case, with what its script did besides building it.
fn model(case: &Case) -> Result<Model> {
    let object = json!({
        "module": "keras",
        "class_name": case.json("class_name"),
        "config": case.json("config"),
        "registered_name": null,
    });
    let mut model = model_from_json(&object.to_string())?;
    match case.name() {
        "sequential_compiled" => {
            let compile = Compile::new().optimizer("adam").loss("sparse_categorical_crossentropy");
            model.compile(compile.metrics(["accuracy"]))?;
        }
        "sequential_trained" => {
            model.compile(Compile::new().optimizer("adam").loss("mse"))?;
            let (x, y) = (Array2::<f32>::ones((4, 4)), Array2::<f32>::ones((4, 1)));
            model.fit((&x, &y), Fit::new().verbose(0))?;
        }
        _ => {}
    }
    Ok(model)
}

fn expected<'a>(case: &'a Case, width: &str) -> &'a str {
    case.json(&format!("summary_{width}")).as_str().unwrap().trim_end()
}

#[test]
fn summaries_are_those_of_keras() -> Result<()> {
    let fixture = Fixture::read("keras/models/models")?;
    assert_eq!(fixture.cases().len(), 14);
    let mut failures = Vec::new();
    for case in fixture.cases() {
        let model = match model(case) {
            Ok(model) => model,
            Err(error) => {
                failures.push(format!("{}: {error}", case.name()));
                continue;
            }
        };
        for (width, text) in [("80", model.summary()?), ("100", model.summary_with(100)?)] {
            if text.trim_end() != expected(case, width) {
                failures.push(format!(
                    "{} at {width}:\n{text}\n{}",
                    case.name(),
                    expected(case, width)
                ));
            }
        }
        if let Some(params) = case.json("params").as_u64() {
            assert_eq!(model.count_params()? as u64, params, "{}", case.name());
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(())
}
