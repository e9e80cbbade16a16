// SPDX-License-Identifier: MIT OR Apache-2.0
//! RDDs: collections of typed elements, spread over partitions, with Rust closures over them.
//!
//! An [`Rdd`] is planned, not computed: calls such as `map` only note what is to be done, and an action such as
//! `collect` runs it. Calls that look at one element at a time are fused: between two exchanges of rows, all of
//! them run as one operator ([`FusedExec`](fused_exec)) that hands elements from closure to closure. Arrow
//! columns appear only where rows are read, exchanged or returned, and there elements must be [`Element`]s.
//!
//! The same plans run on a cluster. What travels is plans of unary operators over relations in memory, keys in
//! columns of their own, and closures as addresses ([`firesteel_ship`]), for which they must capture nothing.

mod actions;
mod any_iter;
mod codec;
mod combiner;
mod element;
mod exchange;
mod fused_exec;
mod fused_node;
mod fused_stream;
mod heads;
mod into_data_frame;
mod links;
mod numbers;
mod pairs;
mod part;
mod program;
mod query_planner;
#[expect(clippy::module_inception, reason = "the file is named like its type")]
mod rdd;
mod relation;
mod run;
mod save;
mod session_ext;
mod sinks;
mod stage;
mod step;
mod table;
mod text;
mod watch;

pub use codec::{FiresteelLogicalCodec, FiresteelPhysicalCodec};
pub use element::{ColumnBuilder, ColumnReader, Element, FieldList, Record};
pub(crate) use fused_exec::keeps_order;
pub use query_planner::FiresteelQueryPlanner;
pub use rdd::Rdd;
pub use table::{BatchRows, from_batch, schema_of, to_batches};

/// The columns of the built-in elements.
pub mod columns {
    pub use super::element::{
        BoolBuilder, BoolReader, ListBuilder, ListReader, NumberBuilder, NumberReader,
        OptionBuilder, OptionReader, RecordBuilder, RecordReader, TextBuilder, TextReader,
    };
}
