// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::Device;
use crate::testing::{random, same};

/// Each part cut out by itself.
fn one_by_one(x: &Tensor, axis: usize) -> Vec<Tensor> {
    let mut axes = x.shape().to_vec();
    let length = axes.remove(axis);
    let part = |at| reshape(&slice(x, axis as isize, at, 1)?, &axes);
    (0..length).map(|at| part(at).unwrap()).collect()
}

#[test]
fn parts_stand_in_their_order() {
    for (shape, axis) in [(&[2, 5, 3][..], 1), (&[4, 3], 0), (&[2, 3, 1], 2), (&[2, 1, 3], 1)] {
        let x = random(shape, 1);
        let (parts, expected) = (unstack(&x, axis as isize).unwrap(), one_by_one(&x, axis));
        assert_eq!(parts.len(), expected.len());
        for (part, expected) in parts.iter().zip(&expected) {
            assert_eq!(part.shape(), expected.shape());
            assert_eq!(part.to_vec().unwrap(), expected.to_vec().unwrap());
        }
    }
    assert_eq!(unstack(&random(&[3], 1), 0).unwrap()[2].shape(), [1]);
    let none = Tensor::from_vec(Vec::new(), &[2, 0, 3], &Device::cpu()).unwrap();
    assert!(unstack(&none, 1).unwrap().is_empty());
    assert!(unstack(&none, 3).is_err());
}

#[test]
fn gradients_come_back_to_their_places() {
    // the last part counts twice, the first not at all
    let used = |parts: Vec<Tensor>| {
        let parts: Vec<&Tensor> = parts[1..].iter().chain(parts.last()).collect();
        concatenate(&parts, 0)
    };
    same(&[random(&[2, 7, 3], 2)], |x| used(unstack(&x[0], 1)?), |x| used(one_by_one(&x[0], 1)));
}
