// SPDX-License-Identifier: MIT OR Apache-2.0
use super::*;
use crate::Device;

fn tensor(values: &[f32]) -> Tensor {
    Tensor::from_vec(values.to_vec(), &[values.len()], &Device::cpu()).unwrap()
}

fn close(a: &Tensor, b: &Tensor) {
    for (x, y) in a.to_vec().unwrap().iter().zip(b.to_vec().unwrap()) {
        assert!((x - y).abs() <= 1e-6 * (1.0 + y.abs()), "{x} and {y}");
    }
}

/// The kernel and the composed operations take the same step.
#[test]
fn in_place_equals_composed() {
    let rules: Vec<Box<dyn Rule>> = vec![
        Box::new(Sgd { learning_rate: 0.1, momentum: 0.0, nesterov: false }),
        Box::new(Sgd { learning_rate: 0.1, momentum: 0.9, nesterov: false }),
        Box::new(Sgd { learning_rate: 0.1, momentum: 0.9, nesterov: true }),
        Box::new(Adam {
            learning_rate: 0.01,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-7,
            amsgrad: false,
            step: 1,
        }),
        Box::new(Adam {
            learning_rate: 0.01,
            beta_1: 0.8,
            beta_2: 0.9,
            epsilon: 1e-3,
            amsgrad: true,
            step: 3,
        }),
        Box::new(RmsProp {
            learning_rate: 0.01,
            rho: 0.9,
            momentum: 0.0,
            epsilon: 1e-7,
            centered: false,
        }),
        Box::new(RmsProp {
            learning_rate: 0.01,
            rho: 0.8,
            momentum: 0.5,
            epsilon: 1e-7,
            centered: true,
        }),
    ];
    let weight = tensor(&[1.0, -2.0, 3.0, 0.5, 0.0]);
    let gradient = tensor(&[0.1, -0.2, 0.0, 4.0, -1.0]);
    for (rule, keep) in rules.iter().flat_map(|rule| [(rule, 1.0), (rule, 0.9)]) {
        let slots = vec![tensor(&[0.1, 0.2, 0.0, 0.3, 0.4]); rule.slots()];
        let (kernel, kernel_slots) =
            update(rule.as_ref(), keep, weight.clone(), &gradient, slots.clone()).unwrap();
        let kept = decayed(keep, weight.clone()).unwrap();
        let (composed, composed_slots) = rule.composed(&kept, &gradient, &slots).unwrap();
        close(&kernel, &composed);
        kernel_slots.iter().zip(&composed_slots).for_each(|(a, b)| close(a, b));
        assert_ne!(kernel.to_vec().unwrap(), kept.to_vec().unwrap(), "{rule:?}");
    }
    assert_eq!(weight.to_vec().unwrap()[0], 1.0, "a weight that is held elsewhere stays");
}

/// What decays loses a share of itself before the step, whatever the rule and its slots.
#[test]
fn decay_takes_a_share_of_the_weight() {
    let rule = Sgd { learning_rate: 0.1, momentum: 0.0, nesterov: false };
    let (weight, gradient) = (tensor(&[1.0, -2.0, 0.0]), tensor(&[0.0, 1.0, 0.5]));
    let step = |keep| update(&rule, keep, weight.clone(), &gradient, Vec::new()).unwrap().0;
    close(&step(0.75), &tensor(&[0.75, -1.6, -0.05]));
    close(&step(1.0), &tensor(&[1.0, -2.1, -0.05]));
}
