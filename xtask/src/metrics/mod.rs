// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask metrics`: the scorecard of the code. The figures are a mirror to look into, not limits.

mod crates;
mod functions;
mod items;
mod measure;
mod scorecard;
mod statistics;
mod table;
mod test_files;

use measure::FileMeasure;

use crate::workspace::Workspace;
use crate::{Result, no_arguments, tidy};

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    no_arguments("metrics", arguments)?;
    let workspace = Workspace::load()?;
    let tests: Vec<String> = workspace.rust_files().flat_map(test_files::declared_by).collect();
    let sources =
        workspace.rust_files().filter(|file| file.is_source() && !test_files::is_in(file, &tests));
    let files: Vec<FileMeasure> = sources.map(measure::measure).collect::<Result<_>>()?;
    let items = items::measure(&workspace, &files);
    let functions = functions::measure(&workspace);
    let gaps = tidy::count_known_gaps(&workspace);
    println!("{}", scorecard::render(&files, &items, &functions, gaps));
    println!("{}", crates::render(&files));
    print!("{}", scorecard::render_outliers(&files));
    print!("{}", scorecard::render_lacking(&items));
    Ok(())
}
