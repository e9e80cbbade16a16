// SPDX-License-Identifier: MIT OR Apache-2.0
//! `MlWriter`: writes the folder of a stage.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use firesteel_core::{Json, JsonMap, Options, Result, err, json};
use firesteel_data::datafusion::arrow::array::RecordBatch;
use firesteel_data::parquet_file;

use super::{FORMAT_VERSION, spark_schema};
use crate::Stage;
use crate::uid::Uid;

/// What a stage saves beside its options.
#[derive(Debug, Default)]
pub struct StageContent<'a> {
    /// More entries of the metadata, such as `numFeatures`.
    pub extra: JsonMap<String, Json>,
    /// The table under `data/`.
    pub data: Option<RecordBatch>,
    /// The stages inside, for a pipeline.
    pub children: Option<Vec<&'a dyn Stage>>,
}

impl<'a> StageContent<'a> {
    /// A table and nothing else.
    pub fn of_data(data: RecordBatch) -> Self {
        Self { data: Some(data), ..Self::default() }
    }

    /// Stages and nothing else.
    pub fn of_children(children: Vec<&'a dyn Stage>) -> Self {
        Self { children: Some(children), ..Self::default() }
    }
}

/// Writes the folder of a stage, whole or not at all.
///
/// # Examples
/// ```
/// use firesteel_ml::Stage;
/// use firesteel_ml::clustering::KMeans;
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("kmeans");
/// KMeans::new().k(3).write().overwrite().save(&path)?;
/// let loaded = KMeans::load(&path)?;
/// # Ok::<(), firesteel_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MlWriter<'a> {
    stage: &'a dyn Stage,
    overwrite: bool,
}

impl<'a> MlWriter<'a> {
    /// A writer that refuses a folder that exists.
    pub fn new(stage: &'a dyn Stage) -> Self {
        Self { stage, overwrite: false }
    }

    /// Replaces a folder that exists, once the new one is complete.
    #[must_use]
    pub fn overwrite(mut self) -> Self {
        self.overwrite = true;
        self
    }

    /// Writes the folder.
    ///
    /// # Errors
    /// `Io` when the folder exists and may not be replaced, or cannot be written.
    pub fn save(self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        if path.exists() && !self.overwrite {
            let exists = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
            return Err(err::io(path, exists).fix("use write().overwrite() to replace it"));
        }
        let temporary = sibling(path);
        let written = write_stage(self.stage, &temporary).and_then(|()| put(&temporary, path));
        if written.is_err() {
            // the first error is the one to report
            let _ = fs::remove_dir_all(&temporary);
        }
        written
    }
}

/// A folder beside `path` that nobody uses.
fn sibling(path: &Path) -> PathBuf {
    path.with_file_name(Uid::default().of(".firesteel"))
}

/// Moves the complete folder to its place; what stood there goes only after that.
fn put(complete: &Path, path: &Path) -> Result<()> {
    let io = |source| err::io(path, source);
    if !path.exists() {
        return fs::rename(complete, path).map_err(io);
    }
    let old = sibling(path);
    fs::rename(path, &old).map_err(io)?;
    if let Err(source) = fs::rename(complete, path) {
        fs::rename(&old, path).map_err(io)?;
        return Err(io(source));
    }
    if old.is_dir() { fs::remove_dir_all(&old) } else { fs::remove_file(&old) }.map_err(io)
}

fn write_stage(stage: &dyn Stage, folder: &Path) -> Result<()> {
    let content = stage.content()?;
    let children = content.children.as_deref();
    write_metadata(stage, &content.extra, children, &make(folder, "metadata")?)?;
    if let Some(data) = &content.data {
        let rows = spark_schema::to_json(data.schema_ref())?.to_string();
        let key_values = [
            ("org.apache.spark.version", FORMAT_VERSION.to_owned()),
            ("org.apache.spark.sql.parquet.row.metadata", rows),
        ];
        parquet_file::write(make(folder, "data")?.join("part-00000.parquet"), data, &key_values)?;
        mark_complete(&folder.join("data"))?;
    }
    let Some(children) = children else { return Ok(()) };
    let stages = make(folder, "stages")?;
    let digits = children.len().to_string().len();
    for (i, child) in children.iter().enumerate() {
        write_stage(*child, &stages.join(format!("{i:0digits$}_{}", child.uid())))?;
    }
    Ok(())
}

fn write_metadata(
    stage: &dyn Stage,
    extra: &JsonMap<String, Json>,
    children: Option<&[&dyn Stage]>,
    folder: &Path,
) -> Result<()> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let timestamp = since.map_or(0, |elapsed| elapsed.as_millis() as u64);
    let (mut given, defaults) = param_maps(stage.options());
    if let Some(children) = children {
        let uids: Vec<String> = children.iter().map(|child| child.uid()).collect();
        given.insert("stageUids".to_owned(), Json::from(uids));
    }
    let mut metadata = JsonMap::new();
    metadata.insert("class".to_owned(), json!(stage.spark_class()));
    metadata.insert("timestamp".to_owned(), json!(timestamp));
    metadata.insert("sparkVersion".to_owned(), json!(FORMAT_VERSION));
    metadata.insert("uid".to_owned(), json!(stage.uid()));
    metadata.insert("paramMap".to_owned(), Json::Object(given));
    metadata.insert("defaultParamMap".to_owned(), Json::Object(defaults));
    metadata.extend(extra.clone());
    write_file(&folder.join("part-00000"), &format!("{}\n", Json::Object(metadata)))?;
    mark_complete(folder)
}

/// The options that differ from their defaults, and the defaults.
fn param_maps(options: &dyn Options) -> (JsonMap<String, Json>, JsonMap<String, Json>) {
    let (mut given, mut defaults) = (JsonMap::new(), JsonMap::new());
    for row in options.table() {
        let default = row.default.map(|default| default()).filter(|value| !value.is_null());
        let value = options.get(row.name).filter(|value| !value.is_null());
        if let Some(value) = value.filter(|value| default.as_ref() != Some(value)) {
            given.insert(row.name.to_owned(), value);
        }
        if let Some(default) = default {
            defaults.insert(row.name.to_owned(), default);
        }
    }
    (given, defaults)
}

fn make(folder: &Path, name: &str) -> Result<PathBuf> {
    let made = folder.join(name);
    fs::create_dir_all(&made).map_err(|source| err::io(&made, source))?;
    Ok(made)
}

/// Spark's sign that a folder is complete.
fn mark_complete(folder: &Path) -> Result<()> {
    write_file(&folder.join("_SUCCESS"), "")
}

fn write_file(path: &Path, text: &str) -> Result<()> {
    let io = |source| err::io(path, source);
    let mut file = fs::File::create(path).map_err(io)?;
    file.write_all(text.as_bytes()).map_err(io)?;
    file.sync_all().map_err(io)
}
