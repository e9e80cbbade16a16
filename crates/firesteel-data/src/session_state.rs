// SPDX-License-Identifier: MIT OR Apache-2.0
//! `session_state`: how every engine plans.

use std::sync::Arc;

use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::SessionConfig;

use crate::functions::min_max;
use crate::rdd::FiresteelQueryPlanner;
use crate::sql::ArithmeticPlanner;

/// The state from which an engine's context starts, here or on a cluster: all functions, Spark's division
/// and extremes, the nodes of RDDs.
pub fn session_state(config: SessionConfig) -> SessionStateBuilder {
    let mut builder = SessionStateBuilder::new()
        .with_expr_planners(vec![Arc::new(ArithmeticPlanner)])
        .with_default_features()
        .with_config(config)
        .with_query_planner(Arc::new(FiresteelQueryPlanner));
    // the last one of a name counts
    builder.aggregate_functions().get_or_insert_default().extend(min_max::functions());
    builder
}
