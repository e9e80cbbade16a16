// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Error`: the one error type of the workspace.

use std::error::Error as StdError;
use std::fmt;

/// The result of everything in firesteel that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of thing went wrong; new kinds may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An option or argument is out of its range.
    InvalidArgument,
    /// A name is not among the known ones.
    UnknownName,
    /// Axis lengths do not fit.
    Shape,
    /// An element type does not fit.
    DType,
    /// A layer or model is used before it was built or compiled.
    NotBuilt,
    /// A table lacks a column, or a column has the wrong type.
    Schema,
    /// A file is damaged, or not of the expected format.
    Format,
    /// The operating system refused a file or a socket.
    Io,
    /// What was asked for is not implemented.
    Unsupported,
    /// A scheduler or an executor failed, was lost, or did not answer in time.
    Remote,
    /// The data engine or the tensor library reported an error; see the source.
    Engine,
    /// An invariant of firesteel itself is broken.
    Internal,
}

/// The one error type of firesteel: *where*, what was expected, what was given, how to go on.
///
/// It is opaque: ask it for its [`kind`](Error::kind), or with a predicate such as
/// [`is_shape`](Error::is_shape). The cause, where there is one, is kept as the
/// [source](std::error::Error::source).
///
/// # Examples
/// ```
/// use firesteel_core::err;
///
/// let error = err::invalid_argument("Dense", "units").expected("at least 1").got(0);
/// assert_eq!(error.to_string(), "Dense: `units` must be at least 1, got 0");
/// assert!(error.is_invalid_argument());
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    place: Vec<String>,
    what: String,
    expects: &'static str,
    expected: Option<String>,
    got: Option<String>,
    fix: Option<String>,
    fields: Vec<(&'static str, String)>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of `kind` that says `what`: lower case, no full stop.
    pub fn new(kind: ErrorKind, what: impl Into<String>) -> Self {
        let what = what.into();
        Self(Box::new(Inner {
            kind,
            place: Vec::new(),
            what,
            expects: ", expected ",
            expected: None,
            got: None,
            fix: None,
            fields: Vec::new(),
            source: None,
        }))
    }

    pub(crate) fn must_be(mut self) -> Self {
        self.0.expects = " must be ";
        self
    }

    /// Puts a place in front of the message; the outermost place comes first.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.0.place.insert(0, place.to_string());
        self
    }

    /// Says what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl fmt::Display) -> Self {
        self.0.expected = Some(expected.to_string());
        self
    }

    /// Says what was given instead.
    #[must_use]
    pub fn got(mut self, got: impl fmt::Display) -> Self {
        self.0.got = Some(got.to_string());
        self
    }

    /// Says how to go on.
    #[must_use]
    pub fn fix(mut self, fix: impl fmt::Display) -> Self {
        self.0.fix = Some(fix.to_string());
        self
    }

    /// Keeps a named fact, such as a job or a partition, beside the message.
    #[must_use]
    pub fn with_field(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.0.fields.push((name, value.to_string()));
        self
    }

    /// Keeps the cause.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// A fact kept with [`with_field`](Error::with_field).
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.0.fields.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str())
    }
}

macro_rules! predicates {
    ($($name:ident => $kind:ident),+ $(,)?) => {
        impl Error {
            $(
                #[doc = concat!("Whether the kind is [`ErrorKind::", stringify!($kind), "`].")]
                pub fn $name(&self) -> bool {
                    self.0.kind == ErrorKind::$kind
                }
            )+
        }

        impl ErrorKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// A kind that is missing in the list is one for which this does not compile.
            const _COMPLETE: fn(Self) = |kind| match kind {
                $(Self::$kind => {})+
            };
        }
    };
}

predicates! {
    is_invalid_argument => InvalidArgument,
    is_unknown_name => UnknownName,
    is_shape => Shape,
    is_dtype => DType,
    is_not_built => NotBuilt,
    is_schema => Schema,
    is_format => Format,
    is_io => Io,
    is_unsupported => Unsupported,
    is_remote => Remote,
    is_engine => Engine,
    is_internal => Internal,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        for place in &inner.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&inner.what)?;
        if let Some(expected) = &inner.expected {
            write!(f, "{}{expected}", inner.expects)?;
        }
        if let Some(got) = &inner.got {
            write!(f, ", got {got}")?;
        }
        if let Some(fix) = &inner.fix {
            write!(f, "; {fix}")?;
        }
        if inner.kind == ErrorKind::Internal {
            f.write_str("; this is a bug in firesteel, please report it")?;
        }
        Ok(())
    }
}

/// The message with its causes, because `unwrap` in a user's program prints this form.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)?;
        for (name, value) in &self.0.fields {
            write!(f, " [{name}={value}]")?;
        }
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, "\n  caused by: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
