// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Stage`: one program and where its rows come from; stages on top of each other are a job.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use firesteel_core::{Result, err};

use super::exchange::Exchange;
use super::fused_node::FusedNode;
use super::program::Program;
use crate::failure;

/// Where the rows of a stage come from.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// A plan of the engine: a relation in memory, or a DataFrame.
    Plan(LogicalPlan),
    /// Another stage, whose rows are exchanged first.
    Stage(Arc<Stage>, Exchange),
    /// Several stages with the same columns, one after the other.
    Union(Vec<Arc<Stage>>),
    /// Nothing, for this reason; the action reports it.
    Broken(String),
}

/// One program and where its rows come from.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) input: Input,
    pub(crate) program: Arc<Program>,
    pub(crate) schema: SchemaRef,
}

impl Stage {
    /// The plan of this stage and of all below.
    pub(crate) fn plan(&self) -> Result<LogicalPlan> {
        self.logical().map_err(failure::of_planning)
    }

    fn logical(&self) -> Result<LogicalPlan, DataFusionError> {
        let (input, exchange) = match &self.input {
            Input::Plan(plan) => (plan.clone(), Exchange::None),
            Input::Stage(below, exchange) => (below.logical()?, *exchange),
            Input::Union(stages) => (union(stages)?, Exchange::None),
            Input::Broken(reason) => {
                return Err(DataFusionError::External(Box::new(err::internal(reason))));
            }
        };
        let (program, schema) = (Arc::clone(&self.program), Arc::clone(&self.schema));
        Ok(FusedNode::try_new(input, exchange, program, schema)?.into_plan())
    }

    /// Whether all functions of the job can be sent to executors.
    ///
    /// # Errors
    /// `Unsupported` with the call whose closure captures something.
    pub(crate) fn check_shippable(&self) -> Result<()> {
        match &self.input {
            Input::Plan(_) | Input::Broken(_) => {}
            Input::Stage(below, _) => below.check_shippable()?,
            Input::Union(stages) => stages.iter().try_for_each(|stage| stage.check_shippable())?,
        }
        self.program.to_bytes().map(drop)
    }
}

fn union(stages: &[Arc<Stage>]) -> Result<LogicalPlan, DataFusionError> {
    let mut plans = stages.iter().map(|stage| stage.logical());
    let first = plans.next().unwrap_or_else(|| LogicalPlanBuilder::empty(false).build())?;
    let union = plans.try_fold(LogicalPlanBuilder::from(first), |all, plan| all.union(plan?))?;
    union.build()
}
