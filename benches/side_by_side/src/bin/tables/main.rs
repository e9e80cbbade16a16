// SPDX-License-Identifier: MIT OR Apache-2.0
//! Queries through firesteel and through plain DataFusion, by turns in one process.
//!
//! ```text
//! tables [--only group_small,words_rdd] [--rounds 5] [--rows 10000000] \
//!     [--words 60000000] [--data FOLDER] [--make]
//! ```
//!
//! The files are made once, in a folder beside the program unless `--data` says otherwise; `--make` makes
//! them and ends. Each query prints one line of JSON: the median seconds of both, their ratio, and the answer, on
//! which both must agree. `--test` does all that once on small files.
#![expect(clippy::print_stdout, reason = "what a benchmark prints is its result")]

mod answer;
mod data;
mod options;
mod plain;
mod queries;
mod rounds;

use firesteel::base::{Result, json};

use crate::data::Files;
use crate::options::Options;
use crate::plain::Plain;
use crate::queries::{QUERIES, Tables};

// the allocator of the `firesteel` program
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let options = Options::parse(std::env::args().skip(1))?;
    let files = Files::make(&options.folder()?, options.n_rows, options.n_words)?;
    if options.make {
        println!("{}", json!({ "data": files.folder().display().to_string() }));
        return Ok(());
    }
    let (ours, plain) = (Tables::open(&files)?, Plain::open(&files)?);
    for query in QUERIES.iter().filter(|query| options.wants(query.name)) {
        println!("{}", rounds::measure(query, &ours, &plain, options.rounds)?);
    }
    Ok(())
}
