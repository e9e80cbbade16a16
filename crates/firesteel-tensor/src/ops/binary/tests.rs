// SPDX-License-Identifier: MIT OR Apache-2.0
use super::super::unary::exp;
use super::*;
use crate::fused::FusedOp;
use crate::testing::{random, same};

const ALL: [Arithmetic; 4] =
    [Arithmetic::Add, Arithmetic::Subtract, Arithmetic::Multiply, Arithmetic::Divide];

type Sum = fn(&Tensor, &Tensor) -> Result<Tensor>;

/// An operation of Burn's alone.
fn burn(arithmetic: Arithmetic, a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let (name, operation) = composed(arithmetic);
    let (a, b, _) = aligned(name, a, b)?;
    Ok(Tensor::wrap(operation(a, b)))
}

/// Numbers that can be divided by.
fn divisor(axes: &[usize], seed: u64) -> Tensor {
    exp(&random(axes, seed)).unwrap()
}

#[test]
fn kernels_and_burn_agree() {
    for (first, second, repeat) in [
        (&[3, 5][..], &[3, 5][..], Repeat::Never),
        (&[3, 5], &[5], Repeat::EachRow),
        (&[2, 3, 5], &[1, 1, 5], Repeat::EachRow),
        (&[2, 3, 5], &[1, 3, 5], Repeat::EachRow),
        (&[2, 3, 1], &[3, 1], Repeat::EachRow),
        (&[4, 3], &[1], Repeat::Everywhere),
        (&[4, 3], &[1, 1], Repeat::Everywhere),
    ] {
        assert_eq!(Repeat::of(first, second), Some(repeat));
        let inputs = [random(first, 1), divisor(second, 2)];
        for arithmetic in ALL {
            same(
                &inputs,
                |x| fused::apply(fused::Combine { arithmetic, repeat }, &[&x[0], &x[1]]),
                |x| burn(arithmetic, &x[0], &x[1]),
            );
        }
    }
}

/// In one pass, in two because no kernel has the function, and in two because the shapes differ.
#[test]
fn a_sum_and_its_activation() {
    for activation in [Activation::Relu, Activation::Tanh, Activation::Linear, Activation::Gelu] {
        for second in [&[3, 5][..], &[5]] {
            same(
                &[random(&[3, 5], 1), random(second, 2)],
                |x| add_activated(&x[0], &x[1], activation),
                |x| activate(&add(&x[0], &x[1])?, activation),
            );
        }
    }
}

/// However the operands lie, and whether or not a kernel knows how they broadcast.
#[test]
fn every_way_to_broadcast() {
    for (first, second) in [
        (&[3, 5][..], &[3, 5][..]),
        (&[5], &[3, 5]),
        (&[3, 5], &[3, 1]),
        (&[1], &[2, 3]),
        (&[4], &[1, 4]),
        (&[2, 1, 5], &[3, 1]),
        (&[3, 1, 5], &[3, 4, 5]),
    ] {
        let inputs = [divisor(first, 3), divisor(second, 4)];
        for arithmetic in ALL {
            let ours = |x: &[Tensor]| broadcast(arithmetic, &x[0], &x[1]);
            same(&inputs, ours, |x| burn(arithmetic, &x[0], &x[1]));
            // constants
            let (ours, theirs) =
                (ours(&inputs).unwrap(), burn(arithmetic, &inputs[0], &inputs[1]).unwrap());
            assert_eq!(ours.shape(), theirs.shape());
            for (x, y) in ours.to_vec().unwrap().iter().zip(theirs.to_vec().unwrap()) {
                assert!((x - y).abs() <= 1e-6 * (1.0 + y.abs()), "{arithmetic:?}: {x} and {y}");
            }
        }
    }
    let error = add(&random(&[3, 5], 0), &random(&[3], 0));
    assert!(error.unwrap_err().is_shape());
}

#[test]
fn shapes_that_no_kernel_knows() {
    for (first, second) in [
        (&[3, 5][..], &[3, 1][..]),
        (&[3, 5], &[2, 3, 5]),
        (&[5], &[3, 5]),
        (&[2, 3, 5], &[2, 1, 5]),
    ] {
        assert_eq!(Repeat::of(first, second), None, "{first:?} and {second:?}");
    }
}

#[test]
fn numbers_and_burn_agree() {
    let inputs = [random(&[3, 7], 5)];
    for number in [2.5_f32, -1.0, 0.0] {
        let burn_product = |x: &[Tensor]| -> Result<Tensor> {
            let x = x[0].dispatch();
            Ok(Tensor::wrap(Dispatch::float_mul_scalar(x, number.into())))
        };
        let burn_sum = |x: &[Tensor]| -> Result<Tensor> {
            let x = x[0].dispatch();
            Ok(Tensor::wrap(Dispatch::float_add_scalar(x, number.into())))
        };
        same(&inputs, |x| multiply_scalar(&x[0], number), burn_product);
        let op = || fused::CombineWithNumber { arithmetic: Arithmetic::Add, number };
        same(&inputs, |x| fused::apply(op(), &[&x[0]]), burn_sum);
        same(&inputs, |x| add_scalar(&x[0], number), burn_sum);
        let constant = add_scalar(&inputs[0], number).unwrap();
        assert_eq!(constant.to_vec().unwrap(), burn_sum(&inputs).unwrap().to_vec().unwrap());
    }
}

/// A tensor that meets itself gets the gradient of both places.
#[test]
fn squares() {
    let inputs = [random(&[4, 3], 6)];
    let burn_square = |x: &[Tensor]| burn(Arithmetic::Multiply, &x[0], &x[0]);
    same(&inputs, |x| multiply(&x[0], &x[0]), burn_square);
    let sums: [(Arithmetic, Sum); 2] = [(Arithmetic::Add, add), (Arithmetic::Subtract, subtract)];
    for (arithmetic, ours) in sums {
        same(&inputs, |x| ours(&x[0], &x[0]), |x| burn(arithmetic, &x[0], &x[0]));
    }
}

/// The gradient of a sum goes to both operands as it is; what happens to it in one leaves the other alone.
#[test]
fn a_sum_hands_its_gradient_on() {
    let inputs = [random(&[4, 3], 7), random(&[4, 3], 8)];
    let block = |x: &[Tensor], sum: Sum| {
        let inner = multiply(&x[0], &x[1])?;
        let outer = sum(&sum(&inner, &x[0])?, &x[1])?;
        sum(&outer, &multiply_scalar(&inner, 3.0)?)
    };
    let burn_sum = |a: &Tensor, b: &Tensor| burn(Arithmetic::Add, a, b);
    same(&inputs, |x| block(x, add), |x| block(x, burn_sum));
    let op = fused::Combine { arithmetic: Arithmetic::Add, repeat: Repeat::EachRow };
    assert!(op.hands_on(0) && !op.hands_on(1));
    let op = fused::Combine { arithmetic: Arithmetic::Subtract, repeat: Repeat::Never };
    assert!(op.hands_on(0) && !op.hands_on(1));
    let op = fused::Combine { arithmetic: Arithmetic::Multiply, repeat: Repeat::Never };
    assert!(!op.hands_on(0) && !op.hands_on(1));
}

#[test]
fn infinities_and_nan_go_through() {
    let special = [f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 0.0, -0.0, 1.0, 3e38, 1e-45];
    let tensor = |values: &[f32]| {
        Tensor::from_vec(values.to_vec(), &[values.len()], &crate::Device::cpu()).unwrap()
    };
    let mut turned = special;
    for _ in 0..special.len() {
        turned.rotate_left(1);
        let (a, b) = (tensor(&special), tensor(&turned));
        for arithmetic in ALL {
            let ours = broadcast(arithmetic, &a, &b).unwrap().to_vec().unwrap();
            let theirs = burn(arithmetic, &a, &b).unwrap().to_vec().unwrap();
            for (x, y) in ours.iter().zip(theirs) {
                let same = x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan());
                assert!(same, "{arithmetic:?}: {x} and {y}");
            }
        }
    }
}
