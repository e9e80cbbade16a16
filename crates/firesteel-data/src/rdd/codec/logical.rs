// SPDX-License-Identifier: MIT OR Apache-2.0
//! `FiresteelLogicalCodec`: logical plans on their way to a scheduler.

use std::any::Any;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::{Result, TableReference};
use datafusion::datasource::MemTable;
use datafusion::datasource::file_format::FileFormatFactory;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{
    AggregateUDF, Extension, HigherOrderUDF, LogicalPlan, ScalarUDF, UserDefinedLogicalNode,
    WindowUDF,
};
use datafusion_proto::logical_plan::LogicalExtensionCodec;

use super::fused::Fused;
use super::{memory_table, range_table, sample};
use crate::one_input;
use crate::range_table::RangeTable;
use crate::rdd::fused_node::FusedNode;
use crate::sample::SampleNode;

/// Writes and reads the nodes of RDDs and samples, tables in memory and ranges; all else is left to the codec inside.
#[derive(Debug)]
pub struct FiresteelLogicalCodec {
    inner: Arc<dyn LogicalExtensionCodec>,
}

impl FiresteelLogicalCodec {
    /// Wraps the codec that knows everything else, such as the cluster engine's own.
    pub fn new(inner: Arc<dyn LogicalExtensionCodec>) -> Self {
        Self { inner }
    }
}

impl LogicalExtensionCodec for FiresteelLogicalCodec {
    fn try_encode(&self, extension: &Extension, buf: &mut Vec<u8>) -> Result<()> {
        let node = extension.node.as_any();
        if let Some(node) = node.downcast_ref::<FusedNode>() {
            let schema = Arc::clone(UserDefinedLogicalNode::schema(node).inner());
            let program = Arc::clone(&node.program);
            return Fused { exchange: node.exchange, program, schema }.write(buf);
        }
        if let Some(node) = node.downcast_ref::<SampleNode>() {
            sample::write(node.draw, buf);
            return Ok(());
        }
        self.inner.try_encode(extension, buf)
    }

    fn try_decode(
        &self,
        buf: &[u8],
        inputs: &[LogicalPlan],
        ctx: &TaskContext,
    ) -> Result<Extension> {
        if let Some(draw) = sample::read(buf) {
            let input = one_input::of_node("a Sample node", inputs)?.clone();
            return Ok(Extension { node: Arc::new(SampleNode { input, draw: draw? }) });
        }
        let Some(fused) = Fused::read(buf) else { return self.inner.try_decode(buf, inputs, ctx) };
        let Fused { exchange, program, schema } = fused?;
        let input = one_input::of_node("a Fused node", inputs)?;
        let node = FusedNode::try_new(input.clone(), exchange, program, schema)?;
        Ok(Extension { node: Arc::new(node) })
    }

    fn try_encode_table_provider(
        &self,
        table_ref: &TableReference,
        node: Arc<dyn TableProvider>,
        buf: &mut Vec<u8>,
    ) -> Result<()> {
        let table = node.as_ref() as &dyn Any;
        if let Some(table) = table.downcast_ref::<MemTable>() {
            return memory_table::write(table, buf);
        }
        if let Some(range) = table.downcast_ref::<RangeTable>() {
            range_table::write(range, buf);
            return Ok(());
        }
        self.inner.try_encode_table_provider(table_ref, node, buf)
    }

    fn try_decode_table_provider(
        &self,
        buf: &[u8],
        table_ref: &TableReference,
        schema: SchemaRef,
        ctx: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>> {
        match memory_table::read(buf, &schema).or_else(|| range_table::read(buf)) {
            Some(table) => table,
            None => self.inner.try_decode_table_provider(buf, table_ref, schema, ctx),
        }
    }

    fn try_decode_file_format(
        &self,
        buf: &[u8],
        ctx: &TaskContext,
    ) -> Result<Arc<dyn FileFormatFactory>> {
        self.inner.try_decode_file_format(buf, ctx)
    }

    fn try_encode_file_format(
        &self,
        buf: &mut Vec<u8>,
        node: Arc<dyn FileFormatFactory>,
    ) -> Result<()> {
        self.inner.try_encode_file_format(buf, node)
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
