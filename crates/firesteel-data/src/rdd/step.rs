// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Step`: a part of a program with the name and the place of the call that made it.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use firesteel_core::{Error, ErrorKind, Result, err};
use firesteel_ship::{Build, receive, ship};
use serde::{Deserialize, Serialize};

use super::part::Part;
use super::watch::Faults;

/// A call in the user's program: `map at src/main.rs:12:10`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Call {
    pub(crate) name: String,
    at: Option<String>,
}

impl Call {
    /// A call that the user wrote.
    #[track_caller]
    pub(crate) fn here(name: &str) -> Self {
        Self { name: name.to_owned(), at: Some(Location::caller().to_string()) }
    }

    /// A step between calls, such as the conversion to columns.
    pub(crate) fn between(name: &str) -> Self {
        Self { name: name.to_owned(), at: None }
    }

    /// Runs the call's function outside of a task; a panic comes out as an error that names the call.
    pub(crate) fn guard<R>(&self, work: impl FnOnce() -> R) -> Result<R> {
        let faults = Faults::new();
        faults.run(|_| self.to_string(), || Ok(faults.watch(0).call(work)))
    }

    /// The error of a call that needs at least one element.
    pub(crate) fn of_empty(&self) -> Error {
        Error::new(ErrorKind::InvalidArgument, "the RDD is empty").at(self)
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            Some(at) => write!(f, "{} at {at}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// Where a part's code is found.
#[derive(Clone, Debug)]
enum Code {
    /// In this process, and under an address in others if nothing was captured.
    Here { part: Part, address: Option<String> },
    /// Under an address that was written in another process; looked up at the first use.
    There(String),
}

/// A part of a program with the call that made it.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) call: Call,
    code: Code,
}

/// A [`Step`] as it travels.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StepOnTheWire {
    call: Call,
    address: String,
}

impl Step {
    /// The step that a recipe makes of a user's function.
    pub(crate) fn new<F: 'static, B: Build<F, Output = Part>>(
        call: Call,
        function: Arc<F>,
    ) -> Self {
        let address = ship::<F, B>(&function);
        Self { call, code: Code::Here { part: B::build(function), address } }
    }

    /// A step without a function of the user's.
    pub(crate) fn plain<B: Build<(), Output = Part>>(call: Call) -> Self {
        Self::new::<(), B>(call, Arc::new(()))
    }

    /// The part itself.
    ///
    /// # Errors
    /// As [`receive`] where the step came from another process.
    pub(crate) fn part(&self) -> Result<Part> {
        match &self.code {
            Code::Here { part, .. } => Ok(part.clone()),
            Code::There(address) => receive(address).map_err(|error| error.at(&self.call)),
        }
    }

    /// The step as it travels.
    ///
    /// # Errors
    /// `Unsupported` when its function captures something.
    pub(crate) fn to_wire(&self) -> Result<StepOnTheWire> {
        let address = match &self.code {
            Code::Here { address, .. } => address.as_ref().ok_or_else(|| self.captures())?,
            Code::There(address) => address,
        };
        Ok(StepOnTheWire { call: self.call.clone(), address: address.clone() })
    }

    pub(crate) fn from_wire(step: StepOnTheWire) -> Self {
        Self { call: step.call, code: Code::There(step.address) }
    }

    fn captures(&self) -> Error {
        let what = "the closure captures variables, so it cannot be sent to executors";
        err::unsupported(what)
            .at(&self.call)
            .fix("make what it needs part of the data or a constant, or run on the embedded engine")
    }
}
