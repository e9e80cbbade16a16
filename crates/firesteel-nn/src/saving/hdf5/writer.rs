// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writing: a tree of groups and datasets becomes the bytes of a file.

use firesteel_core::{IndexMap, Result, err};
use hdf5_pure::{
    AttrValue, FileBuilder, FinishedGroup, GroupBuilder, make_f32_type, make_i32_type,
};

/// Groups and datasets as they will stand in the file.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    attributes: Vec<(String, Text)>,
    groups: IndexMap<String, Tree>,
    datasets: IndexMap<String, Values>,
}

/// What an attribute holds.
#[derive(Clone, Debug)]
pub(crate) enum Text {
    /// A text as Python's `str` is stored.
    Unicode(String),
    /// A text as Python's `bytes` are stored.
    Bytes(String),
    /// A list of texts as Python's `bytes` are stored.
    List(Vec<String>),
}

#[derive(Debug)]
enum Values {
    Floats { bytes: Vec<u8>, shape: Vec<usize> },
    Integer(i32),
}

/// The size beyond which a list of texts is cut into several attributes.
const HEADER_LIMIT: usize = 64_512;

impl Tree {
    /// The group at a path, made where it is not there yet.
    pub(crate) fn group(&mut self, path: &str) -> &mut Self {
        path.split('/')
            .filter(|name| !name.is_empty())
            .fold(self, |tree, name| tree.groups.entry(name.to_owned()).or_default())
    }

    /// Sets an attribute.
    pub(crate) fn attribute(&mut self, name: &str, value: Text) {
        self.attributes.push((name.to_owned(), value));
    }

    /// Puts floats at a path.
    pub(crate) fn floats(&mut self, path: &str, values: &[f32], shape: &[usize]) {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.put(path, Values::Floats { bytes, shape: shape.to_vec() });
    }

    /// Puts a whole number at a path.
    pub(crate) fn integer(&mut self, path: &str, value: i32) {
        self.put(path, Values::Integer(value));
    }

    fn put(&mut self, path: &str, values: Values) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        self.group(folder).datasets.insert(name.to_owned(), values);
    }

    /// The file.
    ///
    /// # Errors
    /// `Internal` when the library refuses the tree.
    pub(crate) fn into_bytes(self) -> Result<Vec<u8>> {
        let mut file = FileBuilder::new();
        for (name, value) in self.attributes.into_iter().flat_map(encoded) {
            file.set_attr(&name, value);
        }
        for (name, values) in self.datasets {
            fill(file.create_dataset(&name), values);
        }
        for (name, tree) in self.groups {
            let group = file.create_group(&name);
            file.add_group(tree.finish(group));
        }
        file.finish().map_err(|error| err::internal(format!("HDF5 cannot be written: {error}")))
    }

    fn finish(self, mut group: GroupBuilder) -> FinishedGroup {
        for (name, value) in self.attributes.into_iter().flat_map(encoded) {
            group.set_attr(&name, value);
        }
        for (name, values) in self.datasets {
            fill(group.create_dataset(&name), values);
        }
        for (name, tree) in self.groups {
            let child = group.create_group(&name);
            group.add_group(tree.finish(child));
        }
        group.finish()
    }
}

fn fill(dataset: &mut hdf5_pure::DatasetBuilder, values: Values) {
    match values {
        Values::Integer(value) => {
            dataset.with_raw_data(make_i32_type(), value.to_le_bytes().to_vec(), 1).with_shape(&[]);
        }
        Values::Floats { bytes, shape } => {
            let shape: Vec<u64> = shape.into_iter().map(|axis| axis as u64).collect();
            let count = bytes.len() as u64 / 4;
            dataset.with_raw_data(make_f32_type(), bytes, count).with_shape(&shape);
        }
    }
}

/// The attributes that one becomes: a list that is too long is cut.
fn encoded((name, value): (String, Text)) -> Vec<(String, AttrValue)> {
    match value {
        Text::Unicode(text) => vec![(name, AttrValue::VarLenString(text))],
        Text::Bytes(text) => vec![(name, AttrValue::VarLenAsciiString(text))],
        // h5py stores a list without elements as one of numbers
        Text::List(texts) if texts.is_empty() => vec![(name, AttrValue::F64Array(Vec::new()))],
        Text::List(texts) => {
            let width = texts.iter().map(String::len).max().unwrap_or(1).max(16);
            let per_part = (HEADER_LIMIT / width).max(1);
            if texts.len() <= per_part {
                return vec![(name, AttrValue::VarLenAsciiStringArray(texts))];
            }
            let parts = texts.chunks(per_part).enumerate();
            parts
                .map(|(number, part)| {
                    (format!("{name}{number}"), AttrValue::VarLenAsciiStringArray(part.to_vec()))
                })
                .collect()
        }
    }
}
