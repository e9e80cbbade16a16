// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Finding`: one breach of a house rule, with its place and its cure.

use std::fmt;

/// What is wrong in which line, and how to put it right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    message: String,
    fix: String,
}

impl Finding {
    pub(crate) fn new(
        path: impl Into<String>,
        line: usize,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { path: path.into(), line, message: message.into(), fix: fix.into() }
    }
}

/// `path:line: message` and the cure below it; terminals make the first part a link.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, message, fix } = self;
        write!(f, "{path}:{line}: {message}\n    fix: {fix}")
    }
}
