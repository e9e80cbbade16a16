// SPDX-License-Identifier: MIT OR Apache-2.0
use proptest::prelude::*;

use super::*;
use crate::naive;
use crate::testing::{
    EXACT, Within, close, for_all, numbers, offsets, on_every_isa, placed, room,
    same_on_any_threads,
};
use crate::vector::MAX_LANES;

on_every_isa!(
    random_shapes,
    not_a_number_wins,
    global,
    largest_of_all,
    every_offset_of_all,
    odd_numbers_of_all,
);

const WITHIN: Within = Within { absolute: 2e-6, relative: 1e-6 };

/// The slices begin at these offsets in their memory.
fn check(shape: &Pool<3>, [i, j, k]: [usize; 3]) {
    // few distinct values, so that several are equal
    let x: Vec<f32> = numbers(shape.input_len(), 1).iter().map(|x| (x * 4.0).round()).collect();
    let x = placed(i, &x);
    let (mut y, mut argmax) = (room(j, shape.output_len()), vec![9; shape.output_len()]);
    max_with_positions(shape, &x, &mut y, &mut argmax);
    let (want, want_argmax) = naive::max_pool(shape, &x);
    close("max with positions", &y, &want, WITHIN);
    assert_eq!(argmax, want_argmax);
    y.fill(f32::NAN);
    max(shape, &x, &mut y);
    close("max", &y, &want, WITHIN);

    let dy = placed(k, &numbers(y.len(), 2));
    let mut dx = room(j, x.len());
    max_backward(shape, &dy, &argmax, &mut dx);
    close("max backward", &dx, &naive::max_pool_backward(shape, &x, &dy), WITHIN);

    average(shape, &x, &mut y);
    close("average", &y, &naive::average_pool(shape, &x), WITHIN);
    average_backward(shape, &dy, &mut dx);
    close("average backward", &dx, &naive::average_pool_backward(shape, &dy), WITHIN);
}

fn axis() -> impl Strategy<Value = Axis> {
    (1..12_usize, 1..5_usize, 1..4_usize, 0..3_usize, 0..3_usize).prop_map(
        |(input, kernel, stride, before, after)| {
            Axis::new(input, kernel)
                .padding(before.min(kernel - 1), after.min(kernel - 1))
                .stride(stride)
        },
    )
}

fn random_shapes() {
    let front = prop_oneof![3 => Just(Axis::new(1, 1)), 1 => axis()];
    let shapes = (1..3_usize, front, axis(), axis(), 1..40_usize)
        .prop_map(|(batch, z, y, x, channels)| Pool { batch, axes: [z, y, x], channels });
    for_all(8, 200, &(shapes, offsets::<3>()), |(shape, offsets)| check(&shape, offsets));
}

fn not_a_number_wins() {
    let shape = Pool { batch: 1, axes: [Axis::new(4, 2).stride(2)], channels: 1 };
    let (mut y, mut argmax) = ([0.0; 2], [0; 2]);
    let x = [5.0, f32::NAN, f32::NEG_INFINITY, f32::NEG_INFINITY];
    max_with_positions(&shape, &x, &mut y, &mut argmax);
    assert!(y[0].is_nan() && y[1] == f32::NEG_INFINITY);
    assert_eq!(argmax, [1, 0]);
    for x in [x, [x[1], x[0], x[2], x[3]]] {
        y.fill(0.0);
        max(&shape, &x, &mut y);
        assert!(y[0].is_nan() && y[1] == f32::NEG_INFINITY);
    }
}

fn global() {
    for (batch, positions, channels) in [(1, 1, 1), (3, 49, 70), (2, 5_000, 9)] {
        check_mean([batch, positions, channels], 0);
    }
}

fn check_mean([batch, positions, channels]: [usize; 3], offset: usize) {
    let x = placed(offset, &numbers(batch * positions * channels, 1));
    let mut y = room(offset / 2, batch * channels);
    global_average(channels, &x, &mut y);
    let place = |i: usize, p| (i / channels * positions + p) * channels + i % channels;
    let mean =
        |i| (0..positions).map(|p| f64::from(x[place(i, p)])).sum::<f64>() / positions as f64;
    close("global", &y, &(0..y.len()).map(mean).collect::<Vec<_>>(), WITHIN);

    let dy = placed(offset / 3, &numbers(y.len(), 2));
    let mut dx = room(offset / 2, x.len());
    global_average_backward(channels, &dy, &mut dx);
    let share = |i: usize| {
        let from = i / (positions * channels) * channels + i % channels;
        f64::from(dy[from]) / positions as f64
    };
    close("backward", &dx, &(0..x.len()).map(share).collect::<Vec<_>>(), WITHIN);
}

fn every_offset_of_all() {
    for offset in 1..=MAX_LANES {
        check_mean([2, 5, 37], offset);
        let x = placed(offset, &numbers(2 * 5 * 37, 3));
        check_largest_at(5, 37, &x, offset / 2);
    }
}

/// `[y, ties, dx]` of the maximum over all positions, compared with the naive loops.
fn check_largest(positions: usize, channels: usize, x: &[f32]) -> [Vec<f32>; 3] {
    check_largest_at(positions, channels, x, 0)
}

/// All slices but `x` begin at this offset in their memory.
fn check_largest_at(positions: usize, channels: usize, x: &[f32], offset: usize) -> [Vec<f32>; 3] {
    let batch = x.len() / (positions * channels);
    let [mut y, mut ties] = [(); 2].map(|()| room(offset, batch * channels));
    global_max(channels, x, &mut y, &mut ties);
    let (want, want_ties) = naive::global_max(channels, positions, x);
    close("largest", &y, &want, EXACT);
    close("ties", &ties, &want_ties, EXACT);
    let (dy, mut dx) = (placed(offset, &numbers(y.len(), 2)), room(offset, x.len()));
    global_max_backward(channels, x, &y, &ties, &dy, &mut dx);
    close("backward", &dx, &naive::global_max_backward(channels, positions, x, &dy), EXACT);
    [y, ties, dx].map(|values| values.to_vec())
}

fn largest_of_all() {
    let shapes = [(1, 1, 1), (3, 49, 70), (2, 5_000, 9), (1, 7, 1), (5, 3, 17), (40, 64, 33)];
    for (batch, positions, channels) in shapes {
        let x = numbers(batch * positions * channels, 1);
        check_largest(positions, channels, &x);
        // few distinct values, so that several are equal
        let coarse: Vec<f32> = x.iter().map(|x| (x * 4.0).round()).collect();
        let [_, ties, _] = check_largest(positions, channels, &coarse);
        assert!(positions < 49 || ties.iter().any(|&ties| ties > 1.0));
    }
    let (none, mut out): (&[f32], [f32; 0]) = (&[], []);
    global_max(3, none, &mut out, &mut []);
    global_max_backward(3, none, none, none, none, &mut out);
}

/// As JAX has it: equal infinities share too, and NaN is the gradient of all that it stands among.
fn odd_numbers_of_all() {
    let (infinity, nan) = (f32::INFINITY, f32::NAN);
    for (x, count) in [
        ([-infinity; 4], 4.0),
        ([infinity, 1.0, infinity, 0.0], 2.0),
        ([-infinity, nan, infinity, 1.0], 0.0),
        ([nan, 1.0, nan, 0.0], 0.0),
        ([1.0, 0.0, -1.0, nan], 0.0),
        ([0.0, -0.0, -1.0, -0.0], 3.0),
    ] {
        let [y, ties, dx] = check_largest(4, 1, &x);
        assert_eq!(ties, [count]);
        assert_eq!(y[0].is_nan(), count == 0.0);
        assert_eq!(dx.iter().all(|dx| dx.is_nan()), count == 0.0, "{x:?}");
    }
    let mut x = numbers(2 * 37, 1);
    x.iter_mut().step_by(7).for_each(|x| *x = nan);
    check_largest(2, 37, &x);
}

#[test]
fn threads_do_not_matter() {
    let side = Axis::new(33, 3).padding(1, 1).stride(2);
    let shape = Pool { batch: 3, axes: [side; 2], channels: 31 };
    same_on_any_threads(|| {
        let x = numbers(shape.input_len(), 1);
        let (mut y, mut argmax) = (vec![0.0; shape.output_len()], vec![0; shape.output_len()]);
        let mut dx = vec![0.0; x.len()];
        max_with_positions(&shape, &x, &mut y, &mut argmax);
        max_backward(&shape, &y, &argmax, &mut dx);
        let mut alone = vec![0.0; y.len()];
        max(&shape, &x, &mut alone);
        let [mut largest, mut ties] = [(); 2].map(|()| vec![0.0; 3 * 31]);
        let mut spread = vec![0.0; x.len()];
        global_max(31, &x, &mut largest, &mut ties);
        global_max_backward(31, &x, &largest, &ties, &ties, &mut spread);
        [y, dx, alone, largest, spread].concat()
    });
}
