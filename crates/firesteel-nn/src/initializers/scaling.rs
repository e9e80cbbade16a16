// SPDX-License-Identifier: MIT OR Apache-2.0
//! Initializers whose spread follows from the number of connections.

use firesteel_core::{Options, Result, Seed, Shape, err};

use super::Initialize;
use super::distribution::truncated;

/// The deviation of a normal distribution that is cut at two deviations, by which the draw is corrected.
const TRUNCATED_DEVIATION: f64 = 0.879_625_661_034_239_8;

/// Values with variance `scale / n`, where `n` is the number of inputs, outputs, or their mean.
///
/// # Source
/// Keras 3.15.1, `keras/src/initializers/random_initializers.py`, `VarianceScaling`.
#[derive(Clone, Debug, Options)]
pub struct VarianceScaling {
    /// The factor of the variance.
    #[option(default = 1.0, above = 0)]
    scale: f64,
    /// What `n` counts.
    #[option(default = "fan_in", one_of = ["fan_in", "fan_out", "fan_avg"])]
    mode: String,
    /// The distribution.
    #[option(
        default = "truncated_normal",
        one_of = ["truncated_normal", "untruncated_normal", "uniform", "normal"]
    )]
    distribution: String,
    /// Where the values come from.
    #[option(default = None)]
    seed: Option<u64>,
    /// Which axes count as inputs; given together with `output_axes`.
    #[option(default = None)]
    input_axes: Option<Vec<i64>>,
    /// Which axes count as outputs; given together with `input_axes`.
    #[option(default = None)]
    output_axes: Option<Vec<i64>>,
}

impl Initialize for VarianceScaling {
    fn check(&self, shape: &[usize]) -> Result<()> {
        let all = self.input_axes.iter().chain(&self.output_axes).flatten();
        all.copied().try_for_each(|axis| length(shape, axis).map(drop))
    }

    fn fill(&self, shape: &[usize], seed: Seed) -> Vec<f32> {
        let fans = fans(shape, &self.input_axes, &self.output_axes);
        scaled(shape, seed, fans, (self.scale, &self.mode, &self.distribution))
    }

    fn given_seed(&self) -> Option<u64> {
        self.seed
    }

    fn boxed(&self) -> Box<dyn Initialize> {
        Box::new(self.clone())
    }
}

macro_rules! preset {
    ($type:ident, $scale:literal, $mode:literal, $distribution:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Debug, Options)]
        pub struct $type {
            /// Where the values come from.
            #[option(default = None)]
            seed: Option<u64>,
            /// Which axes count as inputs; given together with `output_axes`.
            #[option(default = None)]
            input_axes: Option<Vec<i64>>,
            /// Which axes count as outputs; given together with `input_axes`.
            #[option(default = None)]
            output_axes: Option<Vec<i64>>,
        }

        impl Initialize for $type {
            fn check(&self, shape: &[usize]) -> Result<()> {
                let all = self.input_axes.iter().chain(&self.output_axes).flatten();
                all.copied().try_for_each(|axis| length(shape, axis).map(drop))
            }

            fn fill(&self, shape: &[usize], seed: Seed) -> Vec<f32> {
                let fans = fans(shape, &self.input_axes, &self.output_axes);
                scaled(shape, seed, fans, ($scale, $mode, $distribution))
            }

            fn given_seed(&self) -> Option<u64> {
                self.seed
            }

            fn boxed(&self) -> Box<dyn Initialize> {
                Box::new(self.clone())
            }
        }
    };
}

preset!(GlorotUniform, 1.0, "fan_avg", "uniform", "Uniform over `±sqrt(6 / (inputs + outputs))`.");
preset!(
    GlorotNormal,
    1.0,
    "fan_avg",
    "truncated_normal",
    "Truncated normal with deviation `sqrt(2 / (inputs + outputs))`."
);
preset!(HeUniform, 2.0, "fan_in", "uniform", "Uniform over `±sqrt(6 / inputs)`.");
preset!(
    HeNormal,
    2.0,
    "fan_in",
    "truncated_normal",
    "Truncated normal with deviation `sqrt(2 / inputs)`."
);
preset!(LecunUniform, 1.0, "fan_in", "uniform", "Uniform over `±sqrt(3 / inputs)`.");
preset!(
    LecunNormal,
    1.0,
    "fan_in",
    "truncated_normal",
    "Truncated normal with deviation `sqrt(1 / inputs)`."
);

/// Values by the factor of the variance, what divides it, and the distribution.
fn scaled(
    shape: &[usize],
    seed: Seed,
    (fan_in, fan_out): (f64, f64),
    (scale, mode, distribution): (f64, &str, &str),
) -> Vec<f32> {
    let n = match mode {
        "fan_in" => fan_in,
        "fan_out" => fan_out,
        _ => (fan_in + fan_out) / 2.0,
    };
    let variance = scale / n.max(1.0);
    let mut rng = seed.rng();
    let mut draw = || match distribution {
        "uniform" => {
            let limit = (3.0 * variance).sqrt();
            rng.uniform_in(-limit, limit)
        }
        "untruncated_normal" => variance.sqrt() * rng.normal(),
        _ => variance.sqrt() / TRUNCATED_DEVIATION * truncated(&mut rng),
    };
    (0..shape.iter().product()).map(|_| draw() as f32).collect()
}

/// The number of inputs and outputs of a weight: the product of the given axes, or the last two, of which both
/// count the window of a convolution.
fn fans(shape: &[usize], inputs: &Option<Vec<i64>>, outputs: &Option<Vec<i64>>) -> (f64, f64) {
    let product = |axes: &[i64]| -> f64 {
        axes.iter().map(|&axis| length(shape, axis).unwrap_or(1) as f64).product()
    };
    if let (Some(inputs), Some(outputs)) = (inputs, outputs) {
        return (product(inputs), product(outputs));
    }
    match shape {
        [] => (1.0, 1.0),
        [n] => (*n as f64, *n as f64),
        [window @ .., inputs, outputs] => {
            let field = window.iter().product::<usize>() as f64;
            (field * *inputs as f64, field * *outputs as f64)
        }
    }
}

/// The length of an axis; negative numbers count from the end.
fn length(shape: &[usize], axis: i64) -> Result<usize> {
    let index = if axis < 0 { axis + shape.len() as i64 } else { axis };
    let found = usize::try_from(index).ok().and_then(|index| shape.get(index)).copied();
    found.ok_or_else(|| {
        err::shape("VarianceScaling", format!("there is no axis {axis}")).got(Shape::from(shape))
    })
}
