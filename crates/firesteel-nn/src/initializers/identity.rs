// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Identity`: the matrix that changes nothing.

use firesteel_core::{Options, Result, Seed, Shape, err};

use super::Initialize;

/// `gain` on the diagonal of a matrix, zero elsewhere.
///
/// # Source
/// Keras 3.15.1, `keras/src/initializers/constant_initializers.py`, `Identity`.
#[derive(Clone, Debug, Options)]
pub struct Identity {
    /// The value on the diagonal.
    #[option(default = 1.0)]
    gain: f64,
}

impl Initialize for Identity {
    fn check(&self, shape: &[usize]) -> Result<()> {
        if shape.len() == 2 {
            return Ok(());
        }
        Err(err::shape("Identity", "a weight of two axes is needed").got(Shape::from(shape)))
    }

    fn fill(&self, shape: &[usize], _seed: Seed) -> Vec<f32> {
        let columns = shape.last().copied().unwrap_or(1).max(1);
        let size = shape.iter().product::<usize>();
        let value = |i: usize| if i / columns == i % columns { self.gain as f32 } else { 0.0 };
        (0..size).map(value).collect()
    }

    fn boxed(&self) -> Box<dyn Initialize> {
        Box::new(self.clone())
    }
}
