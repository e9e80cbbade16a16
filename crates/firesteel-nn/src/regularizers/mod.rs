// SPDX-License-Identifier: MIT OR Apache-2.0
//! Penalties on weights, under Keras' names.

use firesteel_core::options::mismatch;
use firesteel_core::{Json, OptionValue, Result, err, json};
use firesteel_tensor::{Tensor, ops};

/// A penalty that a weight adds to the loss: `l1 * sum(|w|) + l2 * sum(w^2)`.
///
/// The names `"l1"`, `"l2"` and `"l1_l2"` stand for factors of 0.01.
///
/// # Examples
/// ```
/// use firesteel_nn::Regularizer;
///
/// assert_eq!(Regularizer::from("l2"), Regularizer::l2(0.01));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Regularizer {
    class: Class,
    l1: f64,
    l2: f64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Class {
    L1,
    L2,
    L1L2,
    Unknown(String),
}

impl Regularizer {
    /// `factor * sum(|w|)`.
    pub fn l1(factor: f64) -> Self {
        Self { class: Class::L1, l1: factor, l2: 0.0 }
    }

    /// `factor * sum(w^2)`.
    pub fn l2(factor: f64) -> Self {
        Self { class: Class::L2, l1: 0.0, l2: factor }
    }

    /// `l1 * sum(|w|) + l2 * sum(w^2)`.
    pub fn l1_l2(l1: f64, l2: f64) -> Self {
        Self { class: Class::L1L2, l1, l2 }
    }

    /// The penalty of a weight.
    ///
    /// # Errors
    /// `UnknownName` when the regularizer was given by a name that does not exist.
    pub fn penalty(&self, weight: &Tensor) -> Result<Tensor> {
        if let Class::Unknown(name) = &self.class {
            return Err(err::unknown_name("regularizer", name, ["l1", "l1_l2", "l2"]));
        }
        let l1 = || ops::multiply_scalar(&ops::sum_all(&ops::abs(weight)?)?, self.l1 as f32);
        let l2 = || ops::multiply_scalar(&ops::sum_all(&ops::square(weight)?)?, self.l2 as f32);
        match self.class {
            Class::L1 => l1(),
            Class::L2 => l2(),
            _ => ops::add(&l1()?, &l2()?),
        }
    }
}

impl From<&str> for Regularizer {
    fn from(name: &str) -> Self {
        match name {
            "l1" => Self::l1(0.01),
            "l2" => Self::l2(0.01),
            "l1_l2" => Self::l1_l2(0.01, 0.01),
            other => Self { class: Class::Unknown(other.to_owned()), l1: 0.0, l2: 0.0 },
        }
    }
}

impl OptionValue for Regularizer {
    const EXPECTS: &'static str = "the name of a regularizer, or its object";

    fn encode(&self) -> Json {
        let (class_name, config) = match &self.class {
            Class::L1 => ("L1", json!({"l1": self.l1})),
            Class::L2 => ("L2", json!({"l2": self.l2})),
            Class::L1L2 => ("L1L2", json!({"l1": self.l1, "l2": self.l2})),
            Class::Unknown(name) => return Json::from(name.as_str()),
        };
        json!({
            "module": "keras.regularizers",
            "class_name": class_name,
            "config": config,
            "registered_name": null,
        })
    }

    fn decode(json: &Json) -> Result<Self> {
        if let Some(name) = json.as_str() {
            return Ok(Self::from(name));
        }
        let class = json["class_name"].as_str().ok_or_else(|| mismatch::<Self>(json))?;
        let factor = |name: &str| json["config"][name].as_f64().unwrap_or(0.0);
        match class {
            "L1" => Ok(Self::l1(factor("l1"))),
            "L2" => Ok(Self::l2(factor("l2"))),
            "L1L2" => Ok(Self::l1_l2(factor("l1"), factor("l2"))),
            other => Err(err::unknown_name("regularizer", other, ["L1", "L1L2", "L2"])),
        }
    }
}
