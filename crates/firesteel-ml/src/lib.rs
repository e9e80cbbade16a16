// SPDX-License-Identifier: MIT OR Apache-2.0
//! Spark's MLlib: estimators, transformers, pipelines and evaluators.
