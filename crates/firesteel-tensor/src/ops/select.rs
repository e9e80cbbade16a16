// SPDX-License-Identifier: MIT OR Apache-2.0
//! Masks: which elements pass a test, as a constant of ones and zeros, and the choice between two tensors by one.

use burn::backend::Dispatch;
use burn::backend::ops::{BoolTensorOps, FloatTensorOps};
use burn::tensor::{BoolDType, FloatDType};
use firesteel_core::{Result, err};

use crate::Tensor;
use crate::dispatch::burn_shape;

/// One where `x` is above the threshold, zero elsewhere; no gradient flows through it.
///
/// # Errors
/// `DType` when the tensor holds no floats.
pub fn above(x: &Tensor, threshold: f32) -> Result<Tensor> {
    x.require_float("above")?;
    let values = x.detached().into_dispatch();
    let mask = Dispatch::float_greater_elem(values, threshold.into(), BoolDType::Native);
    Ok(Tensor::wrap(Dispatch::bool_into_float(mask, FloatDType::F32)))
}

/// One where `x` is another number than `value`, zero where it is the same; no gradient flows through it.
///
/// # Errors
/// `DType` when the tensor holds no floats.
pub fn not_equal(x: &Tensor, value: f32) -> Result<Tensor> {
    x.require_float("not_equal")?;
    let values = x.detached().into_dispatch();
    let mask = Dispatch::float_not_equal_elem(values, value.into(), BoolDType::Native);
    Ok(Tensor::wrap(Dispatch::bool_into_float(mask, FloatDType::F32)))
}

/// `x1` where `condition` is another number than zero, `x2` elsewhere, whatever stands in the other one there.
///
/// # Shapes
/// `x1` and `x2` have the same; the axes of `condition` are as long, or one.
///
/// # Errors
/// `Shape` for other shapes, `DType` when a tensor holds no floats.
pub fn where_(condition: &Tensor, x1: &Tensor, x2: &Tensor) -> Result<Tensor> {
    [condition, x1, x2].iter().try_for_each(|tensor| tensor.require_float("where"))?;
    if x1.shape() != x2.shape() {
        return Err(err::shape("where", "the two tensors differ").expected(x1).got(x2));
    }
    let mut lengths = condition.shape().iter().zip(x1.shape());
    if condition.rank() != x1.rank() || !lengths.all(|(&n, &m)| n == m || n == 1) {
        return Err(err::shape("where", "the condition does not fit").expected(x1).got(condition));
    }
    let values = condition.detached().into_dispatch();
    let mask = Dispatch::float_not_equal_elem(values, 0.0.into(), BoolDType::Native);
    let mask = Dispatch::bool_expand(mask, burn_shape(x1.shape()));
    Ok(Tensor::wrap(Dispatch::float_mask_where(x2.dispatch(), mask, x1.dispatch())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{add, multiply};
    use crate::testing::{random, same};
    use crate::{Device, gradients};

    #[test]
    fn the_choice_is_the_sum_with_ones_and_zeros() {
        let ones = Tensor::from_vec(vec![1.0, 0.0, 1.0], &[3, 1], &Device::cpu()).unwrap();
        let zeros = Tensor::from_vec(vec![0.0, 1.0, 0.0], &[3, 1], &Device::cpu()).unwrap();
        same(
            &[random(&[3, 4], 1), random(&[3, 4], 2)],
            |x| where_(&ones, &x[0], &x[1]),
            |x| add(&multiply(&ones, &x[0])?, &multiply(&zeros, &x[1])?),
        );
    }

    #[test]
    fn what_is_not_chosen_may_be_no_number() {
        let tensor = |values: [f32; 2]| Tensor::from_vec(values.to_vec(), &[2], &Device::cpu());
        let condition = tensor([0.0, 2.0]).unwrap();
        let (x1, x2) =
            (tensor([f32::NAN, 3.0]).unwrap().tracked(), tensor([4.0, f32::NAN]).unwrap());
        let chosen = where_(&condition, &x1, &x2).unwrap();
        assert_eq!(chosen.to_vec().unwrap(), [4.0, 3.0]);
        let loss = crate::ops::sum_all(&chosen).unwrap();
        assert_eq!(gradients(&loss).unwrap().take(&x1).unwrap().to_vec().unwrap(), [0.0, 1.0]);
    }

    #[test]
    fn other_shapes_are_refused() {
        let [one, two] = [random(&[2, 3], 1), random(&[3, 2], 2)];
        assert!(where_(&one, &one, &two).unwrap_err().is_shape());
        assert!(where_(&two, &one, &one).unwrap_err().is_shape());
    }
}
