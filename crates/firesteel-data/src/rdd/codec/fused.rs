// SPDX-License-Identifier: MIT OR Apache-2.0
//! The bytes of a fused node: `mark, exchange, schema, program`.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::Result;

use super::memory_table::{read_batches, write_batches};
use super::{damaged, own};
use crate::rdd::exchange::Exchange;
use crate::rdd::program::Program;

/// How bytes of ours start.
const MARK: &[u8] = b"firesteel fused 1\n";

pub(super) struct Fused {
    pub(super) exchange: Exchange,
    pub(super) program: Arc<Program>,
    pub(super) schema: SchemaRef,
}

impl Fused {
    pub(super) fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        // first, because it is what may be refused
        let program = self.program.to_bytes().map_err(own)?;
        out.extend(MARK);
        let exchange = serde_json::to_vec(&self.exchange).map_err(|_| damaged("an exchange"))?;
        write_block(out, &exchange);
        write_block(out, &write_batches(&self.schema, &[])?);
        out.extend(program);
        Ok(())
    }

    /// What the bytes say, or `None` when they are not ours. The program is not looked at before it runs.
    pub(super) fn read(bytes: &[u8]) -> Option<Result<Self>> {
        let mut rest = bytes.strip_prefix(MARK)?;
        let mut read = || {
            let exchange = read_block(&mut rest).ok_or_else(|| damaged("an exchange"))?;
            let exchange = serde_json::from_slice(exchange).map_err(|_| damaged("an exchange"))?;
            let schema = read_block(&mut rest).ok_or_else(|| damaged("a schema"))?;
            let (schema, _) = read_batches(schema)?;
            Ok(Self { exchange, program: Arc::new(Program::received(rest)), schema })
        };
        Some(read())
    }
}

/// A block of bytes after its length.
pub(super) fn write_block(out: &mut Vec<u8>, block: &[u8]) {
    out.extend((block.len() as u64).to_le_bytes());
    out.extend(block);
}

pub(super) fn read_block<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (block, rest) = rest.split_at_checked(length)?;
    *bytes = rest;
    Some(block)
}
