// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Program`: all that happens to a partition between two exchanges, as one chain of steps.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use firesteel_core::{Result, err};
use serde::{Deserialize, Serialize};

use super::part::{Head, Link, Part, Sink};
use super::step::{Step, StepOnTheWire};

/// A head, links and a sink in this order, made in this process or received from another.
#[derive(Debug)]
pub(crate) struct Program {
    /// What was received; it is looked at when the program runs, so that decoding a plan never fails.
    received: Option<Vec<u8>>,
    content: OnceLock<Result<Content, String>>,
}

#[derive(Debug)]
struct Content {
    steps: Vec<Step>,
    limit: Option<usize>,
}

#[derive(Serialize, Deserialize)]
struct OnTheWire {
    steps: Vec<StepOnTheWire>,
    limit: Option<usize>,
}

/// The parts of a program, ready to run.
pub(crate) struct Parts {
    pub(crate) head: Arc<dyn Head>,
    pub(crate) links: Vec<Arc<dyn Link>>,
    pub(crate) sink: Arc<dyn Sink>,
    pub(crate) limit: Option<usize>,
}

impl Program {
    /// A program made here; `limit` is how many elements each partition gives at most.
    pub(crate) fn new(steps: Vec<Step>, limit: Option<usize>) -> Self {
        Self { received: None, content: OnceLock::from(Ok(Content { steps, limit })) }
    }

    /// A program that another process wrote.
    pub(crate) fn received(bytes: &[u8]) -> Self {
        Self { received: Some(bytes.to_vec()), content: OnceLock::new() }
    }

    /// What stands for a program that arrived damaged; that it is comes out when it runs.
    pub(crate) fn unreadable(problem: String) -> Self {
        Self { received: None, content: OnceLock::from(Err(problem)) }
    }

    /// The program as it travels.
    ///
    /// # Errors
    /// `Unsupported` with the call's name and place when a closure captures something.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>> {
        if let Some(bytes) = &self.received {
            return Ok(bytes.clone());
        }
        let Content { steps, limit } = self.content()?;
        let steps = steps.iter().map(Step::to_wire).collect::<Result<_>>()?;
        serde_json::to_vec(&OnTheWire { steps, limit: *limit })
            .map_err(|error| err::internal("a program cannot be written").caused_by(error))
    }

    /// The parts, with their code looked up in this process.
    ///
    /// # Errors
    /// `Remote` when the program comes from another build, `Format` when it is damaged.
    pub(crate) fn parts(&self) -> Result<Parts> {
        let Content { steps, limit } = self.content()?;
        let wrong = || err::format("shipped program", "the steps are in a wrong order");
        let [head, links @ .., sink] = steps.as_slice() else { return Err(wrong()) };
        let (Part::Head(head), Part::Sink(sink)) = (head.part()?, sink.part()?) else {
            return Err(wrong());
        };
        let as_link = |step: &Step| match step.part()? {
            Part::Link(link) => Ok(link),
            Part::Head(_) | Part::Sink(_) => Err(wrong()),
        };
        let links = links.iter().map(as_link).collect::<Result<_>>()?;
        Ok(Parts { head, links, sink, limit: *limit })
    }

    /// The call that made the step with this number, as messages name it.
    pub(crate) fn call_name(&self, step: usize) -> String {
        let call = self.content().ok().and_then(|content| content.steps.get(step));
        call.map_or_else(|| format!("step {step}"), |step| step.call.to_string())
    }

    fn content(&self) -> Result<&Content> {
        let read = || {
            let bytes = self.received.as_deref().unwrap_or_default();
            let OnTheWire { steps, limit } =
                serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
            Ok(Content { steps: steps.into_iter().map(Step::from_wire).collect(), limit })
        };
        let content = self.content.get_or_init(read);
        content.as_ref().map_err(|problem| {
            let what = "the program cannot be read; it comes from another version of firesteel";
            err::format("shipped program", what).caused_by(problem.as_str())
        })
    }
}

/// The calls, as plans show them: `flat_map -> map -> reduce_by_key`.
impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(Content { steps, limit }) = self.content() else {
            return f.write_str("unreadable");
        };
        let names: Vec<&str> = steps.iter().map(|step| step.call.name.as_str()).collect();
        f.write_str(&names.join(" -> "))?;
        limit.map_or(Ok(()), |limit| write!(f, ", limit={limit}"))
    }
}

/// Two programs are equal when they are the same value, or read the same on the way.
impl PartialEq for Program {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
            || matches!((self.to_bytes(), other.to_bytes()), (Ok(a), Ok(b)) if a == b)
    }
}

impl Eq for Program {}

impl Hash for Program {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_string().hash(state);
    }
}
