// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Options`: what is measured, how often, and on how much data.

use std::path::PathBuf;

use firesteel::base::{Result, err};

use crate::queries::QUERIES;

const KNOWN: [&str; 7] = ["--data", "--make", "--only", "--rounds", "--rows", "--test", "--words"];

/// The rows and words with which `--test` is content.
const SMALL: usize = 20_000;

/// The command line.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) rounds: usize,
    pub(crate) n_rows: usize,
    pub(crate) n_words: usize,
    /// Whether the files are all that is wanted.
    pub(crate) make: bool,
    data: Option<PathBuf>,
    /// The queries to measure; without any, all.
    only: Vec<String>,
}

impl Options {
    /// Reads the command line.
    ///
    /// # Errors
    /// `UnknownName` for an unknown argument or query, `InvalidArgument` for a number that is none.
    pub(crate) fn parse(given: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut options = Self {
            rounds: 5,
            n_rows: 10_000_000,
            n_words: 60_000_000,
            make: false,
            data: None,
            only: Vec::new(),
        };
        let mut given = given.into_iter();
        while let Some(argument) = given.next() {
            match argument.as_str() {
                "--make" => options.make = true,
                "--test" => {
                    (options.rounds, options.n_rows, options.n_words) = (1, SMALL, SMALL);
                }
                "--rounds" => options.rounds = number("--rounds", given.next().as_deref())?,
                "--rows" => options.n_rows = number("--rows", given.next().as_deref())?,
                "--words" => options.n_words = number("--words", given.next().as_deref())?,
                "--data" => options.data = Some(text("--data", given.next())?.into()),
                "--only" => options.only = names(&text("--only", given.next())?)?,
                other => return Err(err::unknown_name("argument", other, KNOWN)),
            }
        }
        Ok(options)
    }

    /// Whether a query is to be measured.
    pub(crate) fn wants(&self, query: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == query)
    }

    /// Where the files are, or will be.
    ///
    /// # Errors
    /// `Io` when nobody knows where the program is.
    pub(crate) fn folder(&self) -> Result<PathBuf> {
        if let Some(data) = &self.data {
            return Ok(data.clone());
        }
        let program = std::env::current_exe().map_err(|error| err::io("tables", error))?;
        let name = format!("tables-{}-{}", self.n_rows, self.n_words);
        Ok(program.with_file_name(name))
    }
}

fn text(name: &str, given: Option<String>) -> Result<String> {
    given.ok_or_else(|| err::invalid_argument("tables", name).expected("a value").got("none"))
}

fn number(name: &str, given: Option<&str>) -> Result<usize> {
    let parsed = given.and_then(|text| text.parse().ok()).filter(|&number| number > 0);
    parsed.ok_or_else(|| {
        let got = given.unwrap_or("none");
        err::invalid_argument("tables", name).expected("a whole number above 0").got(got)
    })
}

/// The queries in a list such as `join,top`.
fn names(list: &str) -> Result<Vec<String>> {
    let known = || QUERIES.iter().map(|query| query.name);
    let check = |name: &str| {
        let found = known().find(|known| *known == name);
        found.map(str::to_owned).ok_or_else(|| err::unknown_name("query", name, known()))
    };
    list.split(',').map(check).collect()
}
