// SPDX-License-Identifier: MIT OR Apache-2.0
//! Spark's Session, RDD, DataFrame and SQL on DataFusion.
//!
//! A [`Session`] owns the threads on which queries run and hides them: every public call is synchronous and may be
//! made from anywhere, also from inside an async runtime. What runs a plan is an [`Engine`]: the embedded
//! DataFusion of this crate, or a cluster behind the same trait.
#![warn(missing_docs)]

mod dataframe;
mod embedded_engine;
mod engine;
pub mod failure;
mod java_double;
pub mod parquet_file;
mod remote_options;
mod runtime;
mod session;
mod session_builder;
pub mod sources;
pub mod vector;

pub use dataframe::DataFrame;
pub use embedded_engine::EmbeddedEngine;
pub use engine::Engine;
pub use java_double::java_double;
pub use remote_options::RemoteOptions;
pub use runtime::Runtime;
pub use session::Session;
pub use session_builder::SessionBuilder;

/// The data engine underneath, for those who extend it.
pub use datafusion;
