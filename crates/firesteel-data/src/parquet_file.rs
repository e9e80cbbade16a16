// SPDX-License-Identifier: MIT OR Apache-2.0
//! One Parquet file, read and written whole, with the key-values of its footer.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::parquet::arrow::arrow_writer::ArrowWriterOptions;
use datafusion::parquet::file::metadata::KeyValue;
use datafusion::parquet::file::properties::WriterProperties;
use firesteel_core::{Result, err};

/// The batches of a Parquet file.
///
/// # Errors
/// `Io` when the file cannot be read, `Format` when it is no Parquet file.
pub fn read(path: impl AsRef<Path>) -> Result<Vec<RecordBatch>> {
    batches(path.as_ref())?.collect()
}

/// Reads a Parquet file to its end, for the error that this may give.
pub(crate) fn check(path: impl AsRef<Path>) -> Result<()> {
    let path = path.as_ref();
    batches(path)?.try_for_each(|batch| batch.map(|_| ()))
}

fn batches(path: &Path) -> Result<impl Iterator<Item = Result<RecordBatch>>> {
    let file = File::open(path).map_err(|source| err::io(path, source))?;
    let damaged = move || err::format(path, "the file is not readable as Parquet");
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(|source| damaged().caused_by(source))?;
    let reader = builder.build().map_err(|source| damaged().caused_by(source))?;
    Ok(reader.map(move |batch| batch.map_err(|source| damaged().caused_by(source))))
}

/// Writes a batch as a Parquet file of one row group, with `key_values` in its footer.
///
/// # Errors
/// `Io` when the file cannot be written, `Engine` when a column has no Parquet form.
pub fn write(
    path: impl AsRef<Path>,
    batch: &RecordBatch,
    key_values: &[(&str, String)],
) -> Result<()> {
    let path = path.as_ref();
    let file = File::create(path).map_err(|source| err::io(path, source))?;
    let key_values =
        key_values.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), value.clone()));
    let properties =
        WriterProperties::builder().set_key_value_metadata(Some(key_values.collect())).build();
    let options =
        ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let refused = |source| {
        err::engine(format!("{}: cannot write the table as Parquet", path.display()), source)
    };
    let mut writer =
        ArrowWriter::try_new_with_options(file, Arc::clone(batch.schema_ref()), options)
            .map_err(refused)?;
    writer.write(batch).map_err(refused)?;
    writer.close().map_err(refused)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::{VectorBuilder, vector_field};
    use datafusion::arrow::datatypes::Schema;

    #[test]
    fn a_vector_column_survives() {
        let folder = std::env::temp_dir().join(format!("firesteel-parquet-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut builder = VectorBuilder::new();
        builder.append_dense([1.0, 2.0]);
        builder.append_sparse(3, [(2, 5.0)]);
        let schema = Schema::new(vec![vector_field("v", true)]);
        let batch =
            RecordBatch::try_new(Arc::new(schema), vec![builder.finish().unwrap()]).unwrap();
        let path = folder.join("part.parquet");
        write(&path, &batch, &[("key", "value".to_owned())]).unwrap();
        let read_back = read(&path).unwrap();
        assert_eq!(read_back[0].num_rows(), 2);
        assert!(crate::vector::is_vector_type(read_back[0].column(0).data_type()));
        std::fs::write(&path, b"no table").unwrap();
        assert!(read(&path).unwrap_err().is_format());
        assert!(read(folder.join("absent")).unwrap_err().is_io());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
