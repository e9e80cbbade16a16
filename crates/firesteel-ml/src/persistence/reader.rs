// SPDX-License-Identifier: MIT OR Apache-2.0
//! `SavedStage`: the folder of a stage, opened for reading.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use firesteel_core::{Error, Json, JsonMap, Options, Result, err};
use firesteel_data::datafusion::arrow::array::{Array, ArrayRef, RecordBatch};
use firesteel_data::datafusion::arrow::compute::concat_batches;
use firesteel_data::parquet_file;

use super::{MACHINE_OPTIONS, StageRegistry};
use crate::pipeline::PipelineStage;

/// The folder of a stage, opened for reading.
#[derive(Debug)]
pub struct SavedStage {
    path: PathBuf,
    metadata: JsonMap<String, Json>,
    class: String,
    uid: String,
    registry: Arc<StageRegistry>,
}

impl SavedStage {
    /// Opens a folder and reads its metadata.
    ///
    /// # Errors
    /// `Io` for a missing folder, `Format` for one that holds no stage.
    pub(crate) fn open(path: &Path, registry: Arc<StageRegistry>) -> Result<Self> {
        let file = part_files(&path.join("metadata"), "")?.into_iter().next();
        let file = file.ok_or_else(|| err::format(path, "the folder `metadata` holds no part"))?;
        let bytes = firesteel_core::files::read(&file)?;
        let line = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let no_stage = || err::format(&file, "the file is not the metadata of a stage");
        let metadata: Json =
            serde_json::from_slice(line).map_err(|source| no_stage().caused_by(source))?;
        let Json::Object(metadata) = metadata else { return Err(no_stage()) };
        let text = |key: &str| metadata.get(key).and_then(Json::as_str).map(str::to_owned);
        let (class, uid) = text("class").zip(text("uid")).ok_or_else(no_stage)?;
        Ok(Self { path: path.to_owned(), metadata, class, uid, registry })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name of the class in Spark.
    pub fn class(&self) -> &str {
        &self.class
    }

    /// The uid of the stage.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// A number that stands in the metadata beside the options.
    ///
    /// # Errors
    /// `Format` when there is none.
    pub fn number(&self, key: &str) -> Result<usize> {
        let number = self.metadata.get(key).and_then(Json::as_u64);
        number
            .map(|n| n as usize)
            .ok_or_else(|| self.damaged(format!("the metadata lacks `{key}`")))
    }

    /// Sets the options that the folder holds: Spark's defaults of the time first, then what the user had set.
    ///
    /// # Errors
    /// `Format` for an option that is not known or has the wrong type.
    pub fn restore(&self, options: &mut dyn Options) -> Result<()> {
        let map = |key: &str| self.metadata.get(key).and_then(Json::as_object);
        let known = |options: &dyn Options, name: &str| options.get(name).is_some();
        for (name, value) in map("defaultParamMap").into_iter().flatten() {
            let is_own_output = name == "outputCol" && value == &format!("{}__output", self.uid);
            if known(options, name) && !is_own_output {
                options.set(name, value).map_err(|error| error.at(self.path.display()))?;
            }
        }
        for (name, value) in map("paramMap").into_iter().flatten() {
            if !MACHINE_OPTIONS.contains(&name.as_str()) {
                options.set(name, value).map_err(|error| error.at(self.path.display()))?;
            }
        }
        Ok(())
    }

    /// The table under `data/`, all its parts in order.
    ///
    /// # Errors
    /// `Format` when there is none or its parts differ.
    pub fn data(&self) -> Result<RecordBatch> {
        let files = part_files(&self.path.join("data"), ".parquet")?;
        let batches = files.iter().map(parquet_file::read).collect::<Result<Vec<_>>>()?.concat();
        let first = batches.iter().find(|batch| batch.num_rows() > 0);
        let schema =
            first.map(RecordBatch::schema).ok_or_else(|| self.damaged("`data` holds no rows"))?;
        let filled = batches.iter().filter(|batch| batch.num_rows() > 0);
        concat_batches(&schema, filled)
            .map_err(|source| self.damaged("parts of `data` differ").caused_by(source))
    }

    /// A column of the data, of the type `T`.
    ///
    /// # Errors
    /// `Format` when it is missing or of another type.
    pub fn column<'a, T: Array + 'static>(
        &self,
        data: &'a RecordBatch,
        name: &str,
    ) -> Result<&'a T> {
        self.typed(self.any_column(data, name)?, name)
    }

    /// A column of the data, of any type.
    ///
    /// # Errors
    /// `Format` when it is missing.
    pub fn any_column<'a>(&self, data: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef> {
        data.column_by_name(name)
            .ok_or_else(|| self.damaged(format!("`data` lacks the column `{name}`")))
    }

    /// An array as one of the type `T`.
    ///
    /// # Errors
    /// `Format` when it is of another type.
    pub fn typed<'a, T: Array + 'static>(&self, array: &'a ArrayRef, name: &str) -> Result<&'a T> {
        let typed = array.as_any().downcast_ref();
        let wrong =
            || self.damaged(format!("the column `{name}` of `data` has an unexpected type"));
        typed.ok_or_else(|| wrong().got(array.data_type()))
    }

    /// The stages of a pipeline.
    ///
    /// # Errors
    /// As loading each of them.
    pub fn children(&self) -> Result<Vec<PipelineStage>> {
        let params = self.metadata.get("paramMap");
        let uids = params.and_then(|params| params.get("stageUids")).and_then(Json::as_array);
        let uids = uids.ok_or_else(|| self.damaged("the metadata lacks `stageUids`"))?;
        let digits = uids.len().to_string().len();
        let load = |(i, uid): (usize, &Json)| {
            let uid = uid.as_str().filter(|uid| !uid.contains(['/', '\\']) && !uid.contains(".."));
            let uid = uid.ok_or_else(|| self.damaged("`stageUids` must hold names"))?;
            let folder = self.path.join("stages").join(format!("{i:0digits$}_{uid}"));
            let open = SavedStage::open(&folder, Arc::clone(&self.registry))?;
            self.registry.read(&open)
        };
        uids.iter().enumerate().map(load).collect()
    }

    /// The error of a folder that does not hold what it should.
    pub fn damaged(&self, what: impl Into<String>) -> Error {
        err::format(&self.path, what)
    }
}

/// The files of a folder that hold data, by name; Spark's side files start with `_` or `.`.
fn part_files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let io = |source| err::io(folder, source);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !name.starts_with(['_', '.']) && name.ends_with(ending) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
