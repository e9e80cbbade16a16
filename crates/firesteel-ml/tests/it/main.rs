// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whole workflows, against what real Spark and scikit-learn computed; see `fixtures/spark/ml` and `fixtures/sklearn`.
#![expect(clippy::unwrap_used, reason = "tests")]

mod common;
mod conformance;
mod evaluator;
mod features;
mod kmeans;
mod libsvm;
mod messages;
mod options_have_effect;
mod persistence;
mod pipeline;
mod sklearn;
mod trees;
