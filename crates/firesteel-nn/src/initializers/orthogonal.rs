// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Orthogonal`: a random matrix whose columns, or rows if there are fewer, stand at right angles.

use firesteel_core::{Options, Result, Rng, Seed, Shape, err};

use super::Initialize;

/// A random matrix whose columns, or rows if there are fewer, are of length `gain` and stand at right angles.
///
/// A weight of more axes is the matrix `(all but the last, last)`.
///
/// # Source
/// Saxe, McClelland and Ganguli 2014; Keras 3.15.1, `keras/src/initializers/random_initializers.py`, `Orthogonal`.
#[derive(Clone, Debug, Options)]
pub struct Orthogonal {
    /// The length of each column or row.
    #[option(default = 1.0)]
    gain: f64,
    /// Where the values come from.
    #[option(default = None)]
    seed: Option<u64>,
}

impl Initialize for Orthogonal {
    fn check(&self, shape: &[usize]) -> Result<()> {
        if shape.len() >= 2 {
            return Ok(());
        }
        Err(err::shape("Orthogonal", "a weight of at least two axes is needed")
            .got(Shape::from(shape)))
    }

    fn fill(&self, shape: &[usize], seed: Seed) -> Vec<f32> {
        let columns = shape.last().copied().unwrap_or(1).max(1);
        let rows = shape.iter().product::<usize>() / columns;
        let vectors = orthonormal(rows.min(columns), rows.max(columns), &mut seed.rng());
        let element = |(row, column): (usize, usize)| {
            let value = if rows < columns { vectors[row][column] } else { vectors[column][row] };
            (self.gain * value) as f32
        };
        (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (row, column)))
            .map(element)
            .collect()
    }

    fn given_seed(&self) -> Option<u64> {
        self.seed
    }

    fn boxed(&self) -> Box<dyn Initialize> {
        Box::new(self.clone())
    }
}

/// Random vectors of length one at right angles to each other, no direction preferred.
///
/// Each is a normal draw without its parts along those before (Gram and Schmidt), which are taken off twice
/// because rounding leaves some of them the first time.
fn orthonormal(count: usize, length: usize, rng: &mut Rng) -> Vec<Vec<f64>> {
    let mut vectors: Vec<Vec<f64>> = Vec::with_capacity(count);
    for _ in 0..count {
        let mut vector: Vec<f64> = (0..length).map(|_| rng.normal()).collect();
        for _ in 0..2 {
            vectors.iter().for_each(|other| take_off(&mut vector, other));
        }
        let norm = dot(&vector, &vector).sqrt();
        vector.iter_mut().for_each(|value| *value /= norm);
        vectors.push(vector);
    }
    vectors
}

/// Takes the part along a vector of length one off.
fn take_off(vector: &mut [f64], other: &[f64]) {
    let along = dot(vector, other);
    vector.iter_mut().zip(other).for_each(|(value, other)| *value -= along * other);
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
