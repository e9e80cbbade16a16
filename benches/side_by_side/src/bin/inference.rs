// SPDX-License-Identifier: MIT OR Apache-2.0
//! `inference [--rounds N] [ROW ..]`: milliseconds that ResNet50 takes for an image through `predict`.
//!
//! Its weights are random, which does not change the time. The same network is in `peers/`.
#![expect(clippy::print_stdout, reason = "what a benchmark prints is its result")]

use std::time::Instant;

use firesteel::err;
use firesteel::nn::applications::ResNet50;
use firesteel::prelude::*;
use firesteel_benches::{Arguments, Measurement, uniform};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Name, images in a batch, batches of a round.
const ROWS: [(&str, usize, usize); 2] = [("resnet50_1", 1, 6), ("resnet50_8", 8, 2)];

fn main() -> Result<()> {
    let arguments = Arguments::parse(std::env::args().skip(1), &ROWS.map(|(name, ..)| name))?;
    let mut network = ResNet50::new().build()?;
    network.set_seed(1);
    for (name, batch_size, n_batches) in ROWS {
        if arguments.rows.iter().any(|row| row == name) {
            let runs = measure(&network, batch_size, n_batches, arguments.rounds)?;
            println!(
                "{}",
                Measurement { row: name.to_owned(), unit: "ms", runs, loss: None, answer: None }
            );
        }
    }
    Ok(())
}

fn measure(network: &Model, batch: usize, n_batches: usize, rounds: usize) -> Result<Vec<f64>> {
    let x = uniform(&[batch, 224, 224, 3], 1);
    let predict = || network.predict(&x, Predict::new().batch_size(batch).verbose(0));
    let total: f32 = predict()?.sum();
    if (total - batch as f32).abs() > 1e-3 * batch as f32 {
        return Err(err::internal("the probabilities of all images").expected(batch).got(total));
    }
    let mut runs = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let start = Instant::now();
        for _ in 0..n_batches {
            predict()?;
        }
        runs.push(start.elapsed().as_secs_f64() * 1e3 / (n_batches * batch) as f64);
    }
    Ok(runs)
}
