// SPDX-License-Identifier: MIT OR Apache-2.0
//! `RawOp`: an operation of `keras.ops` in a functional model, such as the `x * 2` of a user's program.

use firesteel_core::{Json, JsonMap, OptionSpec, Options, Result, Shape, err, json};
use firesteel_tensor::ops::Activation;
use firesteel_tensor::{Tensor, ops};

use crate::Layer;
use crate::layer::{BuildCx, CallCx, LayerBase, Weights};

/// An operation without weights; Keras does not count it among the layers.
#[derive(Clone, Debug)]
pub(super) struct RawOp {
    class: &'static str,
    function: Function,
    /// The operand that is a number.
    constant: Option<Constant>,
    base: LayerBase,
}

#[derive(Clone, Copy, Debug)]
struct Constant {
    value: f64,
    is_first: bool,
}

#[derive(Clone, Copy, Debug)]
enum Function {
    One(fn(&Tensor) -> Result<Tensor>),
    Two(fn(&Tensor, &Tensor) -> Result<Tensor>),
    Activation(Activation),
    Concatenate(i64),
}

/// Module, class, function.
const KNOWN: [(&str, &str, Function); 16] = [
    ("keras.src.ops.nn", "Relu", Function::Activation(Activation::Relu)),
    ("keras.src.ops.nn", "Sigmoid", Function::Activation(Activation::Sigmoid)),
    ("keras.src.ops.numpy", "Absolute", Function::One(ops::abs)),
    ("keras.src.ops.numpy", "Add", Function::Two(ops::add)),
    ("keras.src.ops.numpy", "Concatenate", Function::Concatenate(0)),
    ("keras.src.ops.numpy", "Divide", Function::Two(ops::divide)),
    ("keras.src.ops.numpy", "Exp", Function::One(ops::exp)),
    ("keras.src.ops.numpy", "Log", Function::One(ops::log)),
    ("keras.src.ops.numpy", "Maximum", Function::Two(ops::maximum)),
    ("keras.src.ops.numpy", "Minimum", Function::Two(ops::minimum)),
    ("keras.src.ops.numpy", "Multiply", Function::Two(ops::multiply)),
    ("keras.src.ops.numpy", "Negative", Function::One(ops::negative)),
    ("keras.src.ops.numpy", "Sqrt", Function::One(ops::sqrt)),
    ("keras.src.ops.numpy", "Subtract", Function::Two(ops::subtract)),
    ("keras.src.ops.numpy", "Tanh", Function::Activation(Activation::Tanh)),
    ("keras.src.ops.numpy", "TrueDivide", Function::Two(ops::divide)),
];

impl RawOp {
    /// The operation that a file names, with the arguments of its call.
    ///
    /// # Errors
    /// `Unsupported` for an operation, an option or an argument that firesteel does not have, by name.
    pub(super) fn decode(
        module: &str,
        class: &str,
        config: &JsonMap<String, Json>,
        call: Option<&Json>,
    ) -> Result<Self> {
        let known = KNOWN.iter().find(|(m, c, _)| *m == module && *c == class);
        let Some((_, class, function)) = known else {
            return Err(err::unsupported(format!("the operation `{module}.{class}` in a model"))
                .fix("build that part of the model of layers"));
        };
        let mut function = *function;
        for (name, value) in config.iter().filter(|(_, value)| !value.is_null()) {
            match (&mut function, name.as_str(), value.as_i64()) {
                (Function::Concatenate(axis), "axis", Some(given)) => *axis = given,
                _ => {
                    return Err(
                        err::unsupported(format!("`{name}` of the operation `{class}`")).got(value)
                    );
                }
            }
        }
        let constant = constant(class, call)?;
        if constant.is_some() && !matches!(function, Function::Two(_)) {
            return Err(err::unsupported(format!("a number as argument of `{class}`")));
        }
        Ok(Self { class, function, constant, base: LayerBase::default() })
    }

    fn tensors(&self) -> Option<usize> {
        match (self.function, self.constant) {
            (Function::Concatenate(_), _) => None,
            (Function::Two(_), None) => Some(2),
            _ => Some(1),
        }
    }
}

/// The operand of a call that is a number instead of a tensor.
fn constant(class: &str, call: Option<&Json>) -> Result<Option<Constant>> {
    let arguments = call.and_then(|call| call["args"].as_array());
    let arguments = arguments.ok_or_else(|| {
        err::unsupported(format!("the operation `{class}` that is not called exactly once"))
    })?;
    let mut found = None;
    for (position, argument) in arguments.iter().enumerate() {
        match argument {
            Json::Number(number) if found.is_none() => {
                let value = number.as_f64().unwrap_or(f64::NAN);
                found = Some(Constant { value, is_first: position == 0 });
            }
            Json::Object(_) => {}
            Json::Array(items) if items.iter().all(Json::is_object) => {}
            other => {
                return Err(
                    err::unsupported(format!("an argument of the operation `{class}`")).got(other)
                );
            }
        }
    }
    Ok(found)
}

impl Options for RawOp {
    fn type_name(&self) -> &'static str {
        self.class
    }

    fn table(&self) -> &'static [OptionSpec] {
        &[]
    }

    fn get(&self, _name: &str) -> Option<Json> {
        None
    }

    fn set(&mut self, name: &str, _value: &Json) -> Result<()> {
        Err(err::unknown_name("option", name, []).at(self.class))
    }

    fn config(&self) -> JsonMap<String, Json> {
        match self.function {
            Function::Concatenate(axis) => {
                [("axis".to_owned(), Json::from(axis))].into_iter().collect()
            }
            _ => JsonMap::new(),
        }
    }
}

impl AsRef<LayerBase> for RawOp {
    fn as_ref(&self) -> &LayerBase {
        &self.base
    }
}

impl AsMut<LayerBase> for RawOp {
    fn as_mut(&mut self) -> &mut LayerBase {
        &mut self.base
    }
}

impl Layer for RawOp {
    fn output_shapes(&self, inputs: &[Shape]) -> Result<Vec<Shape>> {
        if self.tensors().is_some_and(|wanted| wanted != inputs.len()) {
            return Err(
                err::shape(self.class, "the number of inputs does not fit").got(inputs.len())
            );
        }
        match (self.function, inputs) {
            (Function::Concatenate(axis), _) => {
                crate::layers::Concatenate::new().axis(axis).output_shapes(inputs)
            }
            (_, [one]) => Ok(vec![one.clone()]),
            (_, [a, b]) => Ok(vec![broadcast(self.class, a, b)?]),
            _ => Err(err::shape(self.class, "an input is needed").got("none")),
        }
    }

    fn build_many(&self, _inputs: &[Shape], _cx: &mut BuildCx) -> Result<()> {
        Ok(())
    }

    fn forward_many(
        &self,
        _weights: &Weights,
        inputs: &[Tensor],
        _cx: &CallCx,
    ) -> Result<Vec<Tensor>> {
        let output = match (self.function, inputs, self.constant) {
            (Function::One(apply), [x], _) => apply(x)?,
            (Function::Activation(activation), [x], _) => ops::activate(x, activation)?,
            (Function::Two(apply), [a, b], None) => apply(a, b)?,
            (Function::Two(apply), [x], Some(constant)) => {
                let ones = vec![1; x.rank()];
                let device = firesteel_tensor::Device::cpu();
                let value = Tensor::full(constant.value as f32, &ones, &device)?.like(x);
                if constant.is_first { apply(&value, x)? } else { apply(x, &value)? }
            }
            (Function::Concatenate(axis), inputs, _) => {
                ops::concatenate(&inputs.iter().collect::<Vec<_>>(), axis as isize)?
            }
            _ => return Err(err::internal(format!("{} got {} inputs", self.class, inputs.len()))),
        };
        Ok(vec![output])
    }

    fn takes_list(&self) -> bool {
        matches!(self.function, Function::Concatenate(_))
    }

    fn arguments(&self, mut inputs: Vec<Json>) -> Vec<Json> {
        if self.takes_list() {
            return vec![Json::Array(inputs)];
        }
        if let Some(Constant { value, is_first }) = self.constant {
            inputs.insert(if is_first { 0 } else { inputs.len() }, json!(value));
        }
        inputs
    }

    fn module(&self) -> &'static str {
        let known = KNOWN.iter().find(|(_, class, _)| *class == self.class);
        known.map_or("keras.src.ops.numpy", |(module, _, _)| module)
    }
}

/// The shape of two tensors of which axes of length one stretch, as in numpy.
fn broadcast(class: &str, a: &Shape, b: &Shape) -> Result<Shape> {
    let rank = a.rank().max(b.rank());
    let axis = |shape: &Shape, i: usize| match (i + shape.rank()).checked_sub(rank) {
        Some(i) => shape.axes()[i],
        None => Some(1),
    };
    let joined = |i| match (axis(a, i), axis(b, i)) {
        (Some(1), other) | (other, Some(1)) => Ok(other),
        (None, other) | (other, None) => Ok(other),
        (Some(x), Some(y)) if x == y => Ok(Some(x)),
        _ => Err(err::shape(class, "the inputs do not broadcast").expected(a).got(b)),
    };
    (0..rank).map(joined).collect::<Result<Vec<_>>>().map(Shape::new)
}
