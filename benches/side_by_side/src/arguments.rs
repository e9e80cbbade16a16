// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Arguments`: the command line that the programs share.

use firesteel::{Result, err};

/// `[--rounds N] [ROW ..]`: which rows are measured, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arguments {
    /// How often each row is measured; 5 unless given.
    pub rounds: usize,
    /// The rows to measure; all of them unless some are given.
    pub rows: Vec<String>,
}

impl Arguments {
    /// Reads a command line of a program that has these rows.
    ///
    /// # Errors
    /// `UnknownName` for a row that the program does not have, `InvalidArgument` for a number of rounds that is none.
    pub fn parse(given: impl IntoIterator<Item = String>, known: &[&str]) -> Result<Self> {
        let mut arguments = Self { rounds: 5, rows: Vec::new() };
        let mut given = given.into_iter();
        while let Some(argument) = given.next() {
            if argument == "--rounds" {
                arguments.rounds = rounds(given.next().as_deref())?;
            } else if known.contains(&argument.as_str()) {
                arguments.rows.push(argument);
            } else {
                return Err(err::unknown_name("row", &argument, known.iter().copied()));
            }
        }
        if arguments.rows.is_empty() {
            arguments.rows = known.iter().map(|&row| row.to_owned()).collect();
        }
        Ok(arguments)
    }
}

fn rounds(text: Option<&str>) -> Result<usize> {
    let number = text.and_then(|text| text.parse().ok()).filter(|&rounds| rounds > 0);
    number.ok_or_else(|| {
        let got = text.unwrap_or("none");
        err::invalid_argument("benchmark", "--rounds").expected("a whole number above 0").got(got)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Arguments> {
        Arguments::parse(text.split_whitespace().map(str::to_owned), &["cnn", "mlp128"])
    }

    #[test]
    fn rows_and_rounds_are_read() {
        let all = Arguments { rounds: 5, rows: vec!["cnn".into(), "mlp128".into()] };
        assert_eq!(parse("").unwrap(), all);
        let one = Arguments { rounds: 9, rows: vec!["mlp128".into()] };
        assert_eq!(parse("mlp128 --rounds 9").unwrap(), one);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let unknown = parse("mlp12").unwrap_err();
        assert!(unknown.is_unknown_name() && unknown.to_string().contains("`mlp128`"), "{unknown}");
        for bad in ["--rounds", "--rounds 0", "--rounds five"] {
            assert!(parse(bad).unwrap_err().is_invalid_argument(), "{bad}");
        }
    }
}
