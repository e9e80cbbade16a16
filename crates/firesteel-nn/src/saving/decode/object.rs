// SPDX-License-Identifier: MIT OR Apache-2.0
//! One layer of a config.

use firesteel_core::{Json, JsonMap, OptionValue, Result, Shape, err};

use super::{Decoder, keras2, neutral};
use crate::layers::Input;
use crate::saving::op::RawOp;
use crate::{Layer, LayerRef, layers};

/// A layer that was read, and the shape of the input that it brings along, as first layers may.
pub(super) struct Read {
    pub(super) layer: LayerRef,
    pub(super) batch_shape: Option<Shape>,
}

/// An object, which the part of that name must be.
///
/// # Errors
/// `Format` when it is something else.
pub(super) fn map<'a>(json: &'a Json, what: &str) -> Result<&'a JsonMap<String, Json>> {
    json.as_object()
        .ok_or_else(|| err::format("config", format!("`{what}` is no object")).got(shortened(json)))
}

/// A list, which the part of that name must be.
///
/// # Errors
/// `Format` when it is missing or something else.
pub(super) fn list<'a>(json: Option<&'a Json>, what: &str) -> Result<&'a [Json]> {
    let json = json.unwrap_or(&Json::Null);
    json.as_array()
        .map(Vec::as_slice)
        .ok_or_else(|| err::format("config", format!("`{what}` is no list")).got(shortened(json)))
}

pub(super) fn shortened(json: &Json) -> String {
    json.to_string().chars().take(80).collect()
}

/// Whether the class is somebody's own: registered in a package, or of a module outside Keras.
pub(super) fn is_custom(object: &Json) -> bool {
    let module = object["module"].as_str();
    object["registered_name"].as_str().is_some_and(|name| name.contains('>'))
        || module.is_some_and(|module| module.split('.').next() != Some("keras"))
}

impl Decoder<'_> {
    /// The layer that an object describes; `call` are the arguments of its only call, which raw operations need.
    ///
    /// # Errors
    /// `Format` when it is none, `UnknownName` or `Unsupported` when it is not known, by name.
    pub(super) fn layer(&self, object: &Json, call: Option<&Json>) -> Result<Read> {
        let Some(class) = object["class_name"].as_str() else {
            return Err(
                err::format("config", "a layer without `class_name`").got(shortened(object))
            );
        };
        let name = object["config"]["name"].as_str().or_else(|| object["name"].as_str());
        let place = || format!("layer `{}`", name.unwrap_or(class));
        if let Some(model) = self.inner_model(object).map_err(|error| error.at(place()))? {
            let trainable = object["config"]["trainable"].as_bool().unwrap_or(true);
            let layer = LayerRef::model(model);
            layer.set_own_trainable(trainable);
            return Ok(Read { layer, batch_shape: None });
        }
        let mut config = map(&object["config"], class)?.clone();
        let batch_shape = keras2::batch_shape(&mut config);
        let (layer, batch_shape) = match class {
            "InputLayer" if !is_custom(object) => {
                let input = input(config, batch_shape).map_err(|error| error.at(place()))?;
                (LayerRef::new(input), None)
            }
            _ => {
                let shape = batch_shape.filter(|shape| !shape.is_null());
                let shape = shape.map(|shape| Shape::decode(&shape)).transpose()?;
                let layer = self.leaf(object, class, config, call);
                (LayerRef::boxed(layer.map_err(|error| error.at(place()))?), shape)
            }
        };
        Ok(Read { layer, batch_shape })
    }

    fn leaf(
        &self,
        object: &Json,
        class: &str,
        mut config: JsonMap<String, Json>,
        call: Option<&Json>,
    ) -> Result<Box<dyn Layer>> {
        let name = config.remove("name").filter(|name| !name.is_null());
        let trainable = config.remove("trainable").and_then(|value| value.as_bool());
        require_float32(config.remove("dtype").as_ref())?;
        let module = object["module"].as_str().unwrap_or("keras.layers");
        let mut layer: Box<dyn Layer> = if is_custom(object) {
            self.custom(object, class, &config)?
        } else if module.starts_with("keras.src.ops") || module.starts_with("keras.ops") {
            Box::new(RawOp::decode(module, class, &config, call)?)
        } else {
            neutral::strip(&mut config);
            keras2::rename(class, &mut config);
            layers::decoder(class)?(&config)?
        };
        let base = layer.as_mut().as_mut();
        base.name = name.map(|name| String::decode(&name)).transpose()?;
        base.trainable = trainable.unwrap_or(true);
        Ok(layer)
    }

    fn custom(
        &self,
        object: &Json,
        class: &str,
        config: &JsonMap<String, Json>,
    ) -> Result<Box<dyn Layer>> {
        let name = object["registered_name"].as_str().unwrap_or(class);
        let found = self.options.custom.get(name).or_else(|| self.options.custom.get(class));
        let decoder = found.ok_or_else(|| {
            let module = object["module"].as_str().map(|module| format!(" of module `{module}`"));
            err::unsupported(format!("the custom class `{name}`{}", module.unwrap_or_default()))
                .fix(format!("register it with `LoadModel::new().custom_layer(\"{name}\", ..)`"))
        })?;
        decoder(config)
    }
}

/// The input of a model; older versions of Keras give its shape under other names.
fn input(mut config: JsonMap<String, Json>, batch_shape: Option<Json>) -> Result<Input> {
    let name = config.remove("name").filter(|name| !name.is_null());
    let shape = batch_shape.unwrap_or_default();
    config.insert("batch_shape".to_owned(), shape);
    if let Some(dtype) = config.get("dtype").and_then(dtype_name).map(Json::from) {
        config.insert("dtype".to_owned(), dtype);
    }
    config.remove("trainable");
    neutral::strip(&mut config);
    let mut input = Input::from_config(&config)?;
    let base: &mut crate::LayerBase = input.as_mut();
    base.name = name.map(|name| String::decode(&name)).transpose()?;
    let layer: &dyn Layer = &input;
    layer.validate()?;
    layer.output_shapes(&[])?;
    Ok(input)
}

/// The name of an element type or of a policy, given as such or as an object.
fn dtype_name(json: &Json) -> Option<&str> {
    json.as_str().or_else(|| json["config"]["name"].as_str())
}

fn require_float32(dtype: Option<&Json>) -> Result<()> {
    match dtype.filter(|dtype| !dtype.is_null()) {
        None => Ok(()),
        Some(dtype) => match dtype_name(dtype) {
            Some("float32") => Ok(()),
            other => Err(err::unsupported("a dtype policy other than `float32`")
                .got(other.map_or_else(|| shortened(dtype), |name| format!("`{name}`")))),
        },
    }
}
