// SPDX-License-Identifier: MIT OR Apache-2.0
//! Seconds that classical learners of firesteel take to fit a table that is in memory.
//!
//! ```text
//! ml [--rounds 5] [--rows 1000000] [--data FOLDER] [--make] [ROW ..]
//! ```
//!
//! The table is made once, in a folder beside the program unless `--data` says otherwise; `--make` makes it and ends.
//! Each row prints one line of JSON with what was learned: the cost of the groups, the share of rows in their class.
//! `--test` does all that once on a small table.
#![expect(clippy::print_stdout, reason = "what a benchmark prints is its result")]

mod data;
mod learners;
mod options;

use firesteel::{Result, json};

use crate::options::Options;

// the allocator of the `firesteel` program
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let options = Options::parse(std::env::args().skip(1))?;
    let folder = options.folder()?;
    let file = data::make(&folder, options.n_rows)?;
    if options.make {
        println!("{}", json!({ "data": folder.display().to_string() }));
        return Ok(());
    }
    let table = learners::open(&file)?;
    for (name, run) in learners::ROWS {
        if options.wants(name) {
            println!("{}", run(&table, options.rounds())?);
        }
    }
    Ok(())
}
