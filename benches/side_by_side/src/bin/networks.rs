// SPDX-License-Identifier: MIT OR Apache-2.0
//! `networks [--rounds N] [ROW ..]`: milliseconds a training step takes through `fit`, after an epoch to warm up.
//!
//! `cnn_memory` trains as `cnn` does, and says how much memory the process held at most, in MiB.
//! The same networks, on data of the same shape, are in `peers/`.
#![expect(clippy::print_stdout, reason = "what a benchmark prints is its result")]

use std::time::Instant;

use firesteel::err;
use firesteel::prelude::*;
use firesteel_benches::{Arguments, Measurement, peak_memory, uniform};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A network and the size of its epochs.
struct Row {
    name: &'static str,
    layers: fn() -> Vec<LayerRef>,
    input: &'static [usize],
    outputs: usize,
    batch_size: usize,
    steps: usize,
    /// Above this, the mean squared error says that nothing was learned.
    worst_loss: f64,
}

/// The row that is not about time. Asked for alone: the peak is that of all that the process has done.
const MEMORY: &str = "cnn_memory";

const ROWS: &[Row] = &[
    Row {
        name: "mlp128",
        layers: || layers![Input::new([128]), Dense::new(10).activation("relu"), Dense::new(1)],
        input: &[128],
        outputs: 1,
        batch_size: 32,
        steps: 2000,
        worst_loss: 0.2,
    },
    Row {
        name: "mlp784",
        layers: || layers![Input::new([784]), Dense::new(512).activation("relu"), Dense::new(10)],
        input: &[784],
        outputs: 10,
        batch_size: 128,
        steps: 200,
        worst_loss: 0.2,
    },
    Row {
        name: "cnn",
        layers: cnn,
        input: &[128, 128, 3],
        outputs: 1,
        batch_size: 32,
        steps: 5,
        worst_loss: 30.0,
    },
    Row {
        name: MEMORY,
        layers: cnn,
        input: &[128, 128, 3],
        outputs: 1,
        batch_size: 32,
        steps: 5,
        worst_loss: 30.0,
    },
    Row {
        name: "lstm",
        layers: lstm,
        input: &[100, 64],
        outputs: 1,
        batch_size: 32,
        steps: 10,
        worst_loss: 0.2,
    },
];

fn lstm() -> Vec<LayerRef> {
    layers![Input::new([100, 64]), LSTM::new(128), Dense::new(1)]
}

fn cnn() -> Vec<LayerRef> {
    layers![
        Input::new([128, 128, 3]),
        Conv2D::new(64, (3, 3)).activation("relu").padding("same"),
        MaxPooling2D::new((2, 2)),
        Conv2D::new(128, (3, 3)).activation("relu").padding("same"),
        MaxPooling2D::new((2, 2)),
        Flatten::new(),
        Dense::new(1),
    ]
}

fn main() -> Result<()> {
    let names: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
    let arguments = Arguments::parse(std::env::args().skip(1), &names)?;
    for row in ROWS.iter().filter(|row| arguments.rows.iter().any(|name| name == row.name)) {
        println!("{}", row.measure(arguments.rounds)?);
    }
    Ok(())
}

impl Row {
    fn measure(&self, rounds: usize) -> Result<Measurement> {
        let n_samples = self.batch_size * self.steps;
        let x = uniform(&[&[n_samples][..], self.input].concat(), 1);
        let y = uniform(&[n_samples, self.outputs], 2);
        let mut model = Sequential::from((self.layers)());
        model.set_seed(1);
        model.compile(Compile::new().optimizer(Adam::new().learning_rate(1e-3)).loss("mse"))?;
        let mut epoch = || -> Result<(f64, f64)> {
            let start = Instant::now();
            let fit = Fit::new().batch_size(self.batch_size).verbose(0);
            let history = model.fit((&x, &y), fit)?;
            let milliseconds = start.elapsed().as_secs_f64() * 1e3 / self.steps as f64;
            let loss = history["loss"].last().copied().unwrap_or(f64::NAN);
            Ok((milliseconds, loss))
        };
        epoch()?;
        let epochs = (0..rounds).map(|_| epoch()).collect::<Result<Vec<_>>>()?;
        let loss = epochs.last().map_or(f64::NAN, |(_, loss)| *loss);
        if loss.is_nan() || loss > self.worst_loss {
            return Err(err::internal(format!("row `{}`: loss", self.name))
                .expected(format!("at most {}", self.worst_loss))
                .got(loss));
        }
        let row = self.name.to_owned();
        if row == MEMORY {
            let runs = vec![peak_memory()?; rounds];
            return Ok(Measurement { row, unit: "MiB", runs, loss: Some(loss), answer: None });
        }
        let runs = epochs.into_iter().map(|(milliseconds, _)| milliseconds).collect();
        Ok(Measurement { row, unit: "ms", runs, loss: Some(loss), answer: None })
    }
}
