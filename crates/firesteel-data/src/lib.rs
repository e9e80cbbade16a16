// SPDX-License-Identifier: MIT OR Apache-2.0
//! Spark's Session, RDD, DataFrame and SQL on DataFusion.
//!
//! A [`Session`] owns the threads on which queries run and hides them: every public call is synchronous and may be
//! made from anywhere, also from inside an async runtime. What runs a plan is an [`Engine`]: the embedded
//! DataFusion of this crate, or a cluster behind the same trait.
#![warn(missing_docs)]

mod arithmetic;
mod batches;
mod column_ext;
mod column_or_name;
mod dataframe;
mod embedded_engine;
mod engine;
pub mod failure;
pub mod functions;
mod guarded_filters;
mod into_data_frame;
mod java_double;
mod option_text;
mod order;
mod output;
pub mod parquet_file;
mod paths;
mod project;
mod range_table;
pub mod rdd;
mod reader;
mod remote_options;
mod resolve;
mod row;
mod runtime;
mod sample;
mod schema_tree;
mod session;
mod session_builder;
mod session_state;
mod show;
mod side_by_side;
mod sinks;
pub mod sources;
mod spark_casts;
mod spark_name;
mod spelling;
mod sql;
mod type_name;
mod udf;
mod value;
pub mod vector;
mod writer;
mod xor_shift;

pub use batches::Batches;
pub use column_ext::ColumnExt;
pub use column_or_name::{ColumnOrName, SortKey};
pub use dataframe::{ColumnFunction, Condition, DataFrame, GroupedData, NaFunctions};
pub use datafusion::logical_expr::Expr;
pub use embedded_engine::EmbeddedEngine;
pub use engine::Engine;
pub use firesteel_macros::Row;
pub use into_data_frame::IntoDataFrame;
pub use java_double::{java_double, java_float};
pub use option_text::OptionText;
pub use paths::Paths;
pub use rdd::{Element, Rdd, Record};
pub use reader::{DataFrameReader, TableSchema};
pub use remote_options::RemoteOptions;
pub use row::Row;
pub use runtime::Runtime;
pub use session::Session;
pub use session_builder::SessionBuilder;
pub use session_state::session_state;
pub use show::{ShowOptions, Truncate};
pub use value::Value;
pub use writer::DataFrameWriter;

/// The data engine underneath, for those who extend it.
pub use datafusion;
