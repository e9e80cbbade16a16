// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functions which neither the engine nor its crate of Spark's functions computes as Spark does.

pub(crate) mod arithmetic;
pub(crate) mod element;
pub(crate) mod fault;
mod kernel;
pub(crate) mod logarithm;
pub(crate) mod number;
pub(crate) mod regular_expression;
pub(crate) mod size;
pub(crate) mod text;

use std::sync::Arc;

use datafusion::logical_expr::{AggregateUDF, ScalarUDF};
use datafusion_spark::function::aggregate;

use crate::functions::min_max;

/// Every function on single values that stands beside or in place of the engine's; of one name the last counts.
pub(crate) fn scalar_functions() -> Vec<Arc<ScalarUDF>> {
    let spark = datafusion_spark::all_default_scalar_functions();
    let own = arithmetic::functions()
        .into_iter()
        .chain(element::functions())
        .chain(logarithm::functions())
        .chain(number::functions())
        .chain([size::function()])
        .chain(regular_expression::functions())
        .chain(text::functions());
    spark.into_iter().chain(own.map(Arc::new)).collect()
}

/// The same for functions that make one value of many rows.
pub(crate) fn aggregate_functions() -> Vec<Arc<AggregateUDF>> {
    let spark = [aggregate::collect_list(), aggregate::collect_set(), aggregate::try_sum()];
    spark.into_iter().chain(min_max::functions()).collect()
}
