// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the tests of operations share.

use firesteel_core::{Result, Seed};

use crate::{Device, Tensor, gradients, ops};

/// Random values, the same for the same number.
pub(crate) fn random(axes: &[usize], seed: u64) -> Tensor {
    let mut rng = Seed::new(seed).rng();
    let values = (0..axes.iter().product()).map(|_| rng.uniform_in(-1.0, 1.0) as f32).collect();
    Tensor::from_vec(values, axes, &Device::cpu()).unwrap()
}

/// Two ways to compute the same agree in value and in the gradient by every input.
pub(crate) fn same(
    inputs: &[Tensor],
    a: impl Fn(&[Tensor]) -> Result<Tensor>,
    b: impl Fn(&[Tensor]) -> Result<Tensor>,
) {
    let run = |f: &dyn Fn(&[Tensor]) -> Result<Tensor>| {
        let tracked: Vec<Tensor> = inputs.iter().map(Tensor::tracked).collect();
        let output = f(&tracked).unwrap();
        let cotangent = random(output.shape(), 99);
        let loss = ops::sum_all(&ops::multiply(&output, &cotangent).unwrap()).unwrap();
        let mut found = gradients(&loss).unwrap();
        let by_input = tracked.iter().map(|input| found.take(input).unwrap());
        std::iter::once(output.detached()).chain(by_input).collect::<Vec<_>>()
    };
    for (i, (x, y)) in run(&a).iter().zip(run(&b)).enumerate() {
        assert_eq!(x.shape(), y.shape());
        for (x, y) in x.to_vec().unwrap().iter().zip(y.to_vec().unwrap()) {
            assert!((x - y).abs() <= 2e-5 * (1.0 + y.abs()), "part {i}: {x} and {y}");
        }
    }
}
