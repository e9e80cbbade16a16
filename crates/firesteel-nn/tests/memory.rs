// SPDX-License-Identifier: MIT OR Apache-2.0
//! Memory of long runs: a warmed-up training step maps no pages, and what a process holds stays as it is.
//!
//! The counters are those of the whole process, so this is one test in a program of its own. Other processes do
//! not change them.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::fs;

use firesteel_core::Result;
use firesteel_nn::layers::{BatchNormalization, Conv2D, Dense, Flatten, Input, LSTM, MaxPooling2D};
use firesteel_nn::{Compile, Fit, LayerRef, Predict, Sequential, layers};
use ndarray::{ArrayD, IxDyn};

/// Samples of a step of training.
const BATCH: usize = 32;
/// Steps of an epoch.
const STEPS: usize = 6;
/// By how much the memory of the process may grow, in KiB; one weight left behind in each call would be more.
const FLAT: usize = 4096;

/// So often the kernel had to give the process a page, since it started.
fn page_faults() -> usize {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    // the name of the program, in parentheses, may hold anything; the eighth field after it counts
    let (_, fields) = stat.rsplit_once(')').unwrap();
    fields.split_whitespace().nth(7).unwrap().parse().unwrap()
}

/// The memory that the process has made and holds, in KiB, counted page by page.
fn resident() -> usize {
    let rollup = fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Anonymous:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

fn numbers(axes: &[usize]) -> ArrayD<f32> {
    let mut state = 1_u32;
    ArrayD::from_shape_simple_fn(IxDyn(axes), || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 16_777_216.0
    })
}

fn compiled(layers: Vec<LayerRef>) -> Result<Sequential> {
    let mut model = Sequential::from(layers);
    model.set_seed(1);
    model.compile(Compile::new().optimizer("adam").loss("mse"))?;
    Ok(model)
}

/// Networks whose results are long enough to be mapped one by one, and the shape of their samples.
fn networks() -> [(&'static str, Vec<LayerRef>, &'static [usize]); 3] {
    let dense = layers![Input::new([300]), Dense::new(1024).activation("relu"), Dense::new(1)];
    let convolution = layers![
        Input::new([32, 32, 3]),
        Conv2D::new(16, (3, 3)).activation("relu").padding("same"),
        BatchNormalization::new(),
        MaxPooling2D::new((2, 2)),
        Conv2D::new(24, (3, 3)).activation("relu").padding("same"),
        Flatten::new(),
        Dense::new(1),
    ];
    let recurrent = layers![
        Input::new([25, 16]),
        LSTM::new(48).return_sequences(true),
        LSTM::new(24),
        Dense::new(1),
    ];
    [
        ("dense", dense, &[300]),
        ("convolution", convolution, &[32, 32, 3]),
        ("recurrent", recurrent, &[25, 16]),
    ]
}

/// The fewest page faults of some epochs of training, of several measurements: whatever else the process does may have
/// its own.
fn faults_of_training(layers: Vec<LayerRef>, sample: &[usize]) -> Result<usize> {
    let n_samples = BATCH * STEPS;
    let (x, y) = (numbers(&[&[n_samples][..], sample].concat()), numbers(&[n_samples, 1]));
    let mut model = compiled(layers)?;
    let mut faults_of = |epochs: usize| -> Result<usize> {
        let before = page_faults();
        model.fit((&x, &y), Fit::new().epochs(epochs).batch_size(BATCH).verbose(0))?;
        Ok(page_faults() - before)
    };
    faults_of(3)?;
    let counts = (0..5).map(|_| faults_of(4)).collect::<Result<Vec<_>>>()?;
    Ok(counts.into_iter().min().unwrap_or(0))
}

fn a_warm_step_maps_no_pages() -> Result<()> {
    let before = page_faults();
    std::hint::black_box(vec![1_u8; 32 << 20]);
    assert!(page_faults() > before, "new memory is seen");

    for (name, layers, sample) in networks() {
        let faults = faults_of_training(layers, sample)?;
        assert_eq!(faults, 0, "{name}: page faults in {} steps", 4 * STEPS);
    }
    Ok(())
}

/// Runs `call` `count` times, after `first` times in which the memory may still grow.
fn stays_flat(what: &str, first: usize, count: usize, mut call: impl FnMut() -> Result<()>) {
    (0..first).for_each(|_| call().unwrap());
    let before = resident();
    (0..count).for_each(|_| call().unwrap());
    let after = resident();
    assert!(after <= before + FLAT, "{what}: from {before} KiB to {after} KiB in {count} calls");
}

fn memory_stays_flat() -> Result<()> {
    let layers = layers![Input::new([32]), Dense::new(256).activation("relu"), Dense::new(4)];
    let mut model = compiled(layers)?;
    let (x, y) = (numbers(&[256, 32]), numbers(&[256, 4]));
    stays_flat("predict", 500, 10_000, || {
        let outputs = model.predict(&x, Predict::new().batch_size(256).verbose(0))?;
        assert_eq!(outputs.shape(), [256, 4]);
        Ok(())
    });
    stays_flat("fit", 20, 200, || {
        model.fit((&x, &y), Fit::new().batch_size(64).verbose(0)).map(drop)
    });
    Ok(())
}

#[test]
fn memory_of_long_runs() -> Result<()> {
    a_warm_step_maps_no_pages()?;
    memory_stays_flat()
}
