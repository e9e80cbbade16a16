// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `libsvm` format: `label index1:value1 index2:value2 ..`, one row a line.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use firesteel_core::{Error, Options, Result, err, json};

use crate::vector::{VectorBuilder, vector_field, with_ml_attr};

/// Rows to a record batch.
const BATCH_ROWS: usize = 8192;

/// How `libsvm` files are read.
#[derive(Clone, Debug, Options)]
#[options(camel_case, name = "libsvm")]
pub struct LibSvmOptions {
    /// Size of every vector; without it the largest index of all files.
    #[option(default = None, min = 1)]
    num_features: Option<usize>,
    /// Form of the vectors.
    #[option(default = "sparse", one_of = ["sparse", "dense"])]
    vector_type: String,
}

/// The schema of a `libsvm` table: `label double, features vector`.
pub fn schema(num_features: usize) -> SchemaRef {
    let attributes = json!({"num_attrs": num_features});
    let features = with_ml_attr(vector_field("features", true), &attributes);
    let mut metadata = features.metadata().clone();
    metadata.insert("numFeatures".to_owned(), num_features.to_string());
    let label = Field::new("label", DataType::Float64, true);
    Arc::new(Schema::new(vec![label, features.with_metadata(metadata)]))
}

/// Reads files into record batches, one file after the other; empty lines and lines that start with `#` are skipped.
///
/// # Errors
/// `Io` for a file that cannot be read, `Format` with file and line for a bad one, `InvalidArgument` for bad options.
pub fn read(paths: &[PathBuf], options: &LibSvmOptions) -> Result<Vec<RecordBatch>> {
    options.validate()?;
    let mut rows = Vec::new();
    for path in paths {
        let bytes = firesteel_core::files::read(path)?;
        let text = String::from_utf8(bytes)
            .map_err(|source| err::format(path, "the file is not text").caused_by(source))?;
        for (line_idx, line) in text.lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                rows.push(parse(line).map_err(|problem| problem.at_line(path, line_idx + 1))?);
            }
        }
    }
    let largest = rows.iter().filter_map(|row| row.active.last()).map(|&(index, _)| index).max();
    let found = largest.map_or(0, |index| index as usize + 1);
    let num_features = match options.num_features {
        Some(given) if given < found => {
            return Err(err::invalid_argument("libsvm", "numFeatures")
                .expected(format!("at least {found}, the largest index in the files"))
                .got(given));
        }
        Some(given) => given,
        None => found,
    };
    let dense = options.vector_type == "dense";
    let schema = schema(num_features);
    if rows.is_empty() {
        return Ok(vec![RecordBatch::new_empty(schema)]);
    }
    rows.chunks(BATCH_ROWS).map(|rows| batch(&schema, rows, num_features, dense)).collect()
}

/// A line that was read.
struct Row {
    label: f64,
    active: Vec<(i32, f64)>,
}

/// What is wrong with a line.
struct Problem {
    expected: &'static str,
    got: String,
}

impl Problem {
    fn at_line(self, path: &Path, line: usize) -> Error {
        let error = err::format(path, format!("line {line}: not a libsvm row"));
        error.expected(self.expected).got(format!("`{}`", self.got))
    }
}

fn parse(line: &str) -> Result<Row, Problem> {
    let problem = |expected, got: &str| Problem { expected, got: got.chars().take(60).collect() };
    let mut items = line.split_ascii_whitespace();
    let label = items.next().unwrap_or_default();
    let label = label.parse().map_err(|_| problem("a number as label", label))?;
    let mut active: Vec<(i32, f64)> = Vec::new();
    for item in items {
        let pair = item.split_once(':').and_then(|(index, value)| {
            Some((index.parse::<i32>().ok()?, value.parse::<f64>().ok()?))
        });
        let (index, value) = pair.ok_or_else(|| problem("index:value", item))?;
        if index < 1 || active.last().is_some_and(|&(last, _)| index - 1 <= last) {
            return Err(problem("indices from 1 on, in ascending order", item));
        }
        active.push((index - 1, value));
    }
    Ok(Row { label, active })
}

fn batch(schema: &SchemaRef, rows: &[Row], size: usize, dense: bool) -> Result<RecordBatch> {
    let mut vectors = VectorBuilder::new();
    for row in rows {
        if dense {
            let mut values = vec![0.0; size];
            row.active.iter().for_each(|&(index, value)| values[index as usize] = value);
            vectors.append_dense(values);
        } else {
            vectors.append_sparse(size, row.active.iter().copied());
        }
    }
    let labels: Float64Array = rows.iter().map(|row| row.label).collect::<Vec<_>>().into();
    let columns: Vec<ArrayRef> = vec![Arc::new(labels), vectors.finish()?];
    RecordBatch::try_new(Arc::clone(schema), columns)
        .map_err(|source| err::engine("cannot make a libsvm batch", source))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::VectorColumn;

    fn file(name: &str, text: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("firesteel-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        path
    }

    fn vectors(batches: &[RecordBatch]) -> Vec<String> {
        let column = batches[0].column(1);
        VectorColumn::new(column).unwrap().iter().map(|v| v.unwrap().to_string()).collect()
    }

    #[test]
    fn reads_rows_comments_and_empty_lines() {
        let path = file("good.libsvm", "# head\n1 1:0.5 3:2\n\n0 2:1.5\n-1\n");
        let batches = read(std::slice::from_ref(&path), &LibSvmOptions::new()).unwrap();
        assert_eq!(vectors(&batches), ["(3,[0,2],[0.5,2.0])", "(3,[1],[1.5])", "(3,[],[])"]);
        assert_eq!(batches[0].schema().field(1).metadata()["numFeatures"], "3");
        let wide = LibSvmOptions::new().num_features(5).vector_type("dense");
        assert_eq!(
            vectors(&read(std::slice::from_ref(&path), &wide).unwrap())[1],
            "[0.0,1.5,0.0,0.0,0.0]"
        );
        let narrow = LibSvmOptions::new().num_features(2);
        assert!(
            read(std::slice::from_ref(&path), &narrow)
                .unwrap_err()
                .to_string()
                .contains("at least 3")
        );
        let both = read(&[path.clone(), path.clone()], &LibSvmOptions::new()).unwrap();
        assert_eq!(both[0].num_rows(), 6);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_bad_line_is_named() {
        for (name, text, message) in [
            ("zero", "1 0:1\n", "line 1: not a libsvm row, expected indices from 1 on"),
            ("order", "1 1:1\n1 3:1 2:1\n", "line 2: not a libsvm row, expected indices from 1 on"),
            ("twice", "1 2:1 2:1\n", "in ascending order, got `2:1`"),
            ("label", "x 1:1\n", "expected a number as label, got `x`"),
            ("pair", "1 1:1 2\n", "expected index:value, got `2`"),
        ] {
            let path = file(name, text);
            let error = read(std::slice::from_ref(&path), &LibSvmOptions::new()).unwrap_err();
            assert!(error.is_format());
            assert!(error.to_string().contains(message), "{error}");
            assert!(error.to_string().contains(&path.display().to_string()), "{error}");
            std::fs::remove_file(path).unwrap();
        }
        assert!(
            read(&[PathBuf::from("/no/such.libsvm")], &LibSvmOptions::new()).unwrap_err().is_io()
        );
    }
}
