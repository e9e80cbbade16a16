// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files as tables, and the options that they are read with.

use clap::Args;
use firesteel::err;
use firesteel::prelude::*;

/// Options of the reader.
#[derive(Clone, Debug, Args)]
pub(crate) struct TableArgs {
    /// How tables are read, in Spark's names: `sep=;`, `nullValue=NA`; repeat it for more
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value, requires = "table")]
    option: Vec<(String, String)>,
}

fn key_value(text: &str) -> std::result::Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE, as in `sep=;`".to_owned()),
    }
}

impl TableArgs {
    /// Reads a file by its ending; a csv file has a header and its types are inferred, unless an option says otherwise.
    ///
    /// # Errors
    /// `InvalidArgument` for another ending, `UnknownName` for an option that the format does not know, whatever
    /// reading meets.
    pub(crate) fn read(&self, spark: &Session, path: &str) -> Result<DataFrame> {
        let plain = path.trim_end_matches('/').trim_end_matches(".gz");
        let csv = || spark.read().format("csv").option("header", true).option("inferSchema", true);
        let reader = match plain.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "csv" => csv(),
            // `sep`, its other name, goes first where it is given
            "tsv" => csv().option("delimiter", "\t"),
            "json" | "jsonl" | "ndjson" => spark.read().format("json"),
            format @ ("parquet" | "libsvm") => spark.read().format(format),
            other => {
                return Err(err::invalid_argument("table", "file")
                    .expected("a .csv, .tsv, .json, .parquet or .libsvm file")
                    .got(format!("`{path}` with the ending `{other}`")));
            }
        };
        let options = self.option.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        reader.options(options).load(path)
    }
}
