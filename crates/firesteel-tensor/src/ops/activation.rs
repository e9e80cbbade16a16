// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Activation`: the functions that a layer can apply to its result.

use burn::backend::Dispatch;
use burn::backend::ops::{ActivationOps, FloatTensorOps};
use firesteel_core::Result;

use super::binary::{add, add_scalar, divide, minimum, multiply, multiply_scalar, subtract};
use super::select::above;
use super::softmax::{log_softmax, softmax};
use super::unary::{abs, clip, erf, exp, log, sqrt, square};
use crate::fused::{self, kernel_function};
use crate::{Device, Tensor};

/// A function that a layer applies to its result, element by element unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Activation {
    /// `x` itself.
    Linear,
    /// `max(x, 0)`.
    Relu,
    /// `min(max(x, 0), 6)`.
    Relu6,
    /// `x` where positive, `slope * x` elsewhere.
    LeakyRelu(f32),
    /// `x` where positive, `alpha * (e^x - 1)` elsewhere.
    Elu(f32),
    /// The scaled `elu` that keeps mean and variance.
    Selu,
    /// As `elu` with alpha, but smooth at zero: `alpha * (e^(x/alpha) - 1)`.
    Celu(f32),
    /// `x * P(X <= x)` for a normal `X`, exact.
    Gelu,
    /// The approximation of `gelu` that Keras has with `approximate=True`:
    /// `x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))`.
    GeluTanh,
    /// `x * sigmoid(x)`.
    Silu,
    /// `x * tanh(softplus(x))`.
    Mish,
    /// `1 / (1 + e^-x)`.
    Sigmoid,
    /// `ln sigmoid(x)`.
    LogSigmoid,
    /// `relu6(x + 3) / 6`.
    HardSigmoid,
    /// `x * hard_sigmoid(x)`.
    HardSilu,
    /// The hyperbolic tangent.
    Tanh,
    /// `ln(1 + e^x)`.
    Softplus,
    /// `x / (1 + |x|)`.
    Softsign,
    /// `e^x`.
    Exponential,
    /// `x`, held between -1 and 1.
    HardTanh,
    /// `x - tanh(x)`.
    TanhShrink,
    /// `x` where `|x|` is above the threshold, zero elsewhere.
    HardShrink(f32),
    /// `x`, moved towards zero by the threshold and held there.
    SoftShrink(f32),
    /// `(x + sqrt(x^2 + b)) / 2`.
    Squareplus(f32),
    /// Zero below -1, `(x + 1)^2 / 4` up to 1, `x` above.
    SparsePlus,
    /// `(x + 1) / 2`, held between 0 and 1.
    SparseSigmoid,
    /// The softmax over the last axis.
    Softmax,
    /// The logarithm of the softmax over the last axis.
    LogSoftmax,
}

const SELU_ALPHA: f32 = 1.673_263_2;
const SELU_SCALE: f32 = 1.050_701;

/// Applies an activation.
///
/// # Errors
/// `DType` when the tensor holds no floats.
pub fn activate(x: &Tensor, activation: Activation) -> Result<Tensor> {
    x.require_float("activation")?;
    if x.is_on_cpu()
        && !x.is_empty()
        && let Some(function) = kernel_function(activation)
    {
        return fused::apply(fused::Elementwise(function), &[x]);
    }
    composed(x, activation)
}

/// The same of separate operations, for devices without our kernels and what these do not know.
fn composed(x: &Tensor, activation: Activation) -> Result<Tensor> {
    let burn = |operation: fn(_) -> _| Ok(Tensor::wrap(operation(x.dispatch())));
    match activation {
        Activation::Linear => Ok(x.clone()),
        Activation::Relu => burn(Dispatch::relu),
        Activation::Sigmoid => burn(Dispatch::sigmoid),
        Activation::LogSigmoid => burn(Dispatch::log_sigmoid),
        Activation::Tanh => burn(Dispatch::float_tanh),
        Activation::Exponential => exp(x),
        Activation::Gelu => gelu(x),
        Activation::GeluTanh => gelu_tanh(x),
        Activation::Softmax => softmax(x, -1),
        Activation::LogSoftmax => log_softmax(x, -1),
        Activation::Relu6 => clip(x, 0.0, 6.0),
        Activation::LeakyRelu(slope) => {
            Ok(Tensor::wrap(Dispatch::leaky_relu(x.dispatch(), slope.into())))
        }
        Activation::Elu(alpha) => elu(x, alpha, 1.0),
        Activation::Celu(alpha) => elu(x, alpha, alpha),
        Activation::Selu => multiply_scalar(&elu(x, SELU_ALPHA, 1.0)?, SELU_SCALE),
        Activation::Silu => multiply(x, &activate(x, Activation::Sigmoid)?),
        Activation::Softplus => softplus(x),
        Activation::Mish => multiply(x, &activate(&softplus(x)?, Activation::Tanh)?),
        Activation::HardSigmoid => hard_sigmoid(x),
        Activation::HardSilu => multiply(x, &hard_sigmoid(x)?),
        Activation::Softsign => divide(x, &add_scalar(&abs(x)?, 1.0)?),
        Activation::HardTanh => clip(x, -1.0, 1.0),
        Activation::TanhShrink => subtract(x, &activate(x, Activation::Tanh)?),
        Activation::HardShrink(threshold) => multiply(x, &above(&abs(x)?, threshold)?),
        Activation::SoftShrink(threshold) => subtract(x, &clip(x, -threshold, threshold)?),
        Activation::Squareplus(b) => {
            multiply_scalar(&add(x, &sqrt(&add_scalar(&square(x)?, b)?)?)?, 0.5)
        }
        Activation::SparsePlus => {
            let below = square(&sparse_sigmoid(x)?)?;
            add(&below, &activate(&add_scalar(x, -1.0)?, Activation::Relu)?)
        }
        Activation::SparseSigmoid => sparse_sigmoid(x),
    }
}

/// `x * (1 + erf(x / sqrt 2)) / 2`.
fn gelu(x: &Tensor) -> Result<Tensor> {
    let erf = erf(&multiply_scalar(x, std::f32::consts::FRAC_1_SQRT_2)?)?;
    multiply(&multiply_scalar(x, 0.5)?, &add_scalar(&erf, 1.0)?)
}

/// `x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))`.
fn gelu_tanh(x: &Tensor) -> Result<Tensor> {
    const SCALE: f32 = 0.797_884_6;
    let inner = multiply(x, &add_scalar(&multiply_scalar(&square(x)?, 0.044_715)?, 1.0)?)?;
    let tanh = activate(&multiply_scalar(&inner, SCALE)?, Activation::Tanh)?;
    multiply(&multiply_scalar(x, 0.5)?, &add_scalar(&tanh, 1.0)?)
}

/// `x` where positive, `alpha * (e^(x/width) - 1)` elsewhere.
fn elu(x: &Tensor, alpha: f32, width: f32) -> Result<Tensor> {
    let zero = Tensor::full(0.0, &vec![1; x.rank()], &Device::cpu())?.like(x);
    let below = minimum(x, &zero)?;
    let curve = add_scalar(&exp(&multiply_scalar(&below, 1.0 / width)?)?, -1.0)?;
    add(&activate(x, Activation::Relu)?, &multiply_scalar(&curve, alpha)?)
}

/// `max(x, 0) + ln(1 + e^-|x|)`, which overflows nowhere.
fn softplus(x: &Tensor) -> Result<Tensor> {
    let small = exp(&multiply_scalar(&abs(x)?, -1.0)?)?;
    add(&activate(x, Activation::Relu)?, &log(&add_scalar(&small, 1.0)?)?)
}

fn hard_sigmoid(x: &Tensor) -> Result<Tensor> {
    multiply_scalar(&clip(&add_scalar(x, 3.0)?, 0.0, 6.0)?, 1.0 / 6.0)
}

fn sparse_sigmoid(x: &Tensor) -> Result<Tensor> {
    multiply_scalar(&add_scalar(&clip(x, -1.0, 1.0)?, 1.0)?, 0.5)
}

/// `(x - mean)^2`, for the variance.
pub(super) fn squared_distance(x: &Tensor, mean: &Tensor) -> Result<Tensor> {
    square(&subtract(x, mean)?)
}

#[cfg(test)]
mod tests;
