// SPDX-License-Identifier: MIT OR Apache-2.0
//! What no config may hold: Python code, and numbers that no model has.

use firesteel_core::{Json, Result, Shape, err};

/// No axis, stride or size of a layer is larger.
const LARGEST: u64 = 1 << 31;
/// No tensor of one sample has more elements.
const MOST_ELEMENTS: usize = 1 << 40;
/// Keras' own models stay below 2000.
const MOST_LAYERS: usize = 20_000;
/// Tensors, types and initializers are objects too.
const MOST_OBJECTS: usize = 16 * MOST_LAYERS;
/// Nor do more tensors go from call to call.
const MOST_TENSORS: usize = 100_000;

/// Walks through everything.
///
/// # Errors
/// `Unsupported` for Python code, `Format` for an absurd number or too many layers.
pub(super) fn check(json: &Json) -> Result<()> {
    walk(json, "", &mut 0)
}

fn walk(json: &Json, key: &str, objects: &mut usize) -> Result<()> {
    match json {
        Json::Object(object) => {
            *objects += 1;
            if *objects > MOST_OBJECTS {
                return Err(err::format("config", "there are too many objects")
                    .expected(format!("at most {MOST_OBJECTS}")));
            }
            if let Some(class) = object.get("class_name").and_then(Json::as_str) {
                refuse_code(class, object.get("config"))?;
            }
            object.iter().try_for_each(|(key, value)| walk(value, key, objects))
        }
        Json::Array(items) => items.iter().try_for_each(|item| walk(item, key, objects)),
        Json::Number(number) => check_number(key, number),
        _ => Ok(()),
    }
}

/// Seeds, identities and numbers of steps may be large.
fn check_number(key: &str, number: &serde_json::Number) -> Result<()> {
    let may_be_large = ["seed", "shared_object_id"].contains(&key) || key.ends_with("_steps");
    let size = number.as_i64().map(i64::unsigned_abs).or_else(|| number.as_u64());
    if may_be_large || size.is_none_or(|size| size <= LARGEST) {
        return Ok(());
    }
    Err(err::format("config", format!("`{key}` is absurd"))
        .expected(format!("at most {LARGEST}"))
        .got(number))
}

fn refuse_code(class: &str, config: Option<&Json>) -> Result<()> {
    if class != "__lambda__" && class != "Lambda" {
        return Ok(());
    }
    let name = config.and_then(|config| config["name"].as_str()).unwrap_or("unnamed");
    let what = if class == "Lambda" {
        format!("the Lambda layer `{name}`")
    } else {
        "a `__lambda__`".to_owned()
    };
    Err(err::unsupported(format!("{what} holds Python code, and a file executes nothing"))
        .fix("replace it by a layer of a class and save the model again"))
}

/// Refuses tensors whose number of elements is absurd, before a layer multiplies further.
///
/// # Errors
/// `Format` for one.
pub(super) fn check_shapes(layer: &str, shapes: &[Shape]) -> Result<()> {
    for shape in shapes {
        let known = shape.axes().iter().flatten();
        let elements = known.copied().try_fold(1_usize, usize::checked_mul);
        if elements.is_none_or(|elements| elements > MOST_ELEMENTS) {
            return Err(
                err::format(format!("layer `{layer}`"), "its output is absurdly large").got(shape)
            );
        }
    }
    Ok(())
}

/// Refuses more layers and calls, or more tensors between them, than any model has.
///
/// # Errors
/// `Format` when there are too many.
pub(super) fn check_counts(calls: usize, tensors: usize) -> Result<()> {
    if calls <= MOST_LAYERS && tensors <= MOST_TENSORS {
        return Ok(());
    }
    Err(err::format("config", "there are too many layers, calls or tensors")
        .expected(format!("at most {MOST_LAYERS} calls and {MOST_TENSORS} tensors"))
        .got(format!("{calls} and {tensors}")))
}
