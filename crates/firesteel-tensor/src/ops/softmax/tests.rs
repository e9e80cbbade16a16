// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::testing::{random, same};
use crate::{Device, gradients};

/// Rows of classes, one number for each.
fn labels(values: &[f32], axes: &[usize]) -> Tensor {
    Tensor::from_vec(values.to_vec(), axes, &Device::cpu()).unwrap()
}

/// Probabilities that do not sum to one, as with weights in the target.
fn targets(axes: &[usize]) -> Tensor {
    super::super::unary::abs(&random(axes, 7)).unwrap()
}

#[test]
fn kernels_and_burn_agree_on_logarithms() {
    for axes in [&[5][..], &[1, 1], &[4, 7], &[2, 3, 19], &[3, 200]] {
        let inputs = [random(axes, 6)];
        let last = axes.len() - 1;
        same(&inputs, |x| log_softmax(&x[0], -1), |x| Ok(composed_log(&x[0], last)));
    }
}

#[test]
fn other_axes_have_logarithms_too() {
    let x = random(&[3, 4], 6);
    let turned = log_softmax(&super::super::reshape::transpose(&x, &[1, 0]).unwrap(), 0).unwrap();
    let (found, expected) = (turned.to_vec().unwrap(), log_softmax(&x, 1).unwrap());
    for (place, expected) in expected.to_vec().unwrap().into_iter().enumerate() {
        let found = found[place % 4 * 3 + place / 4];
        assert!((found - expected).abs() < 1e-6, "{place}: {found} and {expected}");
    }
}

/// Rows of real Keras (JAX): one impossible class harms no other, one that is no number all of them.
#[test]
fn logarithms_of_odd_numbers() {
    let (none, most) = (f32::NEG_INFINITY, f32::INFINITY);
    let x = labels(&[none, 1.0, 2.0, f32::NAN, 1.0, 2.0, most, 1.0, 2.0], &[3, 3]).tracked();
    let y = log_softmax(&x, -1).unwrap();
    let weights = labels(&[1.0, 2.0, -1.0, 1.0, 2.0, -1.0, 1.0, 2.0, -1.0], &[3, 3]);
    let by_y = multiply(&y, &weights).unwrap();
    let loss = super::super::reduce::sum_all(&by_y).unwrap();
    let by_x = gradients(&loss).unwrap().take(&x).unwrap().to_vec().unwrap();
    let y = y.to_vec().unwrap();
    assert_eq!(y[0], none);
    for (found, expected) in [
        (y[1], -1.313_261_6),
        (y[2], -0.313_261_63),
        (by_x[0], 1.0),
        (by_x[1], 1.462_117_1),
        (by_x[2], -2.462_117_2),
    ] {
        assert!((found - expected).abs() < 1e-6, "{found} and {expected}");
    }
    assert!(y[3..].iter().chain(&by_x[3..]).all(|value| value.is_nan()));
}

#[test]
fn kernels_and_burn_agree_on_probabilities() {
    for axes in [&[5][..], &[1, 3], &[4, 7], &[2, 3, 19]] {
        let targets = targets(axes);
        let classes = Classes::Probabilities(&targets);
        let inputs = [random(axes, 1)];
        same(&inputs, |x| cross_entropy(&x[0], classes), |x| composed(&x[0], classes));
        same(
            &inputs,
            |x| mean_cross_entropy(&x[0], classes),
            |x| mean_all(&composed(&x[0], classes)?),
        );
    }
}

#[test]
fn kernels_and_burn_agree_on_labels() {
    for (axes, given) in [
        (&[4, 7][..], labels(&[0.0, 6.0, 3.0, 3.0], &[4])),
        (&[4, 7], labels(&[1.0, 2.0, 5.0, 0.0], &[4, 1])),
        // outside of the classes
        (&[3, 2], labels(&[-1.0, 2.0, 1.0], &[3])),
        (&[2, 3, 5], labels(&[4.0, 0.0, 1.0, 2.0, 3.0, 4.0], &[2, 3])),
    ] {
        let classes = Classes::Labels(&given);
        let inputs = [random(axes, 2)];
        same(&inputs, |x| cross_entropy(&x[0], classes), |x| composed(&x[0], classes));
        same(
            &inputs,
            |x| mean_cross_entropy(&x[0], classes),
            |x| mean_all(&composed(&x[0], classes)?),
        );
    }
}

/// The gradient that the forward pass made is scaled by what the loss is multiplied with.
#[test]
fn a_mean_can_be_part_of_another_loss() {
    let given = labels(&[2.0, 0.0], &[2]);
    let x = random(&[2, 3], 3).tracked();
    let by = |factor: f32| {
        let mean = mean_cross_entropy(&x, Classes::Labels(&given)).unwrap();
        let loss = super::super::binary::multiply_scalar(&mean, factor).unwrap();
        gradients(&loss).unwrap().take(&x).unwrap().to_vec().unwrap()
    };
    for (one, three) in by(1.0).iter().zip(by(3.0)) {
        assert!((3.0 * one - three).abs() < 1e-6, "{one} and {three}");
    }
}

/// The gradient that the forward pass kept is scaled row by row, and the losses are the same without it.
#[test]
fn losses_of_rows_can_be_weighted() {
    let given = labels(&[2.0, 0.0, 1.0], &[3]);
    let (classes, x) = (Classes::Labels(&given), random(&[3, 4], 3));
    let tracked = x.tracked();
    let losses = cross_entropy(&tracked, classes).unwrap();
    assert_eq!(losses.to_vec().unwrap(), cross_entropy(&x, classes).unwrap().to_vec().unwrap());
    let weights = labels(&[3.0, 0.0, -0.5], &[3]);
    let loss = super::super::reduce::sum_all(&multiply(&losses, &weights).unwrap()).unwrap();
    let by_x = gradients(&loss).unwrap().take(&tracked).unwrap().to_vec().unwrap();
    let likely = softmax(&x, -1).unwrap().to_vec().unwrap();
    for (place, found) in by_x.into_iter().enumerate() {
        let (row, class) = (place / 4, place % 4);
        let hit = if class == [2, 0, 1][row] { 1.0 } else { 0.0 };
        let expected = [3.0, 0.0, -0.5][row] * (likely[place] - hit);
        assert!((found - expected).abs() < 1e-6, "{place}: {found} and {expected}");
    }
}

/// Targets that want a gradient get theirs.
#[test]
fn gradients_of_targets_flow() {
    let inputs = [random(&[3, 4], 4), targets(&[3, 4])];
    same(
        &inputs,
        |x| cross_entropy(&x[0], Classes::Probabilities(&x[1])),
        |x| composed(&x[0], Classes::Probabilities(&x[1])),
    );
}

/// Zero times an infinite logarithm is NaN, in Keras too, but a label looks at its own class alone.
#[test]
fn impossible_classes() {
    let x = labels(&[f32::NEG_INFINITY, 0.0, 0.0, 1.0, 0.0, 0.0], &[2, 3]);
    let likely = labels(&[0.0, 1.0, 0.0, 0.0, 1.0, 0.0], &[2, 3]);
    let values = cross_entropy(&x, Classes::Probabilities(&likely)).unwrap().to_vec().unwrap();
    assert!(values[0].is_nan() && values[1].is_finite(), "{values:?}");
    let same = composed(&x, Classes::Probabilities(&likely)).unwrap().to_vec().unwrap();
    assert!(same[0].is_nan() && same[1].is_finite(), "{same:?}");
    let of_labels = |of: &[f32]| {
        let given = labels(of, &[2]);
        cross_entropy(&x, Classes::Labels(&given)).unwrap().to_vec().unwrap()
    };
    assert!((of_labels(&[1.0, 0.0])[0] - 2.0_f32.ln()).abs() < 1e-6);
    assert_eq!(of_labels(&[0.0, 0.0])[0], f32::INFINITY);
}

#[test]
fn misfits_are_refused() {
    let (x, given) = (random(&[3, 5], 0), labels(&[0.0; 4], &[4]));
    assert!(cross_entropy(&x, Classes::Labels(&given)).unwrap_err().is_shape());
    let classes = Classes::Probabilities(&given);
    assert!(mean_cross_entropy(&x, classes).unwrap_err().is_shape());
}
