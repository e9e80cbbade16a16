// SPDX-License-Identifier: MIT OR Apache-2.0
//! `session_state`: how every engine plans.

use std::sync::Arc;

use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::SessionConfig;
use datafusion_spark::planner::SparkFunctionPlanner;

use crate::guarded_filters::GuardedFilters;
use crate::rdd::FiresteelQueryPlanner;
use crate::spark_casts::SparkCasts;
use crate::sql::OperatorPlanner;
use crate::udf;

/// The state from which an engine's context starts, here or on a cluster: all functions, Spark's where they
/// differ from the engine's, its arithmetic, and the nodes of RDDs.
pub fn session_state(config: SessionConfig) -> SessionStateBuilder {
    let mut builder = SessionStateBuilder::new()
        .with_expr_planners(vec![Arc::new(OperatorPlanner), Arc::new(SparkFunctionPlanner)])
        .with_default_features()
        .with_config(config)
        .with_analyzer_rule(Arc::new(SparkCasts))
        .with_optimizer_rule(Arc::new(GuardedFilters))
        .with_query_planner(Arc::new(FiresteelQueryPlanner));
    // the last one of a name counts
    builder.scalar_functions().get_or_insert_default().extend(udf::scalar_functions());
    builder.aggregate_functions().get_or_insert_default().extend(udf::aggregate_functions());
    builder
}
