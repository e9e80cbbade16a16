// SPDX-License-Identifier: MIT OR Apache-2.0
//! `FixtureCheck`: that a layer computes what the real Keras computed.

use firesteel_core::{Error, IndexMap, Json, Result, Seed, Shape, json};
use firesteel_tensor::{Device, Tensor};
use ndarray::{ArrayD, IxDyn};

use super::compare::assert_close;
use super::failed;
use super::fixture::{Case, Fixture};
use super::subject::Subject;
use crate::layer::CallCx;
use crate::{LayerRef, model_from_json};

/// Checks all cases of a fixture of layers, with the default tolerance.
///
/// # Errors
/// As [`FixtureCheck::check`].
pub fn check_fixture(name: &str) -> Result<()> {
    FixtureCheck::new(name)?.check()
}

/// Rebuilds the layer of each case from Keras' own config and compares what it computes: the declared shapes,
/// names and numbers of weights, outputs, what is added to the loss, derivatives by inputs and weights, and
/// the moving statistics after a training step.
#[derive(Debug)]
pub struct FixtureCheck {
    fixture: Fixture,
    tolerance: f64,
    tolerances: IndexMap<String, f64>,
    refused: IndexMap<String, String>,
    missing: Vec<String>,
}

impl FixtureCheck {
    /// The check of the fixture `keras/layers/<name>`, with a tolerance of 1e-6 for each number, relative
    /// where the number is larger than one.
    ///
    /// # Errors
    /// As [`Fixture::read`].
    pub fn new(name: &str) -> Result<Self> {
        Ok(Self {
            fixture: Fixture::read(&format!("keras/layers/{name}"))?,
            tolerance: 1e-6,
            tolerances: IndexMap::new(),
            refused: IndexMap::new(),
            missing: Vec::new(),
        })
    }

    /// Another tolerance; 1e-5 is right for long sums.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Another tolerance for one case.
    #[must_use]
    pub fn tolerance_of(mut self, case: &str, tolerance: f64) -> Self {
        self.tolerances.insert(case.to_owned(), tolerance);
        self
    }

    /// A case that must be refused, with an error that contains a name.
    #[must_use]
    pub fn refuses(mut self, case: &str, name: &str) -> Self {
        self.refused.insert(case.to_owned(), name.to_owned());
        self
    }

    /// A case that is left out, because it calls the layer in a way that there is not yet.
    #[must_use]
    pub fn without(mut self, case: &str) -> Self {
        self.missing.push(case.to_owned());
        self
    }

    /// Checks all cases.
    ///
    /// # Errors
    /// `InvalidArgument` that lists the cases which differ and how; `UnknownName` when an exception is
    /// made for a case that is not there.
    pub fn check(&self) -> Result<()> {
        let exceptions = self.tolerances.keys().chain(self.refused.keys()).chain(&self.missing);
        exceptions.map(|name| self.fixture.case(name)).collect::<Result<Vec<_>>>()?;
        let mut errors = Vec::new();
        let mut count = 0;
        for case in self.fixture.cases().iter().filter(|case| !self.missing.contains(&name(case))) {
            count += 1;
            if let Err(error) = self.check_case(case) {
                errors.push(format!("{}: {error}", case.name()));
            }
        }
        if errors.is_empty() && count > 0 {
            return Ok(());
        }
        let shown = errors.iter().take(8).map(String::as_str).collect::<Vec<_>>().join("\n  ");
        Err(failed(format!("{} of {count} cases differ\n  {shown}", errors.len())))
    }

    fn check_case(&self, case: &Case) -> Result<()> {
        let result = self.compare(case);
        let Some(wanted) = self.refused.get(case.name()) else { return result };
        match result {
            Err(error) if error.to_string().contains(wanted) && !is_difference(&error) => Ok(()),
            Err(error) => Err(error.at(format!("expected a refusal that names `{wanted}`"))),
            Ok(()) => Err(failed(format!("expected a refusal that names `{wanted}`"))),
        }
    }

    fn compare(&self, case: &Case) -> Result<()> {
        let tolerance = self.tolerances.get(case.name()).copied().unwrap_or(self.tolerance);
        let layer = layer(case)?;
        check_config(case, &layer)?;
        let inputs = case.arrays("inputs")?;
        let shapes: Vec<Shape> = inputs.iter().map(|input| Shape::from(input.shape())).collect();
        check_declared(case, &layer, &shapes)?;
        let subject = Subject::new(layer, &shapes, Seed::new(0))?;
        assign(case, &subject)?;
        let training = case.json("training") == &Json::Bool(true);
        let mask = case.has("mask").then(|| case.array("mask")).transpose()?;
        let mask = mask.map(|mask| Tensor::from_array(&mask, &Device::cpu())).transpose()?;
        let cx = || match training {
            true => CallCx::training(Seed::new(0)).with_masks(vec![mask.clone()]),
            false => CallCx::inference().with_masks(vec![mask.clone()]),
        };
        compare_outputs(case, &subject, &inputs, &cx(), tolerance)?;
        compare_derivatives(case, &subject, &inputs, &cx(), tolerance)?;
        compare_states(case, &subject, &inputs, &cx(), tolerance)
    }
}

fn name(case: &Case) -> String {
    case.name().to_owned()
}

/// Whether an error says that numbers differ, and not that something is refused.
fn is_difference(error: &Error) -> bool {
    error.to_string().contains(" instead of ")
}

/// The layer of a case, by the way a file is read.
fn layer(case: &Case) -> Result<LayerRef> {
    let object = json!({
        "module": "keras.layers",
        "class_name": case.json("class_name"),
        "config": case.json("config"),
        "registered_name": null,
    });
    let model = json!({
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "sequential", "layers": [object]},
        "registered_name": null,
    });
    let layers = model_from_json(&model.to_string())?.layers();
    layers.into_iter().next().ok_or_else(|| failed("the layer got lost"))
}

/// What we would write must be what Keras wrote, as far as we write it.
fn check_config(case: &Case, layer: &LayerRef) -> Result<()> {
    let Some(options) = layer.as_layer() else { return Err(failed("the layer is a model")) };
    let keras = case.json("config");
    for (key, ours) in options.config() {
        let theirs = &keras[&key];
        if !agrees(&ours, theirs) {
            return Err(failed(format!("config `{key}`")).expected(theirs).got(ours));
        }
    }
    Ok(())
}

/// Whether our value is Keras' value, or a part of it where it is an object; numbers compare as numbers.
fn agrees(ours: &Json, theirs: &Json) -> bool {
    match (ours, theirs) {
        (Json::Object(ours), Json::Object(theirs)) => {
            let has = |(key, value): (&String, &Json)| {
                agrees(value, theirs.get(key).unwrap_or(&Json::Null))
            };
            ours.iter().all(has)
        }
        (Json::Array(ours), Json::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| agrees(a, b))
        }
        (one, Json::Array(list)) if list.len() == 1 => agrees(one, &list[0]),
        (Json::Number(ours), Json::Number(theirs)) => ours.as_f64() == theirs.as_f64(),
        _ => ours == theirs,
    }
}

/// The shapes that are declared for an open batch.
fn check_declared(case: &Case, layer: &LayerRef, inputs: &[Shape]) -> Result<()> {
    let open: Vec<Shape> = inputs.iter().map(|input| input.unbatched().batched()).collect();
    let declared = layer.output_shapes(&open)?;
    let expected: Vec<Shape> =
        case.shapes("symbolic_output_shapes").into_iter().map(Shape::new).collect();
    if declared == expected {
        return Ok(());
    }
    Err(failed("the declared shape").expected(format!("{expected:?}")).got(format!("{declared:?}")))
}

/// The name of a weight without the part of the layer that has it: Keras calls `kernel` what its files keep as
/// `cell/kernel`.
fn leaf(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Gives the layer Keras' weights; names, order and number must be the same.
fn assign(case: &Case, subject: &Subject) -> Result<()> {
    let stored = case.named_arrays("weights")?;
    let weights = subject.layer.weights();
    let names = |names: Vec<&str>| names.join(", ");
    let expected = names(stored.iter().map(|(name, _)| name.as_str()).collect());
    let ours = names(weights.iter().map(|weight| leaf(weight.name())).collect());
    if ours != expected {
        return Err(failed("the weights").expected(expected).got(ours));
    }
    let trained = subject.layer.trainable_weights();
    let trained: Vec<Json> = trained.iter().map(|weight| json!(leaf(weight.name()))).collect();
    if json!(trained) != *case.json("trainable_weights") {
        let expected = case.json("trainable_weights");
        return Err(failed("the weights to train").expected(expected).got(json!(trained)));
    }
    let count: usize = weights.iter().map(|weight| weight.size()).sum();
    if json!(count) != *case.json("params") {
        return Err(failed("the number of parameters").expected(case.json("params")).got(count));
    }
    weights.iter().zip(&stored).try_for_each(|(weight, (_, values))| weight.assign(values))
}

fn compare_outputs(
    case: &Case,
    subject: &Subject,
    inputs: &[ArrayD<f32>],
    cx: &CallCx,
    tolerance: f64,
) -> Result<()> {
    let called = subject.call(inputs, cx)?;
    let expected = case.arrays("outputs")?;
    if called.outputs.len() != expected.len() {
        return Err(failed("the number of outputs").expected(expected.len()));
    }
    for (output, expected) in called.outputs.iter().zip(&expected) {
        assert_close("output", output, expected, tolerance)?;
    }
    let losses = if case.has("losses") { case.array("losses")?.sum() } else { 0.0 };
    let single = |value: f32| ArrayD::from_elem(IxDyn(&[]), value);
    // a penalty is a sum over all elements
    assert_close("losses", &single(called.loss as f32), &single(losses), tolerance.max(1e-5))
}

fn compare_derivatives(
    case: &Case,
    subject: &Subject,
    inputs: &[ArrayD<f32>],
    cx: &CallCx,
    tolerance: f64,
) -> Result<()> {
    if !case.has("cotangents") {
        return Ok(());
    }
    let found = subject.derivatives(inputs, &case.arrays("cotangents")?, cx)?;
    let expected = case.arrays("grad_inputs")?;
    for (index, (found, expected)) in found.inputs.iter().zip(&expected).enumerate() {
        assert_close(&format!("derivative by input {index}"), found, expected, tolerance)?;
    }
    let expected = case.named_arrays("grad_weights")?;
    if found.weights.len() != expected.len() {
        return Err(failed("the number of derivatives").expected(expected.len()));
    }
    for ((name, found), (_, expected)) in found.weights.iter().zip(&expected) {
        assert_close(&format!("derivative by `{name}`"), found, expected, tolerance)?;
    }
    Ok(())
}

/// What a training step leaves in the weights that the layer keeps itself.
fn compare_states(
    case: &Case,
    subject: &Subject,
    inputs: &[ArrayD<f32>],
    cx: &CallCx,
    tolerance: f64,
) -> Result<()> {
    if !case.has("weights_after") {
        return Ok(());
    }
    subject.call(inputs, cx)?;
    cx.apply_states()?;
    for (weight, (name, expected)) in
        subject.layer.weights().iter().zip(&case.named_arrays("weights_after")?)
    {
        assert_close(&format!("`{name}` after a step"), &weight.to_array()?, expected, tolerance)?;
    }
    Ok(())
}
