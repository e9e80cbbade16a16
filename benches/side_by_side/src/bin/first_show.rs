// SPDX-License-Identifier: MIT OR Apache-2.0
//! `first_show [--rounds N] [ROW ..]`: seconds from the start of a fresh process to its first table.
//!
//! The program starts itself anew for each round and reads what comes out until the table is complete.
#![expect(clippy::print_stdout, reason = "what a benchmark prints is its result")]

use std::io::{BufRead, BufReader, Read as _};
use std::process::{ChildStdout, Command, Stdio};
use std::time::Instant;

use firesteel::{Result, Session, err};
use firesteel_benches::{Arguments, Measurement};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// With this argument and a row, the program is the fresh process.
const SHOW: &str = "--show";

/// The lines that frame a table and its header.
const FRAMES: usize = 3;

/// A first table: how it is made, and a line that must be in it.
struct Row {
    name: &'static str,
    show: fn(&Session) -> Result<()>,
    line: &'static str,
}

const ROWS: &[Row] = &[
    Row { name: "first_show_sql", show: show_sql, line: "|  2|" },
    Row { name: "first_show_csv", show: show_csv, line: "|        1|   50|" },
];

fn main() -> Result<()> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, name] = given.as_slice()
        && flag == SHOW
    {
        return (row(name)?.show)(&Session::builder().app_name("first show").build()?);
    }
    let names: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
    let arguments = Arguments::parse(given, &names)?;
    for name in arguments.rows {
        let row = row(&name)?;
        // the first start reads the program from the disk
        seconds_to_table(row)?;
        let runs = (0..arguments.rounds).map(|_| seconds_to_table(row)).collect::<Result<_>>()?;
        println!("{}", Measurement { row: name, unit: "s", runs, loss: None, answer: None });
    }
    Ok(())
}

fn row(name: &str) -> Result<&'static Row> {
    let found = ROWS.iter().find(|row| row.name == name);
    found.ok_or_else(|| err::unknown_name("row", name, ROWS.iter().map(|row| row.name)))
}

fn show_sql(spark: &Session) -> Result<()> {
    spark.sql("SELECT 1 + 1 AS two")?.show()
}

/// Reads a file of 150 rows, finds the types of its columns, and counts the rows of each kind.
fn show_csv(spark: &Session) -> Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/iris.csv");
    let flowers = spark.read().option("header", true).option("inferSchema", true).csv(path)?;
    // the file's first line has no names of columns: the last one is that of the third kind
    flowers.group_by(["virginica"])?.count()?.sort(["virginica"])?.show()
}

fn seconds_to_table(row: &Row) -> Result<f64> {
    let failed = |error| err::io("first_show", error);
    let program = std::env::current_exe().map_err(failed)?;
    let start = Instant::now();
    let mut process = Command::new(program)
        .args([SHOW, row.name])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let out = process.stdout.take().ok_or_else(|| err::internal("a process without output"))?;
    let mut out = BufReader::new(out);
    let table = read_table(&mut out).map_err(failed)?;
    let seconds = start.elapsed().as_secs_f64();
    out.read_to_end(&mut Vec::new()).map_err(failed)?;
    let status = process.wait().map_err(failed)?;
    if !status.success() || !table.lines().any(|line| line == row.line) {
        return Err(err::internal(format!("row `{}`, {status}", row.name))
            .expected(format!("a table with `{}`", row.line))
            .got(table));
    }
    Ok(seconds)
}

/// The lines up to the one that closes the table, or all there are.
fn read_table(out: &mut BufReader<ChildStdout>) -> std::io::Result<String> {
    let (mut table, mut frames) = (String::new(), 0);
    while frames < FRAMES {
        let start = table.len();
        if out.read_line(&mut table)? == 0 {
            break;
        }
        frames += usize::from(table[start..].starts_with('+'));
    }
    Ok(table)
}
