// SPDX-License-Identifier: MIT OR Apache-2.0
//! Steps of the optimizers; throughput counts each slice once for reading and once for writing where it is written.

use burn::tensor::Tensor as Burn;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion};
use firesteel_tensor::update::Rule;
use firesteel_tensor::{Tensor, ops, update};

use crate::support::{burns, bytes, check, group, ours};

/// Weights of the smallest network, of a larger one, and of one that no cache holds.
const LENGTHS: [usize; 3] = [1_290, 407_050, 8_000_000];
/// Large, so that a wrong step does not hide behind the weight.
const RATE: f32 = 0.1;

pub(crate) fn updates(criterion: &mut Criterion) {
    let mut group = group(criterion, "update");
    let sgd = update::Sgd { learning_rate: RATE, momentum: 0.0, nesterov: false };
    let momentum = update::Sgd { momentum: 0.9, ..sgd };
    let rms_prop = update::RmsProp {
        learning_rate: RATE,
        rho: 0.9,
        momentum: 0.0,
        epsilon: 1e-7,
        centered: false,
    };
    let adam = update::Adam {
        learning_rate: RATE.into(),
        beta_1: 0.9,
        beta_2: 0.999,
        epsilon: 1e-7,
        amsgrad: false,
        step: 10,
    };
    for len in LENGTHS {
        beside(&mut group, &format!("sgd/{len}"), len, &sgd, burns_sgd);
        beside(&mut group, &format!("sgd_momentum/{len}"), len, &momentum, burns_momentum);
        beside(&mut group, &format!("rmsprop/{len}"), len, &rms_prop, burns_rms_prop);
        beside(&mut group, &format!("adam/{len}"), len, &adam, burns_adam);
    }
    group.finish();
}

/// The gradient, then weight and slots, which it returns as they are after the step.
type BurnStep = fn(&Burn<1>, Vec<Burn<1>>) -> Vec<Burn<1>>;

/// Takes a step on both sides and compares weight and slots, then measures.
fn beside(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    len: usize,
    rule: &dyn Rule,
    burn: BurnStep,
) {
    let (gradient, burn_gradient) = (ours(&[len], 2), burns([len], 2));
    let step = |(weight, slots): (Tensor, Vec<Tensor>)| {
        update::update(rule, 1.0, weight, &gradient, slots).unwrap()
    };
    // averages of squares are not negative
    let slot_seeds = || 3..3 + rule.slots() as u32;
    let slots = slot_seeds().map(|seed| ops::square(&ours(&[len], seed)).unwrap());
    let (weight, slots) = step((ours(&[len], 1), slots.collect()));
    let burn_slots = slot_seeds().map(|seed| burns([len], seed).square());
    let start = std::iter::once(burns([len], 1)).chain(burn_slots).collect();
    let burn_state = burn(&burn_gradient, start);
    for (ours, burns) in std::iter::once(&weight).chain(&slots).zip(&burn_state) {
        check(name, ours, burns.clone());
    }

    group.throughput(bytes((3 + 2 * rule.slots()) * len));
    let mut state = Some(burn_state);
    group.bench_function(format!("{name}/burn-flex"), |bench| {
        bench.iter(|| state = state.take().map(|state| burn(&burn_gradient, state)));
    });
    let mut state = Some((weight, slots));
    group.bench_function(format!("{name}/ours"), |bench| {
        bench.iter(|| state = state.take().map(step));
    });
}

/// Weight and slots of a rule that has so many.
fn parts<const N: usize>(state: Vec<Burn<1>>) -> [Burn<1>; N] {
    state.try_into().unwrap()
}

/// `old + (new - old) by`.
fn toward(old: &Burn<1>, new: Burn<1>, by: f32) -> Burn<1> {
    old.clone().add(new.sub(old.clone()).mul_scalar(by))
}

fn burns_sgd(gradient: &Burn<1>, state: Vec<Burn<1>>) -> Vec<Burn<1>> {
    let [weight] = parts(state);
    vec![weight.sub(gradient.clone().mul_scalar(RATE))]
}

fn burns_momentum(gradient: &Burn<1>, state: Vec<Burn<1>>) -> Vec<Burn<1>> {
    let [weight, velocity] = parts(state);
    let velocity = velocity.mul_scalar(0.9).sub(gradient.clone().mul_scalar(RATE));
    vec![weight.add(velocity.clone()), velocity]
}

fn burns_rms_prop(gradient: &Burn<1>, state: Vec<Burn<1>>) -> Vec<Burn<1>> {
    let [weight, velocity] = parts(state);
    let velocity = toward(&velocity, gradient.clone().square(), 0.1);
    let divisor = velocity.clone().add_scalar(1e-7).sqrt();
    vec![weight.sub(gradient.clone().mul_scalar(RATE).div(divisor)), velocity]
}

fn burns_adam(gradient: &Burn<1>, state: Vec<Burn<1>>) -> Vec<Burn<1>> {
    let [weight, momentum, velocity] = parts(state);
    let momentum = toward(&momentum, gradient.clone(), 0.1);
    let velocity = toward(&velocity, gradient.clone().square(), 0.001);
    let divisor = velocity.clone().sqrt().add_scalar(1e-7);
    // the averages began ten steps ago at zero
    let rate = RATE * (1.0 - 0.999_f32.powi(10)).sqrt() / (1.0 - 0.9_f32.powi(10));
    let change = momentum.clone().mul_scalar(rate).div(divisor);
    vec![weight.sub(change), momentum, velocity]
}
