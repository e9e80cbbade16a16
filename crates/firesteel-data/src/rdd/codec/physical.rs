// SPDX-License-Identifier: MIT OR Apache-2.0
//! `FiresteelPhysicalCodec`: physical plans on their way to executors.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::error::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, WindowUDF};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr_common::physical_expr::proto_decode::PhysicalExprDecodeCtx;
use datafusion::physical_expr_common::physical_expr::proto_encode::PhysicalExprEncodeCtx;
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};

use super::fused::Fused;
use super::sample;
use crate::one_input;
use crate::rdd::exchange::Exchange;
use crate::rdd::fused_exec::FusedExec;
use crate::rdd::program::Program;
use crate::sample::SampleExec;

/// Writes and reads the operators of RDDs and samples; all else is left to the codec inside.
///
/// Reading does not look the functions up: that happens when the operator runs, so that what is wrong with them
/// reaches the user as the job's error. So does damage.
#[derive(Debug)]
pub struct FiresteelPhysicalCodec {
    inner: Arc<dyn PhysicalExtensionCodec>,
}

impl FiresteelPhysicalCodec {
    /// Wraps the codec that knows everything else, such as the cluster engine's own.
    pub fn new(inner: Arc<dyn PhysicalExtensionCodec>) -> Self {
        Self { inner }
    }
}

/// An operator in the place of one that arrived damaged. It fails when it runs, so that its task ends as others do: a
/// task that cannot even be read keeps its place at a scheduler of Ballista 55.0.0 for ever.
fn damaged(
    inputs: &[Arc<dyn ExecutionPlan>],
    error: DataFusionError,
) -> Result<Arc<dyn ExecutionPlan>> {
    let Some(input) = inputs.first() else { return Err(error) };
    let program = Arc::new(Program::unreadable(error.to_string()));
    let schema = input.schema();
    Ok(Arc::new(FusedExec::new(Arc::clone(input), Exchange::None, program, schema)))
}

impl PhysicalExtensionCodec for FiresteelPhysicalCodec {
    fn try_decode(
        &self,
        buf: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        ctx: &TaskContext,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match sample::read(buf) {
            Some(Ok(draw)) => {
                return Ok(Arc::new(SampleExec::from_inputs(inputs.to_vec(), draw)?));
            }
            Some(Err(error)) => return damaged(inputs, error),
            None => {}
        }
        let Fused { exchange, program, schema } = match Fused::read(buf) {
            Some(Ok(fused)) => fused,
            Some(Err(error)) => return damaged(inputs, error),
            None => return self.inner.try_decode(buf, inputs, ctx, converter),
        };
        let input = one_input::of_operator("a FusedExec", inputs)?;
        Ok(Arc::new(FusedExec::new(Arc::clone(input), exchange, program, schema)))
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        buf: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        if let Some(exec) = node.downcast_ref::<FusedExec>() {
            let (program, schema) = (Arc::clone(&exec.program), exec.schema());
            return Fused { exchange: exec.exchange, program, schema }.write(buf);
        }
        if let Some(exec) = node.downcast_ref::<SampleExec>() {
            sample::write(exec.draw, buf);
            return Ok(());
        }
        self.inner.try_encode(node, buf, converter)
    }

    fn try_decode_udf(&self, name: &str, buf: &[u8]) -> Result<Arc<ScalarUDF>> {
        self.inner.try_decode_udf(name, buf)
    }

    fn try_encode_udf(&self, node: &ScalarUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_udf(node, buf)
    }

    fn try_decode_higher_order_function(
        &self,
        name: &str,
        buf: &[u8],
    ) -> Result<Arc<HigherOrderUDF>> {
        self.inner.try_decode_higher_order_function(name, buf)
    }

    fn try_encode_higher_order_function(
        &self,
        node: &HigherOrderUDF,
        buf: &mut Vec<u8>,
    ) -> Result<()> {
        self.inner.try_encode_higher_order_function(node, buf)
    }

    fn try_decode_expr(
        &self,
        buf: &[u8],
        inputs: &[Arc<dyn PhysicalExpr>],
        ctx: &PhysicalExprDecodeCtx<'_>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        self.inner.try_decode_expr(buf, inputs, ctx)
    }

    fn try_encode_expr(
        &self,
        node: &Arc<dyn PhysicalExpr>,
        buf: &mut Vec<u8>,
        ctx: &PhysicalExprEncodeCtx<'_>,
    ) -> Result<()> {
        self.inner.try_encode_expr(node, buf, ctx)
    }

    fn try_decode_udaf(&self, name: &str, buf: &[u8]) -> Result<Arc<AggregateUDF>> {
        self.inner.try_decode_udaf(name, buf)
    }

    fn try_encode_udaf(&self, node: &AggregateUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_udaf(node, buf)
    }

    fn try_decode_udwf(&self, name: &str, buf: &[u8]) -> Result<Arc<WindowUDF>> {
        self.inner.try_decode_udwf(name, buf)
    }

    fn try_encode_udwf(&self, node: &WindowUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_udwf(node, buf)
    }
}
