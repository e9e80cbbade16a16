// SPDX-License-Identifier: MIT OR Apache-2.0
//! Constructors that read like the message they make.

use std::error::Error as StdError;
use std::fmt::Display;
use std::path::Path;

use crate::names::{known_list, nearest};
use crate::{Error, ErrorKind};

/// ``Dense: `units` must be at least 1, got 0``: continue with `.expected(..).got(..)`.
pub fn invalid_argument(place: impl Display, name: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, format!("`{name}`")).must_be().at(place)
}

/// ``unknown activation `rleu`; did you mean `relu`? known names: elu, relu``.
pub fn unknown_name<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Error {
    let known: Vec<&str> = known.into_iter().collect();
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? known names: {}", known_list(&known)),
        None => format!("known names: {}", known_list(&known)),
    };
    Error::new(ErrorKind::UnknownName, format!("unknown {what} `{name}`")).fix(hint)
}

/// A shape that does not fit: continue with `.expected(..).got(..)`.
pub fn shape(place: impl Display, what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Shape, what).at(place)
}

/// An element type that does not fit: continue with `.expected(..).got(..)`.
pub fn dtype(place: impl Display, what: impl Into<String>) -> Error {
    Error::new(ErrorKind::DType, what).at(place)
}

/// A layer or model that must be built or compiled first.
pub fn not_built(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::NotBuilt, what)
}

/// A table that lacks a column, or has one of the wrong type.
pub fn schema(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Schema, what)
}

/// ``no column `featurs`; did you mean `features`? columns are: id, features``.
pub fn no_column<'a>(name: &str, columns: impl IntoIterator<Item = &'a str>) -> Error {
    let columns: Vec<&str> = columns.into_iter().collect();
    let hint = match nearest(name, columns.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? columns are: {}", known_list(&columns)),
        None => format!("columns are: {}", known_list(&columns)),
    };
    schema(format!("no column `{name}`")).fix(hint)
}

/// A damaged file, or one of another format.
pub fn format(path: impl AsRef<Path>, what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Format, what).at(path.as_ref().display())
}

/// The operating system's refusal of a file.
pub fn io(path: impl AsRef<Path>, source: std::io::Error) -> Error {
    let what = match source.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => source.to_string(),
    };
    Error::new(ErrorKind::Io, what).at(path.as_ref().display()).caused_by(source)
}

/// Something that is not implemented.
pub fn unsupported(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Unsupported, what)
}

/// A scheduler or executor that failed, was lost, or did not answer in time.
pub fn remote(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Remote, what)
}

/// An error of the data engine or the tensor library, kept as the source.
pub fn engine(what: impl Into<String>, source: impl StdError + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Engine, what).caused_by(source)
}

/// A broken invariant of firesteel itself.
pub fn internal(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Internal, what)
}
