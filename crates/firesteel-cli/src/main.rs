// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `firesteel` command: networks, tables and the tour from the shell.

mod arrays;
mod commands;
mod output;
mod tour;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Keras and Spark as one engine.
#[derive(Debug, Parser)]
#[command(name = "firesteel", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: commands::Command,
}

/// 0 when all went well, 1 when something failed, 2 when the command line could not be read.
fn main() -> ExitCode {
    match Cli::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::from(1)
        }
    }
}
