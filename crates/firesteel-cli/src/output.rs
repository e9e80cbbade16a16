// SPDX-License-Identifier: MIT OR Apache-2.0
//! What goes to the terminal: results on standard output, complaints on standard error.

use std::error::Error as _;
use std::io::{ErrorKind, Write};

use firesteel::{Error, Result};

/// Writes a line to standard output.
///
/// # Errors
/// `Io` when the other end is closed.
pub(crate) fn say(line: impl AsRef<str>) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", line.as_ref()).and_then(|()| out.flush()).map_err(failed)
}

/// Writes text as it is.
///
/// # Errors
/// As [`say`].
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(failed)
}

/// Writes a remark to standard error.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "firesteel: note: {text}");
}

/// Writes an error and its causes to standard error.
pub(crate) fn complain(error: &Error) {
    let mut text = format!("firesteel: {error}\n");
    // what the operating system said is in the message already
    let mut cause = error.source().filter(|_| !error.is_io());
    while let Some(inner) = cause {
        let line = inner.to_string();
        if !text.contains(&line) {
            text += &format!("  caused by: {line}\n");
        }
        cause = inner.source();
    }
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Whether standard output was closed by its reader, as `head` does: no reason to complain.
pub(crate) fn is_closed_pipe(error: &Error) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref::<std::io::Error>());
    source.is_some_and(|source| source.kind() == ErrorKind::BrokenPipe)
}

fn failed(source: std::io::Error) -> Error {
    firesteel::err::io("standard output", source)
}
