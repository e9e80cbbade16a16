// SPDX-License-Identifier: MIT OR Apache-2.0
//! One call of a layer, as `inbound_nodes` lists it.

use std::collections::BTreeSet;

use firesteel_core::{Json, JsonMap, Result, err};

use super::object::shortened;

/// The argument with the tensors at which a recurrent layer starts.
const STATES: &str = "initial_state";
/// The argument with the steps that count.
pub(super) const MASK: &str = "mask";

/// An output of a call: the layer's name, which of its calls, which of that call's outputs.
#[derive(Clone, Debug)]
pub(super) struct Reference<'a> {
    pub(super) layer: &'a str,
    pub(super) call: usize,
    pub(super) output: usize,
    /// Whether calls of models are counted from one, as Keras 2 does.
    pub(super) from_one: bool,
}

/// The arguments of a call.
#[derive(Debug, Default)]
pub(super) struct Call<'a> {
    pub(super) inputs: Vec<Reference<'a>>,
    pub(super) kwargs: Option<Json>,
    /// Arguments that are no tensors, as raw operations have them.
    pub(super) constants: usize,
}

impl<'a> Reference<'a> {
    /// A reference from a list of name and numbers.
    pub(super) fn parse(json: &'a Json) -> Result<Self> {
        let parts = json.as_array().map(Vec::as_slice);
        let number = |json: &Json| json.as_u64().and_then(|number| usize::try_from(number).ok());
        if let Some([Json::String(layer), call, output, ..]) = parts
            && let (Some(call), Some(output)) = (number(call), number(output))
        {
            return Ok(Self { layer, call, output, from_one: false });
        }
        Err(err::format("config", "a reference to a tensor is damaged")
            .expected("a list of layer, call and output")
            .got(shortened(json)))
    }

    /// Whether this is one reference and not a list of them.
    pub(super) fn is_one(json: &Json) -> bool {
        matches!(json.as_array().map(Vec::as_slice), Some([Json::String(_), Json::Number(_), ..]))
    }
}

impl<'a> Call<'a> {
    /// Reads an entry of `inbound_nodes`, in the form of Keras 3 or of Keras 2; a mask of one of these operations is
    /// left out.
    ///
    /// # Errors
    /// `Format` for a damaged entry, `Unsupported` for an argument that firesteel does not know, by name.
    pub(super) fn parse(entry: &'a Json, masks: &BTreeSet<&str>) -> Result<Self> {
        let mut call = Self::default();
        match entry {
            Json::Array(inputs) => {
                for input in inputs {
                    let reference = Reference::parse(input)?;
                    call.inputs.push(Reference { from_one: true, ..reference });
                    call.keep_kwargs(input.get(3), masks)?;
                }
            }
            Json::Object(entry) => {
                call.flatten(entry.get("args").unwrap_or(&Json::Null))?;
                let kwargs = entry.get("kwargs");
                call.flatten(kwargs.and_then(|kwargs| kwargs.get(STATES)).unwrap_or(&Json::Null))?;
                call.keep_kwargs(kwargs, masks)?;
            }
            _ => return Err(damaged(entry)),
        }
        Ok(call)
    }

    /// Tensors of a nested structure in Keras' order: mappings are sorted by key.
    fn flatten(&mut self, json: &'a Json) -> Result<()> {
        match json {
            Json::Null => Ok(()),
            Json::Array(items) => items.iter().try_for_each(|item| self.flatten(item)),
            Json::Object(object) => match object.get("class_name").and_then(Json::as_str) {
                Some("__keras_tensor__") => {
                    let history = json["config"].get("keras_history").unwrap_or(&Json::Null);
                    self.inputs.push(Reference::parse(history)?);
                    Ok(())
                }
                Some(class) => Err(err::unsupported(format!("an argument of class `{class}`"))),
                None => sorted(object).into_iter().try_for_each(|(_, item)| self.flatten(item)),
            },
            _ => {
                self.constants += 1;
                Ok(())
            }
        }
    }

    /// Keeps what a call is given beside tensors; of these, firesteel knows `training`. The states of a recurrent layer
    /// follow its sequence.
    fn keep_kwargs(&mut self, kwargs: Option<&Json>, masks: &BTreeSet<&str>) -> Result<()> {
        let Some(kwargs) = kwargs.and_then(Json::as_object) else { return Ok(()) };
        let mut kept = JsonMap::new();
        let travels = |mask: &Json| {
            let history = Reference::parse(&mask["config"]["keras_history"]);
            history.is_ok_and(|history| masks.contains(history.layer))
        };
        let given = |(name, value): &(&String, &Json)| {
            !value.is_null() && *name != STATES && !(*name == MASK && travels(value))
        };
        for (name, value) in kwargs.iter().filter(given) {
            if name != "training" || !value.is_boolean() {
                return Err(
                    err::unsupported(format!("the call argument `{name}`")).got(shortened(value))
                );
            }
            kept.insert(name.clone(), value.clone());
        }
        if !kept.is_empty() {
            self.kwargs = Some(Json::Object(kept));
        }
        Ok(())
    }
}

/// The entries of a mapping by key.
pub(super) fn sorted(object: &JsonMap<String, Json>) -> Vec<(&String, &Json)> {
    let mut entries: Vec<_> = object.iter().collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}

fn damaged(entry: &Json) -> firesteel_core::Error {
    err::format("config", "an entry of `inbound_nodes` is damaged").got(shortened(entry))
}
