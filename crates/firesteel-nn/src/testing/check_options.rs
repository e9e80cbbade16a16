// SPDX-License-Identifier: MIT OR Apache-2.0
//! `check_options`: that each option of a layer changes something.

use firesteel_core::{IndexMap, Json, OptionSpec, Result, Seed, json};
use firesteel_tensor::{Device, Tensor};
use ndarray::ArrayD;

use super::failed;
use super::subject::{InputShapes, Subject};
use crate::Layer;
use crate::layer::{CallCx, Mask};

const SEED: u64 = 7;

/// Options that say how Keras goes about it, and change no number.
const HOW: [&str; 1] = ["unroll"];

/// Checks that every option of a layer changes something: shapes, outputs, weights, what training leaves in
/// them, or the loss. An option that refuses its other values as not supported also has an effect.
///
/// `values` are other values than those of `layer`, one or several for each option. They can be left out where
/// they are obvious: the other of two, the other names of a list, another activation, initializer or regularizer.
///
/// # Errors
/// `InvalidArgument` that names the option without effect, or the one for which a value is missing.
///
/// # Examples
/// ```
/// use firesteel_core::json;
/// use firesteel_nn::layers::Dense;
/// use firesteel_nn::testing::check_options;
///
/// check_options(Dense::new(4), [2, 3], [("units", json!(5))])?;
/// # Ok::<(), firesteel_core::Error>(())
/// ```
#[expect(clippy::needless_pass_by_value, reason = "a test hands over what it made")]
pub fn check_options<const N: usize>(
    layer: impl Layer + Clone + 'static,
    inputs: impl Into<InputShapes>,
    values: [(&str, Json); N],
) -> Result<()> {
    let (inputs, values) = (inputs.into(), Vec::from(values));
    let name = layer.type_name();
    let at = |error: firesteel_core::Error| error.at(format!("check_options({name})"));
    let plain = effects(Box::new(layer.clone()), &inputs).map_err(at)?;
    if effects(Box::new(layer.clone()), &inputs).map_err(at)? != plain {
        return Err(at(failed("two equal layers differ")));
    }
    for (option, value) in all_values(&layer, &values).map_err(at)? {
        let mut changed = layer.clone();
        changed.set(&option, &value).map_err(at)?;
        match effects(Box::new(changed), &inputs) {
            Ok(effects) if effects == plain => {
                return Err(at(failed(format!("`{option}` changes nothing")).got(value)));
            }
            Err(error) if !error.is_unsupported() => return Err(at(error)),
            _ => {}
        }
    }
    Ok(())
}

/// All options with the values to try.
fn all_values(layer: &dyn Layer, given: &[(&str, Json)]) -> Result<Vec<(String, Json)>> {
    let table = layer.table();
    for (name, _) in given {
        if !table.iter().any(|row| row.name == *name) {
            return Err(failed(format!("there is no option `{name}`")));
        }
    }
    let mut values = Vec::new();
    for row in table.iter().filter(|row| !HOW.contains(&row.name)) {
        let own: Vec<Json> =
            given.iter().filter(|(name, _)| *name == row.name).map(|(_, v)| v.clone()).collect();
        let tried = if own.is_empty() { obvious(row, layer.get(row.name)) } else { own };
        if tried.is_empty() {
            return Err(failed(format!("give a value to try for `{}`", row.name)));
        }
        values.extend(tried.into_iter().map(|value| (row.name.to_owned(), value)));
    }
    Ok(values)
}

/// Other values than the present one, where they follow from the table.
fn obvious(row: &OptionSpec, present: Option<Json>) -> Vec<Json> {
    let present = present.unwrap_or_default();
    let name_of = |word: &str| row.name.ends_with(word);
    match present {
        Json::Bool(value) => vec![json!(!value)],
        _ if !row.one_of.is_empty() => {
            let others = row.one_of.iter().map(|name| json!(name));
            others.filter(|name| *name != present).collect()
        }
        _ if row.name == "activation" => vec![json!("tanh")],
        _ if name_of("_initializer") => {
            vec![json!({"class_name": "Constant", "config": {"value": 0.375}})]
        }
        _ if name_of("_regularizer") => vec![json!("l1_l2")],
        _ => Vec::new(),
    }
}

/// Everything about a layer that can be seen, to the last bit.
#[derive(PartialEq)]
struct Effects {
    weights: IndexMap<String, (bool, Bits)>,
    inference: Seen,
    /// With a mask on every input that is a sequence, where the layer takes such a mask.
    masked: Option<Seen>,
    masks: Vec<Option<Bits>>,
    training: Seen,
    after: Vec<Bits>,
    /// With what the training step has left to the next batch.
    again: Seen,
}

type Seen = (Vec<Bits>, u64);
type Bits = (Vec<usize>, Vec<u32>);

fn bits(array: &ArrayD<f32>) -> Bits {
    (array.shape().to_vec(), array.iter().map(|value| value.to_bits()).collect())
}

fn effects(layer: Box<dyn Layer>, inputs: &InputShapes) -> Result<Effects> {
    let subject = Subject::boxed(layer, inputs, Seed::new(SEED))?;
    let values = inputs.random(Seed::new(SEED))?;
    let weight = |weight: &std::sync::Arc<crate::Variable>| {
        Ok((weight.name().to_owned(), (weight.is_trainable(), bits(&weight.to_array()?))))
    };
    let weights = subject.layer.weights().iter().map(weight).collect::<Result<_>>()?;
    // the start values are often such that options do not show: zeros and ones
    let subject = subject.with_random_weights(Seed::new(SEED))?;
    let seen = |cx: &CallCx| -> Result<Seen> {
        let called = subject.call(&values, cx)?;
        Ok((called.outputs.iter().map(bits).collect(), called.loss.to_bits()))
    };
    let inference = seen(&CallCx::inference())?;
    let cx = CallCx::inference().with_masks(input_masks(&subject, inputs)?);
    let masked = seen(&cx).ok();
    let masks = subject.masks(&values, &cx).unwrap_or_default();
    let masks = masks.iter().map(|mask| mask.as_ref().map(bits)).collect();
    let cx = CallCx::training(Seed::new(SEED));
    let training = seen(&cx)?;
    cx.apply_states()?;
    let after = subject.values()?.iter().map(bits).collect();
    let again = seen(&CallCx::inference())?;
    Ok(Effects { weights, inference, masked, masks, training, after, again })
}

/// A mask for each sequence that a layer takes with one: every third step does not count, the last one among them.
fn input_masks(subject: &Subject, inputs: &InputShapes) -> Result<Vec<Mask>> {
    let takes = subject.layer.as_layer().is_some_and(|layer| layer.supports_masking());
    let mask = |shape: &Vec<usize>| match shape.as_slice() {
        &[batch, steps, _, ..] if takes => {
            let counts =
                |at: usize| if (steps - 1 - at % steps).is_multiple_of(3) { 0.0 } else { 1.0 };
            let marks = (0..batch * steps).map(counts).collect();
            Tensor::from_vec(marks, &[batch, steps], &Device::cpu()).map(Some)
        }
        _ => Ok(None),
    };
    inputs.shapes.iter().map(mask).collect()
}
