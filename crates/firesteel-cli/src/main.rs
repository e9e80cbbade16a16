// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `firesteel` command: networks, tables and the tour from the shell.

mod arrays;
mod commands;
mod output;
mod tour;

use std::process::ExitCode;

use clap::Parser;
use firesteel::Result;
use firesteel::tensor::set_num_threads;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EXIT_CODES: &str = "Exit codes: 0 when all went well, 1 when something failed, 2 when the command line could not be read.";

/// Keras and Spark as one engine.
#[derive(Debug, Parser)]
#[command(name = "firesteel", version, arg_required_else_help = true, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: commands::Command,
    /// Threads on which networks compute; all cores unless said. The results are the same
    #[arg(long, value_name = "COUNT", global = true)]
    threads: Option<usize>,
}

impl Cli {
    fn run(self) -> Result<()> {
        self.threads.map_or(Ok(()), set_num_threads)?;
        self.command.run()
    }
}

/// Exits as [`EXIT_CODES`] says.
fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::from(if error.field(commands::USAGE).is_some() { 2 } else { 1 })
        }
    }
}
