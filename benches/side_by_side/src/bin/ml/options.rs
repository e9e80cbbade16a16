// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Options`: what is measured, how often, and on how much data.

use std::path::PathBuf;

use firesteel::{Result, err};
use firesteel_benches::Arguments;

use crate::learners::ROWS;

/// The rows with which `--test` is content.
const SMALL: usize = 20_000;

/// The command line.
#[derive(Debug)]
pub(crate) struct Options {
    /// Rows of the table.
    pub(crate) n_rows: usize,
    /// Whether the table is all that is wanted.
    pub(crate) make: bool,
    data: Option<PathBuf>,
    measured: Arguments,
}

impl Options {
    /// Reads the command line.
    ///
    /// # Errors
    /// `UnknownName` for an unknown row, `InvalidArgument` for a number that is none.
    pub(crate) fn parse(given: impl IntoIterator<Item = String>) -> Result<Self> {
        let (mut n_rows, mut make, mut data) = (1_000_000, false, None);
        let mut rest = Vec::new();
        let mut given = given.into_iter();
        while let Some(argument) = given.next() {
            match argument.as_str() {
                "--make" => make = true,
                "--test" => {
                    n_rows = SMALL;
                    rest.extend(["--rounds".to_owned(), "1".to_owned()]);
                }
                "--rows" => n_rows = number(&text("--rows", given.next())?)?,
                "--data" => data = Some(text("--data", given.next())?.into()),
                _ => rest.push(argument),
            }
        }
        let measured = Arguments::parse(rest, &ROWS.map(|(name, _)| name))?;
        Ok(Self { n_rows, make, data, measured })
    }

    /// How often each row is measured.
    pub(crate) fn rounds(&self) -> usize {
        self.measured.rounds
    }

    /// Whether a row is to be measured.
    pub(crate) fn wants(&self, row: &str) -> bool {
        self.measured.rows.iter().any(|name| name == row)
    }

    /// Where the table is, or will be.
    ///
    /// # Errors
    /// `Io` when nobody knows where the program is.
    pub(crate) fn folder(&self) -> Result<PathBuf> {
        if let Some(data) = &self.data {
            return Ok(data.clone());
        }
        let program = std::env::current_exe().map_err(|error| err::io("ml", error))?;
        Ok(program.with_file_name(format!("ml-{}", self.n_rows)))
    }
}

fn text(name: &str, given: Option<String>) -> Result<String> {
    given.ok_or_else(|| err::invalid_argument("ml", name).expected("a value").got("none"))
}

fn number(text: &str) -> Result<usize> {
    text.parse().ok().filter(|&number| number > 0).ok_or_else(|| {
        err::invalid_argument("ml", "--rows").expected("a whole number above 0").got(text)
    })
}
