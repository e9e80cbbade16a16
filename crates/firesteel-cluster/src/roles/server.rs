// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ballista's scheduler with our session, codecs and handling of losses.

use std::sync::Arc;

use ballista_core::error::Result;
use ballista_core::ids::new_instance_id;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::{SchedulerConfig, TaskDistributionPolicy};
use ballista_scheduler::scheduler_process::create_scheduler;
use ballista_scheduler::scheduler_server::SchedulerServer;
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};

use super::SchedulerOptions;
use super::cancel_on_loss::CancelOnLoss;
use super::in_order::InOrder;
use crate::session;

/// Ballista's scheduler for plans in DataFusion's own encoding.
pub(super) type Server = SchedulerServer<LogicalPlanNode, PhysicalPlanNode>;

/// For how many seconds the end of a query can be looked up.
const KEEP_STATE_SECONDS: u64 = 60;

/// How often a stage may fail to read what the one before it left, before its job ends. Ballista rolls a stage back
/// for each such failure but the last, and that is what it gets wrong.
const STAGE_FAILURES: usize = 1;

/// Makes the scheduler for a listener at `host:port`.
pub(super) async fn create(options: &SchedulerOptions, host: String, port: u16) -> Result<Server> {
    let config = config(options, host, port);
    config.validate()?;
    let memory = BallistaCluster::new_from_config(&config).await?;
    let executors = Arc::new(CancelOnLoss::new(memory.cluster_state()));
    let jobs = Arc::new(InOrder::new(memory.job_state()));
    let cluster = BallistaCluster::new(Arc::clone(&executors) as _, jobs);
    let server = create_scheduler(cluster, Arc::new(config)).await?;
    executors.set_server(server.clone());
    Ok(server)
}

fn config(options: &SchedulerOptions, host: String, port: u16) -> SchedulerConfig {
    let timeout = options.executor_timeout as u64;
    SchedulerConfig {
        scheduler_id: new_instance_id(),
        external_host: host,
        bind_host: options.bind_host.clone(),
        bind_port: port,
        task_distribution: TaskDistributionPolicy::RoundRobin,
        finished_job_data_clean_up_interval_seconds: options.keep_results as u64,
        finished_job_state_clean_up_interval_seconds: KEEP_STATE_SECONDS,
        executor_timeout_seconds: timeout,
        expire_dead_executor_interval_seconds: (timeout / 10).max(1),
        no_executors_grace_period_seconds: timeout,
        stage_max_failures: STAGE_FAILURES,
        grpc_server_max_decoding_message_size: session::MESSAGE_BYTES,
        grpc_server_max_encoding_message_size: session::MESSAGE_BYTES,
        grpc_client_max_message_size: session::MESSAGE_BYTES,
        override_config_producer: Some(Arc::new(session::config)),
        override_session_builder: Some(Arc::new(session::state)),
        override_logical_codec: Some(session::logical_codec()),
        override_physical_codec: Some(session::physical_codec()),
        // the page behind it is not ours and not on this network
        web_tui_route: "/tui".to_owned(),
        ..SchedulerConfig::default()
    }
}
