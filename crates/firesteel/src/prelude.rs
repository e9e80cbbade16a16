// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a program needs: `use firesteel::prelude::*;`.

pub use crate::{Error, Result, Session};

// networks
pub use firesteel_nn::callbacks::*;
pub use firesteel_nn::layers::*;
pub use firesteel_nn::losses::{
    binary_crossentropy, categorical_crossentropy, mae, mse, sparse_categorical_crossentropy,
};
pub use firesteel_nn::optimizers::{Adam, AdamW, RMSprop, SGD};
pub use firesteel_nn::{
    Batch, Callable, Compile, Evaluate, Fit, Generator, History, LayerRef, LoadModel, Model,
    Predict, Scores, Sequential, SymbolicTensor, Verbose, layers, load_model, load_model_with,
};

// tables
pub use firesteel_data::functions::{
    asc, avg, col, count, count_distinct, desc, expr, first, last, lit, max, mean, min, sum, when,
};
pub use firesteel_data::{ColumnExt, DataFrame, Rdd, Row, ShowOptions};

// pipelines
pub use firesteel_ml::classification::*;
pub use firesteel_ml::clustering::*;
pub use firesteel_ml::evaluation::*;
pub use firesteel_ml::feature::*;
pub use firesteel_ml::{Estimator, Evaluator, Pipeline, PipelineModel, Transformer, stages};
pub use firesteel_ml::{Model as _, Stage as _};

// both together
pub use firesteel_bridge::{DataFrameExt, Features, ModelExt, csv_batches};
