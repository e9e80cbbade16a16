// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the families share: numbers for both sides, gradients, the comparison, and the clock.

use std::time::Duration;

use burn::tensor::{Device as BurnDevice, Tensor as Burn, TensorData};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput};
use firesteel_tensor::{Device, Tensor, gradients, ops};

/// Numbers between -1 and 1.
fn numbers(len: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

pub(crate) fn ours(axes: &[usize], seed: u32) -> Tensor {
    Tensor::from_vec(numbers(axes.iter().product(), seed), axes, &Device::cpu()).unwrap()
}

/// The same numbers as [`ours`].
pub(crate) fn burns<const D: usize>(axes: [usize; D], seed: u32) -> Burn<D> {
    let data = TensorData::new(numbers(axes.iter().product(), seed), axes);
    Burn::from_data(data, &BurnDevice::flex())
}

/// An image of [`ours`] as Burn likes it.
pub(crate) fn burns_image([batch, height, width, channels]: [usize; 4], seed: u32) -> Burn<4> {
    let image = burns([batch, height, width, channels], seed).permute([0, 3, 1, 2]);
    // in this order in memory too
    let values = image.try_into_data().unwrap();
    Burn::from_data(values, &BurnDevice::flex())
}

pub(crate) fn leaf<const D: usize>(tensor: &Burn<D>) -> Burn<D> {
    tensor.clone().autodiff().require_grad()
}

/// The gradient of the sum by the first of the inputs; those by the others are computed too.
pub(crate) fn our_step(inputs: &[&Tensor], operation: impl Fn(&[Tensor]) -> Tensor) -> Tensor {
    let inputs: Vec<Tensor> = inputs.iter().map(|input| input.tracked()).collect();
    let sum = ops::sum_all(&operation(&inputs)).unwrap();
    gradients(&sum).unwrap().take(&inputs[0]).unwrap()
}

pub(crate) fn burns_step<const D: usize, const E: usize>(
    first: &Burn<D>,
    output: Burn<E>,
) -> Burn<D> {
    let gradients = output.sum().backward();
    first.grad(&gradients).unwrap()
}

/// Sum, and sum of squares: the same in any order.
fn sums(values: &[f32]) -> [f64; 2] {
    let wide = || values.iter().map(|&value| f64::from(value));
    [wide().sum(), wide().map(|value| value * value).sum()]
}

/// Measures both sides of an operation, after a look at whether they give the same.
pub(crate) fn beside<const D: usize>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    throughput: Throughput,
    burn: impl Fn() -> Burn<D>,
    ours: impl Fn() -> Tensor,
) {
    check(name, &ours(), burn());
    measure(group, name, throughput, burn, ours);
}

/// Measures both sides of an operation that were compared already, or cannot be.
pub(crate) fn measure<const D: usize>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    throughput: Throughput,
    burn: impl Fn() -> Burn<D>,
    ours: impl Fn() -> Tensor,
) {
    group.throughput(throughput);
    group.bench_function(format!("{name}/burn-flex"), |bench| bench.iter(&burn));
    group.bench_function(format!("{name}/ours"), |bench| bench.iter(&ours));
}

/// Stops where the two sides do not have the same numbers, in whatever order.
pub(crate) fn check<const D: usize>(name: &str, ours: &Tensor, burn: Burn<D>) {
    let theirs = burn_values(burn);
    let [got, want] = [sums(&ours.to_vec().unwrap()), sums(&theirs)];
    // each number may be off by a thousandth of what they are on average
    let bounds = [1e-3 * (want[1] * theirs.len() as f64).sqrt(), 1e-3 * want[1]];
    let same = (0..2).all(|index| (got[index] - want[index]).abs() <= bounds[index]);
    assert!(same, "{name}: sums {got:?} instead of {want:?}");
}

pub(crate) fn burn_values<const D: usize>(tensor: Burn<D>) -> Vec<f32> {
    tensor.try_into_data().unwrap().try_to_vec().unwrap()
}

pub(crate) fn group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group.sample_size(10);
    group
}

pub(crate) fn operations(count: usize) -> Throughput {
    Throughput::Elements(2 * count as u64)
}

pub(crate) fn bytes(numbers: usize) -> Throughput {
    Throughput::Bytes(4 * numbers as u64)
}
