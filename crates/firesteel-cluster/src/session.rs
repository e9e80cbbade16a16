// SPDX-License-Identifier: MIT OR Apache-2.0
//! What scheduler, executors and clients must agree on: configuration, codecs, planner, functions.

use std::sync::Arc;

use ballista::prelude::SessionConfigExt as _;
use ballista_core::optimizer::ballista_default_optimizer_rules;
use ballista_core::serde::{BallistaLogicalExtensionCodec, BallistaPhysicalExtensionCodec};
use datafusion::error::Result;
use datafusion::execution::SessionState;
use datafusion::prelude::SessionConfig;
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::physical_plan::PhysicalExtensionCodec;
use firesteel_data::rdd::{FiresteelLogicalCodec, FiresteelPhysicalCodec};
use firesteel_data::session_state;

/// How many bytes a plan, a batch or a launch of tasks may take on the wire.
pub(crate) const MESSAGE_BYTES: u32 = 64 << 20;

/// How logical plans travel.
pub(crate) fn logical_codec() -> Arc<dyn LogicalExtensionCodec> {
    let ballista = Arc::new(BallistaLogicalExtensionCodec::default());
    Arc::new(FiresteelLogicalCodec::new(ballista))
}

/// How physical plans travel.
pub(crate) fn physical_codec() -> Arc<dyn PhysicalExtensionCodec> {
    let ballista = Arc::new(BallistaPhysicalExtensionCodec::default());
    Arc::new(FiresteelPhysicalCodec::new(ballista))
}

/// The configuration from which scheduler and executors start; a query brings its own settings on top.
pub(crate) fn config() -> SessionConfig {
    on_cluster(SessionConfig::new())
}

/// A configuration made fit for a cluster: what Ballista cannot run is off, all else stays as it was.
pub(crate) fn on_cluster(config: SessionConfig) -> SessionConfig {
    // Ballista turns this off because hash joins do not spill; sorting instead made a join seven times slower,
    // and both engines should plan alike
    let prefer_hash_join = config.options().optimizer.prefer_hash_join;
    config
        .upgrade_for_ballista()
        .set_bool("datafusion.optimizer.prefer_hash_join", prefer_hash_join)
        .with_ballista_grpc_client_max_message_size(MESSAGE_BYTES as usize)
        .with_ballista_logical_extension_codec(logical_codec())
        .with_ballista_physical_extension_codec(physical_codec())
}

/// The state in which scheduler and executors plan and look functions up.
pub(crate) fn state(config: SessionConfig) -> Result<SessionState> {
    Ok(session_state(config).with_optimizer_rules(ballista_default_optimizer_rules()).build())
}
