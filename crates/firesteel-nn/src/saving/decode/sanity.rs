// SPDX-License-Identifier: MIT OR Apache-2.0
//! What no config may hold: Python code, and numbers that no model has.

use firesteel_core::{Json, Result, Shape, err};

/// No axis, stride or size of a layer is larger.
const LARGEST: i64 = 1 << 31;
/// No tensor of one sample has more elements.
const MOST_ELEMENTS: usize = 1 << 40;
/// Keras' own models stay below 2000.
const MOST_LAYERS: usize = 20_000;
/// Nor do more tensors go from call to call.
const MOST_TENSORS: usize = 100_000;

/// Walks through everything.
///
/// # Errors
/// `Unsupported` for Python code, `Format` for an absurd number or too many layers.
pub(super) fn check(json: &Json) -> Result<()> {
    let mut layers = 0;
    walk(json, "", &mut layers)
}

fn walk(json: &Json, key: &str, layers: &mut usize) -> Result<()> {
    match json {
        Json::Object(object) => {
            if let Some(class) = object.get("class_name").and_then(Json::as_str) {
                refuse_code(class, object.get("config"))?;
                *layers += 1;
            }
            object.iter().try_for_each(|(key, value)| walk(value, key, layers))?;
        }
        Json::Array(items) => items.iter().try_for_each(|item| walk(item, key, layers))?,
        Json::Number(number) if key != "seed" && key != "shared_object_id" => {
            let whole = number.as_i64().or_else(|| number.as_u64().map(|_| i64::MAX));
            if whole.is_some_and(|whole| whole.unsigned_abs() > LARGEST.unsigned_abs()) {
                return Err(err::format("config", format!("`{key}` is absurd"))
                    .expected(format!("at most {LARGEST}"))
                    .got(number));
            }
        }
        _ => {}
    }
    // tensors, types and initializers are objects too
    if *layers > MOST_LAYERS * 16 {
        return Err(err::format("config", "there are too many objects")
            .expected(format!("at most {}", MOST_LAYERS * 16)));
    }
    Ok(())
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
