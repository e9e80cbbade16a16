// SPDX-License-Identifier: MIT OR Apache-2.0
//! Initializers whose values do not depend on the shape of the weight.

use firesteel_core::{Options, Rng, Seed};

use super::Initialize;

macro_rules! initialize {
    ($type:ident, |$this:ident, $rng:ident| $value:expr) => {
        impl Initialize for $type {
            fn fill(&self, shape: &[usize], seed: Seed) -> Vec<f32> {
                let ($this, mut $rng) = (self, seed.rng());
                (0..shape.iter().product()).map(|_| ($value) as f32).collect()
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

macro_rules! constant {
    ($type:ident, |$this:ident| $value:expr) => {
        impl Initialize for $type {
            fn fill(&self, shape: &[usize], _seed: Seed) -> Vec<f32> {
                let $this = self;
                vec![($value) as f32; shape.iter().product()]
            }

            fn boxed(&self) -> Box<dyn Initialize> {
                Box::new(self.clone())
            }
        }
    };
}

/// Zero everywhere.
#[derive(Clone, Debug, Options)]
pub struct Zeros {}
constant!(Zeros, |_this| 0.0);

/// One everywhere.
#[derive(Clone, Debug, Options)]
pub struct Ones {}
constant!(Ones, |_this| 1.0);

/// One value everywhere.
#[derive(Clone, Debug, Options)]
pub struct Constant {
    /// The value.
    #[option(default = 0.0)]
    value: f64,
}
constant!(Constant, |this| this.value);

/// The normal distribution.
#[derive(Clone, Debug, Options)]
pub struct RandomNormal {
    /// Its mean.
    #[option(default = 0.0)]
    mean: f64,
    /// Its standard deviation.
    #[option(default = 0.05, min = 0)]
    stddev: f64,
    /// Where the values come from.
    #[option(default = None)]
    seed: Option<u64>,
}
initialize!(RandomNormal, |this, rng| this.mean + this.stddev * rng.normal());

/// The uniform distribution over `[minval, maxval)`.
#[derive(Clone, Debug, Options)]
pub struct RandomUniform {
    /// The smallest value.
    #[option(default = -0.05)]
    minval: f64,
    /// The bound above.
    #[option(default = 0.05)]
    maxval: f64,
    /// Where the values come from.
    #[option(default = None)]
    seed: Option<u64>,
}
initialize!(RandomUniform, |this, rng| rng.uniform_in(this.minval, this.maxval));

/// The normal distribution without what is more than two deviations from the mean.
#[derive(Clone, Debug, Options)]
pub struct TruncatedNormal {
    /// The mean before truncation.
    #[option(default = 0.0)]
    mean: f64,
    /// The standard deviation before truncation.
    #[option(default = 0.05, min = 0)]
    stddev: f64,
    /// Where the values come from.
    #[option(default = None)]
    seed: Option<u64>,
}
initialize!(TruncatedNormal, |this, rng| this.mean + this.stddev * truncated(&mut rng));

/// A normal number within two deviations.
pub(super) fn truncated(rng: &mut Rng) -> f64 {
    loop {
        let draw = rng.normal();
        if draw.abs() <= 2.0 {
            return draw;
        }
    }
}
