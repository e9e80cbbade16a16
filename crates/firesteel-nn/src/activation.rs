// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Activation`: the option that names the function a layer applies to its result.

use firesteel_core::options::mismatch;
use firesteel_core::{Json, OptionValue, Result, err};
use firesteel_tensor::{Tensor, ops};

/// A function that a layer applies to its result, by Keras' name.
///
/// Any string is taken; a name that does not exist is an error when the layer is built.
///
/// # Examples
/// ```
/// use firesteel_nn::Activation;
///
/// assert_eq!(Activation::from("relu").name(), "relu");
/// assert!(Activation::from("rleu").resolve().unwrap_err().to_string().contains("`relu`"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation(String);

/// The names and what they stand for.
const KNOWN: [(&str, ops::Activation); 29] = [
    // registry: sorted
    ("celu", ops::Activation::Celu(1.0)),
    ("elu", ops::Activation::Elu(1.0)),
    ("exponential", ops::Activation::Exponential),
    ("gelu", ops::Activation::Gelu),
    ("hard_shrink", ops::Activation::HardShrink(0.5)),
    ("hard_sigmoid", ops::Activation::HardSigmoid),
    ("hard_silu", ops::Activation::HardSilu),
    ("hard_swish", ops::Activation::HardSilu),
    ("hard_tanh", ops::Activation::HardTanh),
    ("leaky_relu", ops::Activation::LeakyRelu(0.2)),
    ("linear", ops::Activation::Linear),
    ("log_sigmoid", ops::Activation::LogSigmoid),
    ("log_softmax", ops::Activation::LogSoftmax),
    ("mish", ops::Activation::Mish),
    ("relu", ops::Activation::Relu),
    ("relu6", ops::Activation::Relu6),
    ("selu", ops::Activation::Selu),
    ("sigmoid", ops::Activation::Sigmoid),
    ("silu", ops::Activation::Silu),
    ("soft_shrink", ops::Activation::SoftShrink(0.5)),
    ("softmax", ops::Activation::Softmax),
    ("softplus", ops::Activation::Softplus),
    ("softsign", ops::Activation::Softsign),
    ("sparse_plus", ops::Activation::SparsePlus),
    ("sparse_sigmoid", ops::Activation::SparseSigmoid),
    ("squareplus", ops::Activation::Squareplus(4.0)),
    ("swish", ops::Activation::Silu),
    ("tanh", ops::Activation::Tanh),
    ("tanh_shrink", ops::Activation::TanhShrink),
    // registry: end
];

impl Activation {
    /// The name as the user gave it.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The names that are known.
    pub fn names() -> Vec<&'static str> {
        KNOWN.iter().map(|(name, _)| *name).collect()
    }

    /// The function behind the name.
    ///
    /// # Errors
    /// `UnknownName` when there is none.
    pub fn resolve(&self) -> Result<ops::Activation> {
        firesteel_core::names::find("activation", &self.0, &KNOWN).copied()
    }

    /// Applies the function.
    ///
    /// # Errors
    /// `UnknownName` when the name is not known.
    pub fn apply(&self, x: &Tensor) -> Result<Tensor> {
        ops::activate(x, self.resolve()?)
    }
}

impl From<&str> for Activation {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl From<String> for Activation {
    fn from(name: String) -> Self {
        Self(name)
    }
}

impl OptionValue for Activation {
    const EXPECTS: &'static str = "the name of an activation";

    fn encode(&self) -> Json {
        Json::from(self.0.as_str())
    }

    /// A name, or the object that Keras writes for a function it does not know by name.
    fn decode(json: &Json) -> Result<Self> {
        match json {
            Json::Null => Ok(Self::from("linear")),
            Json::String(name) => Ok(Self::from(name.as_str())),
            Json::Object(object) => match object.get("config").and_then(Json::as_str) {
                Some(name) => Ok(Self::from(name)),
                None => Err(err::unsupported(format!("activation {json}"))
                    .fix("use an activation that has a name")),
            },
            _ => Err(mismatch::<Self>(json)),
        }
    }
}
