// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Plain`: DataFusion as it comes, with its own settings.

use std::path::PathBuf;

use firesteel::base::{Error, Result, err};
use firesteel::data::datafusion::arrow::array::RecordBatch;
use firesteel::data::datafusion::arrow::datatypes::{DataType, Field, Schema};
use firesteel::data::datafusion::error::DataFusionError;
use firesteel::data::datafusion::prelude::{CsvReadOptions, ParquetReadOptions, SessionContext};
use tokio::runtime::Runtime;

use crate::answer::Answer;
use crate::data::Files;

/// A separator that does not occur, so that a line is one column.
const NO_SEPARATOR: u8 = 1;

/// A context with the tables `g`, `d` and `lines`, and the threads it runs on.
pub(crate) struct Plain {
    context: SessionContext,
    runtime: Runtime,
}

impl Plain {
    /// Registers the files.
    ///
    /// # Errors
    /// `Engine` when a file is not what it should be.
    pub(crate) fn open(files: &Files) -> Result<Self> {
        let runtime = Runtime::new().map_err(|error| err::io("threads", error))?;
        let context = SessionContext::new();
        runtime.block_on(register(&context, files)).map_err(failed)?;
        Ok(Self { context, runtime })
    }

    /// Plans and runs a query.
    ///
    /// # Errors
    /// `Engine`, whatever the query meets.
    pub(crate) fn run(&self, sql: &str) -> Result<Answer> {
        let batches = self.runtime.block_on(collect(&self.context, sql)).map_err(failed)?;
        Answer::of_batches(&batches)
    }
}

async fn register(context: &SessionContext, files: &Files) -> Result<(), DataFusionError> {
    let path = |path: PathBuf| path.display().to_string();
    context.register_parquet("g", path(files.table()), ParquetReadOptions::default()).await?;
    context.register_parquet("d", path(files.dimension()), ParquetReadOptions::default()).await?;
    let schema = Schema::new(vec![Field::new("value", DataType::Utf8, true)]);
    let options = CsvReadOptions::new()
        .has_header(false)
        .delimiter(NO_SEPARATOR)
        .file_extension(".txt")
        .schema(&schema);
    context.register_csv("lines", path(files.words()), options).await
}

async fn collect(context: &SessionContext, sql: &str) -> Result<Vec<RecordBatch>, DataFusionError> {
    context.sql(sql).await?.collect().await
}

fn failed(error: DataFusionError) -> Error {
    err::engine("plain DataFusion", error)
}
