// SPDX-License-Identifier: MIT OR Apache-2.0
//! The gate to HDF5: a file is indexed once into groups and datasets, and a tree of them becomes a file.

mod guard;
mod half;
mod limits;
mod reader;
mod writer;

pub(crate) use reader::{Dataset, Group, open};
pub(crate) use writer::{Text, Tree};

#[cfg(test)]
mod tests;
