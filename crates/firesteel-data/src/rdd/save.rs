// SPDX-License-Identifier: MIT OR Apache-2.0
//! `save_as_text_file`.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::execution::SendableRecordBatchStream;
use firesteel_core::{Result, err};
use futures::TryStreamExt as _;

use super::rdd::Rdd;
use super::run::each_partition;
use super::step::Call;
use super::table::from_batch;
use crate::failure;

impl<T: Display + Send + 'static> Rdd<T> {
    /// Writes the elements as lines into a new folder: one file `part-00000`, `part-00001`, .. a partition, and an
    /// empty file `_SUCCESS`. The folder appears when all of it is written.
    ///
    /// # Errors
    /// `Io` when there is something under this name already, or the folder cannot be written; whatever the run
    /// meets.
    #[track_caller]
    pub fn save_as_text_file(&self, path: impl AsRef<Path>) -> Result<()> {
        let call = Call::here("save_as_text_file");
        save(&self.map_as(call, |element| element.to_string()), path.as_ref())
    }
}

fn save(lines: &Rdd<String>, path: &Path) -> Result<()> {
    if path.exists() {
        return Err(err::io(path, ErrorKind::AlreadyExists.into()).fix("choose a new folder"));
    }
    let unfinished = Unfinished::create(path)?;
    let folder: Arc<Path> = unfinished.0.as_path().into();
    each_partition(lines.session(), &lines.rows(None), move |index, stream| {
        write_lines(folder.join(format!("part-{index:05}")), stream)
    })?;
    let done = unfinished.0.join("_SUCCESS");
    File::create(&done).map_err(|error| err::io(&done, error))?;
    fs::rename(&unfinished.0, path).map_err(|error| err::io(path, error))
}

async fn write_lines(path: PathBuf, mut stream: SendableRecordBatchStream) -> Result<()> {
    let io = |error| err::io(&path, error);
    let mut file = BufWriter::new(File::create(&path).map_err(io)?);
    while let Some(batch) = stream.try_next().await.map_err(failure::of_run)? {
        for line in from_batch::<String>(&batch)? {
            writeln!(file, "{line}").map_err(io)?;
        }
    }
    file.flush().map_err(io)
}

/// A folder that goes away unless it got its final name.
struct Unfinished(PathBuf);

impl Unfinished {
    fn create(path: &Path) -> Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let unfinished = path.with_file_name(format!(".{name}-{}", std::process::id()));
        fs::create_dir_all(&unfinished).map_err(|error| err::io(&unfinished, error))?;
        Ok(Self(unfinished))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // it is there only after a failure, which is reported already
        let _ = fs::remove_dir_all(&self.0);
    }
}
