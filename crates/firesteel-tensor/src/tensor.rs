// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Tensor`: an array on a device, whose rank is not part of its type.

use std::fmt;

use burn::backend::ops::{FloatTensorOps, IntTensorOps};
use burn::backend::{Dispatch, DispatchTensor, TensorMetadata};
use burn::tensor::TensorData;
use firesteel_core::{Result, err};
use ndarray::{ArrayD, IxDyn};

use crate::dispatch::ranked;
use crate::{Device, device};

/// The element type of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DType {
    /// 32-bit floating point, the type of weights, activations and gradients.
    Float32,
    /// 64-bit whole numbers, the type of indices.
    Int64,
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Float32 => "float32",
            Self::Int64 => "int64",
        })
    }
}

/// An array of numbers on a [`Device`], of any rank.
///
/// Cloning shares the memory. Operations are in [`ops`](crate::ops).
///
/// # Examples
/// ```
/// use firesteel_tensor::{Device, Tensor, ops};
///
/// let x = Tensor::from_vec(vec![1.0, 2.0, 3.0, 4.0], &[2, 2], &Device::cpu())?;
/// let y = ops::multiply(&x, &x)?;
/// assert_eq!(y.to_vec()?, [1.0, 4.0, 9.0, 16.0]);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Tensor {
    inner: DispatchTensor,
    axes: Vec<usize>,
}

impl Tensor {
    /// A tensor of the given values in row-major order.
    ///
    /// # Errors
    /// `Shape` when the number of values is not the product of the axes.
    pub fn from_vec(values: Vec<f32>, axes: &[usize], device: &Device) -> Result<Self> {
        check_len(values.len(), axes)?;
        let data = TensorData::new(values, axes.to_vec());
        Ok(Self::wrap(Dispatch::float_from_data(data, device.dispatch())))
    }

    /// A tensor of whole numbers in row-major order, such as indices.
    ///
    /// # Errors
    /// `Shape` when the number of values is not the product of the axes.
    pub fn from_indices(values: Vec<i64>, axes: &[usize], device: &Device) -> Result<Self> {
        check_len(values.len(), axes)?;
        let data = TensorData::new(values, axes.to_vec());
        Ok(Self::wrap(Dispatch::int_from_data(data, device.dispatch())))
    }

    /// A tensor with the values of an array.
    ///
    /// # Errors
    /// None today; a device that runs out of memory will be one.
    pub fn from_array(array: &ArrayD<f32>, device: &Device) -> Result<Self> {
        let values = match array.as_slice() {
            Some(values) => values.to_vec(),
            None => array.iter().copied().collect(),
        };
        Self::from_vec(values, array.shape(), device)
    }

    /// A tensor that holds one value everywhere.
    ///
    /// # Errors
    /// None today; a device that runs out of memory will be one.
    pub fn full(value: f32, axes: &[usize], device: &Device) -> Result<Self> {
        Self::from_vec(vec![value; axes.iter().product()], axes, device)
    }

    /// The values in row-major order, copied to the host.
    ///
    /// # Errors
    /// `DType` when the tensor holds no floats; `Engine` when the device fails.
    pub fn to_vec(&self) -> Result<Vec<f32>> {
        self.require_float("to_vec")?;
        let data = ranked(self.inner.clone()).try_into_data();
        let data = data.map_err(|error| err::engine("the device could not be read", error))?;
        data.try_into_vec::<f32>()
            .map_err(|error| err::internal(format!("float tensor of another type: {error:?}")))
    }

    /// The values as an array on the host.
    ///
    /// # Errors
    /// As [`to_vec`](Tensor::to_vec).
    pub fn to_array(&self) -> Result<ArrayD<f32>> {
        ArrayD::from_shape_vec(IxDyn(&self.axes), self.to_vec()?)
            .map_err(|error| err::internal(format!("values and shape differ: {error}")))
    }

    /// The only value of a tensor with one element.
    ///
    /// # Errors
    /// `Shape` when there is not exactly one element; as [`to_vec`](Tensor::to_vec).
    pub fn to_scalar(&self) -> Result<f32> {
        match self.to_vec()?.as_slice() {
            [value] => Ok(*value),
            _ => Err(err::shape("to_scalar", "the tensor has not one element").got(self)),
        }
    }

    /// The axis lengths.
    pub fn shape(&self) -> &[usize] {
        &self.axes
    }

    /// The number of axes.
    pub fn rank(&self) -> usize {
        self.axes.len()
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.axes.iter().product()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element type.
    pub fn dtype(&self) -> DType {
        if self.inner.dtype().is_float() { DType::Float32 } else { DType::Int64 }
    }

    /// Whether the tensor lives on the CPU.
    pub fn is_on_cpu(&self) -> bool {
        device::is_cpu(&self.inner.device())
    }

    /// The same values, as a variable whose gradient [`gradients`](crate::gradients) finds.
    #[must_use]
    pub fn tracked(&self) -> Self {
        Self::wrap(ranked(self.inner.clone()).inner().autodiff().require_grad().into_dispatch())
    }

    /// The same values, as a constant of which no gradient is taken.
    #[must_use]
    pub fn detached(&self) -> Self {
        match self.dtype() {
            DType::Float32 => Self::wrap(ranked(self.inner.clone()).inner().into_dispatch()),
            DType::Int64 => self.clone(),
        }
    }

    /// The tensor on another device.
    #[must_use]
    pub fn to_device(&self, device: &Device) -> Self {
        match self.dtype() {
            DType::Float32 => {
                Self::wrap(ranked(self.inner.clone()).to_device(device.burn()).into_dispatch())
            }
            DType::Int64 => {
                Self::wrap(Dispatch::int_to_device(self.inner.clone(), device.dispatch()))
            }
        }
    }

    /// The tensor on the device of another one.
    #[must_use]
    pub fn like(&self, other: &Self) -> Self {
        if other.is_on_cpu() && self.is_on_cpu() {
            return self.clone();
        }
        let device = burn::tensor::Device::new(other.inner.device());
        Self::wrap(ranked(self.inner.clone()).to_device(&device).inner().into_dispatch())
    }

    pub(crate) fn wrap(inner: DispatchTensor) -> Self {
        let axes = inner.shape().to_vec();
        Self { inner, axes }
    }

    pub(crate) fn dispatch(&self) -> DispatchTensor {
        self.inner.clone()
    }

    pub(crate) fn into_dispatch(self) -> DispatchTensor {
        self.inner
    }

    pub(crate) fn require_float(&self, operation: &str) -> Result<()> {
        match self.dtype() {
            DType::Float32 => Ok(()),
            other => Err(err::dtype(operation, "the tensor does not fit")
                .expected(DType::Float32)
                .got(other)),
        }
    }
}

fn check_len(len: usize, axes: &[usize]) -> Result<()> {
    let wanted: usize = axes.iter().product();
    if len == wanted {
        return Ok(());
    }
    Err(err::shape("Tensor", "the number of values does not fit the shape")
        .expected(format!("{wanted} values for {axes:?}"))
        .got(len))
}

impl fmt::Display for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", firesteel_core::Shape::from(self.axes.as_slice()))
    }
}

impl fmt::Debug for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tensor({self}, {})", self.dtype())
    }
}
