// SPDX-License-Identifier: MIT OR Apache-2.0
//! Masks on their way through models, against the real Keras.

use firesteel_core::Result;
use firesteel_nn::testing::{Case, Fixture, assert_close};
use firesteel_nn::{Arrays, Data, Evaluate, Fit, Model, Predict, model_from_json};
use ndarray::ArrayD;

const TOLERANCE: f64 = 2e-5;

/// A model with Keras' weights, and what it is called on.
struct Subject {
    model: Model,
    inputs: Vec<ArrayD<f32>>,
    y: ArrayD<f32>,
    sample_weight: Option<ArrayD<f32>>,
}

impl Subject {
    fn new(case: &Case) -> Result<Self> {
        let model = model_from_json(case.json("model").as_str().unwrap())?;
        model.count_params()?;
        let weights = case.named_arrays("weights")?;
        assert_eq!(model.weights().len(), weights.len(), "{}", case.name());
        for (weight, (_, values)) in model.weights().iter().zip(&weights) {
            weight.assign(values)?;
        }
        let weighted = case.has("sample_weight");
        Ok(Self {
            model,
            inputs: case.arrays("inputs")?,
            y: case.array("y")?,
            sample_weight: weighted.then(|| case.array("sample_weight")).transpose()?,
        })
    }

    fn x(inputs: &[ArrayD<f32>]) -> Arrays<'_> {
        inputs.iter().fold(Arrays::default(), |x, input| x.and(input))
    }

    fn data(&self) -> Data<'_> {
        let x = Self::x(&self.inputs);
        match &self.sample_weight {
            Some(weights) => Data::from((x, &self.y, weights)),
            None => Data::from((x, &self.y)),
        }
    }
}

fn each(check: impl Fn(&Case, Subject) -> Result<()>) -> Result<()> {
    let fixture = Fixture::read("keras/models/masks")?;
    assert!(fixture.cases().len() >= 10);
    fixture.cases().iter().try_for_each(|case| {
        check(case, Subject::new(case)?).map_err(|error| error.at(case.name()))
    })
}

#[test]
fn predictions_are_those_of_keras() -> Result<()> {
    each(|case, subject| {
        let outputs = subject.model.predict_all(Subject::x(&subject.inputs), Predict::new())?;
        let expected = case.arrays("outputs")?;
        assert_eq!(outputs.len(), expected.len());
        let mut pairs = outputs.iter().zip(&expected);
        pairs.try_for_each(|(ours, keras)| assert_close("output", ours, keras, TOLERANCE))
    })
}

#[test]
fn losses_and_metrics_are_those_of_keras() -> Result<()> {
    each(|case, subject| {
        let scores = subject.model.evaluate(subject.data(), Evaluate::new().verbose(0))?;
        for (name, expected) in case.json("evaluate").as_object().unwrap() {
            let expected = expected.as_f64().unwrap();
            let apart = (scores[name.as_str()] - expected).abs();
            assert!(apart < TOLERANCE, "{}: {name}: {scores} and {expected}", case.name());
        }
        Ok(())
    })
}

#[test]
fn a_training_step_is_that_of_keras() -> Result<()> {
    each(|case, subject| {
        let Subject { mut model, inputs, y, sample_weight } = subject;
        let settings = Fit::new().epochs(1).shuffle(false).verbose(0);
        let x = Subject::x(&inputs);
        match &sample_weight {
            Some(weights) => model.fit((x, &y, weights), settings)?,
            None => model.fit((x, &y), settings)?,
        };
        for (weight, (name, expected)) in model.weights().iter().zip(&case.named_arrays("after")?) {
            assert_close(name, &weight.to_array()?, expected, TOLERANCE)?;
        }
        Ok(())
    })
}
