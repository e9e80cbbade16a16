// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one place that prints.

use std::io::{ErrorKind, Write as _};

use firesteel_core::{Result, err};

/// Writes a text to standard output; a reader that has gone away, as with `| head`, is no error.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(err::io("standard output", error))
        }
        _ => Ok(()),
    }
}
