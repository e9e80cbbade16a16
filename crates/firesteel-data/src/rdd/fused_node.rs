// SPDX-License-Identifier: MIT OR Apache-2.0
//! `FusedNode`: a chain of RDD operations in a logical plan.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::{DFSchema, DFSchemaRef, Result};
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, UserDefinedLogicalNodeCore};

use super::exchange::Exchange;
use super::program::Program;
use crate::one_input;

/// One program over each partition of one input.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct FusedNode {
    input: LogicalPlan,
    pub(crate) exchange: Exchange,
    pub(crate) program: Arc<Program>,
    schema: DFSchemaRef,
}

impl FusedNode {
    pub(crate) fn try_new(
        input: LogicalPlan,
        exchange: Exchange,
        program: Arc<Program>,
        schema: SchemaRef,
    ) -> Result<Self> {
        let schema = Arc::new(DFSchema::try_from(schema)?);
        Ok(Self { input, exchange, program, schema })
    }

    pub(crate) fn into_plan(self) -> LogicalPlan {
        LogicalPlan::Extension(Extension { node: Arc::new(self) })
    }
}

impl UserDefinedLogicalNodeCore for FusedNode {
    fn name(&self) -> &str {
        "Fused"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fused: {}", self.program)
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let input = one_input::of_node("a Fused node", inputs)?;
        let (program, schema) = (Arc::clone(&self.program), Arc::clone(&self.schema));
        Ok(Self { input, exchange: self.exchange, program, schema })
    }

    /// Functions read whole elements, so that every column of the input is needed.
    fn necessary_children_exprs(&self, _: &[usize]) -> Option<Vec<Vec<usize>>> {
        Some(vec![(0..self.input.schema().fields().len()).collect()])
    }
}

/// There is no order among programs.
impl PartialOrd for FusedNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}
