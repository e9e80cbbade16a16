// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reading: groups, datasets and attributes of a file in memory.

use std::sync::Arc;

use firesteel_core::{IndexMap, Result, Shape, err};
use hdf5_pure::{AttrValue, DType, Datatype, DatatypeByteOrder, File};
use ndarray::{ArrayD, IxDyn};

use super::guard::guard;
use super::half::{bfloat16, float16};
use super::limits::Limits;

/// A group with everything below it.
#[derive(Debug)]
pub(crate) struct Group {
    place: Arc<str>,
    path: String,
    handle: hdf5_pure::Group,
    groups: IndexMap<String, Group>,
    datasets: IndexMap<String, Dataset>,
}

/// An array in the file.
#[derive(Debug)]
pub(crate) struct Dataset {
    place: Arc<str>,
    path: String,
    shape: Vec<usize>,
    handle: hdf5_pure::Dataset,
}

/// Indexes a file; `place` names it in errors.
///
/// # Errors
/// `Format` for anything but a sound HDF5 file without links to other places.
pub(crate) fn open(bytes: Vec<u8>, place: &str) -> Result<Group> {
    if !hdf5_pure::is_hdf5_bytes(&bytes) {
        return Err(err::format(place, "not an HDF5 file"));
    }
    let mut limits = Limits::new(place, bytes.len());
    let root = guard(place, "/", || Ok(File::from_bytes(bytes)?.root()))?;
    index(root, &Arc::from(place), String::new(), &mut limits)
}

fn index(
    handle: hdf5_pure::Group,
    place: &Arc<str>,
    path: String,
    limits: &mut Limits,
) -> Result<Group> {
    let (mut groups, mut datasets) = (IndexMap::new(), IndexMap::new());
    let members = guard(place, &path, || Ok(handle.iter_datasets()?.collect::<Vec<_>>()))?;
    for (name, handle) in members {
        let path = join(&path, &name);
        limits.object(&path)?;
        let described = || Ok((handle.shape()?, handle.element_size()?));
        let (shape, element) = guard(place, &path, described)?;
        limits.dataset(&path, &shape, element)?;
        let shape = shape.into_iter().map(|axis| axis as usize).collect();
        datasets.insert(name, Dataset { place: Arc::clone(place), path, shape, handle });
    }
    let members = guard(place, &path, || Ok(handle.iter_groups()?.collect::<Vec<_>>()))?;
    for (name, handle) in members {
        let path = join(&path, &name);
        limits.object(&path)?;
        groups.insert(name, index(handle, place, path, limits)?);
    }
    Ok(Group { place: Arc::clone(place), path, handle, groups, datasets })
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}

impl Group {
    /// The file and where in it, as errors name it.
    pub(crate) fn place(&self) -> String {
        format!("{}: {}", self.place, if self.path.is_empty() { "/" } else { &self.path })
    }

    /// The group below with the given path.
    pub(crate) fn group(&self, path: &str) -> Option<&Self> {
        path.split('/')
            .filter(|name| !name.is_empty())
            .try_fold(self, |group, name| group.groups.get(name))
    }

    /// The dataset below with the given path.
    pub(crate) fn dataset(&self, path: &str) -> Option<&Dataset> {
        match path.rsplit_once('/') {
            Some((folder, name)) => self.group(folder)?.datasets.get(name),
            None => self.datasets.get(path),
        }
    }

    /// The groups directly below.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.groups.iter().map(|(name, group)| (name.as_str(), group))
    }

    /// The number of datasets directly below.
    pub(crate) fn dataset_count(&self) -> usize {
        self.datasets.len()
    }

    /// The number of elements in all datasets below.
    pub(crate) fn element_count(&self) -> usize {
        let own = self.datasets.values().map(|dataset| dataset.shape.iter().product::<usize>());
        own.sum::<usize>() + self.groups.values().map(Self::element_count).sum::<usize>()
    }

    /// An attribute that holds one text.
    ///
    /// # Errors
    /// `Format` when the attributes are damaged, or this one is no text.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>> {
        match self.attribute(name)? {
            None => Ok(None),
            Some(value) => {
                let text = value.as_str().map(str::to_owned);
                Ok(Some(text.ok_or_else(|| self.no_text(name, &value))?))
            }
        }
    }

    /// An attribute that holds a list of texts, also where it is cut into `name0`, `name1`, ...
    ///
    /// # Errors
    /// As [`text`](Group::text).
    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<String>>> {
        let attributes = self.attributes()?;
        let list = |name: &str, value: &AttrValue| match value.as_strings() {
            Some(texts) => Ok(texts.to_vec()),
            // a list without elements is stored as one of numbers
            None if is_empty(value) => Ok(Vec::new()),
            None => Err(self.no_text(name, value)),
        };
        if let Some(value) = attributes.get(name) {
            return Ok(Some(list(name, value)?));
        }
        let mut all: Option<Vec<String>> = None;
        for number in 0.. {
            let name = format!("{name}{number}");
            let Some(value) = attributes.get(&name) else { break };
            all.get_or_insert_default().extend(list(&name, value)?);
        }
        Ok(all)
    }

    fn attribute(&self, name: &str) -> Result<Option<AttrValue>> {
        Ok(self.attributes()?.swap_remove(name))
    }

    fn attributes(&self) -> Result<IndexMap<String, AttrValue>> {
        let attributes = guard(&self.place, &self.path, || self.handle.attrs())?;
        Ok(attributes.into_iter().collect())
    }

    fn no_text(&self, name: &str, value: &AttrValue) -> firesteel_core::Error {
        err::format(self.place(), format!("attribute `{name}` is no text")).got(value.type_name())
    }
}

fn is_empty(value: &AttrValue) -> bool {
    value.to_f64s().is_some_and(|numbers| numbers.is_empty())
}

impl Dataset {
    /// The axis lengths.
    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The file and where in it, as errors name it.
    pub(crate) fn place(&self) -> String {
        format!("{}: {}", self.place, self.path)
    }

    /// The values as single precision.
    ///
    /// # Errors
    /// `Format` when the file is damaged, `DType` for anything but numbers.
    pub(crate) fn values(&self) -> Result<ArrayD<f32>> {
        let kind = guard(&self.place, &self.path, || self.handle.dtype())?;
        let values = match &kind {
            DType::F32 | DType::F64 => self.read(hdf5_pure::Dataset::read_f32)?,
            DType::I8 | DType::I16 | DType::I32 | DType::I64 => {
                self.read(hdf5_pure::Dataset::read_i64)?.into_iter().map(|x| x as f32).collect()
            }
            DType::U8 | DType::U16 | DType::U32 | DType::U64 => {
                self.read(hdf5_pure::Dataset::read_u64)?.into_iter().map(|x| x as f32).collect()
            }
            DType::Other(other) => self.half(other)?,
            _ => return Err(self.no_number(&kind)),
        };
        let found = values.len();
        ArrayD::from_shape_vec(IxDyn(&self.shape), values).map_err(|_| {
            err::format(self.place(), "the number of values does not fit the shape")
                .expected(Shape::from(self.shape.as_slice()))
                .got(found)
        })
    }

    /// The one whole number that the dataset holds.
    ///
    /// # Errors
    /// `Format` when it holds something else.
    pub(crate) fn whole_number(&self) -> Result<i64> {
        match self.read(hdf5_pure::Dataset::read_i64)?.as_slice() {
            [number] => Ok(*number),
            numbers => Err(err::format(self.place(), "one number is needed").got(numbers.len())),
        }
    }

    fn read<T>(
        &self,
        read: fn(&hdf5_pure::Dataset) -> Result<Vec<T>, hdf5_pure::Error>,
    ) -> Result<Vec<T>> {
        guard(&self.place, &self.path, || read(&self.handle))
    }

    /// Two-byte numbers: `float16`, and `bfloat16` as Keras stores it, opaque with a note beside it.
    fn half(&self, kind: &Datatype) -> Result<Vec<f32>> {
        let note = || {
            let attributes = guard(&self.place, &self.path, || self.handle.attrs())?;
            let note = attributes.get("dtype").and_then(AttrValue::as_str);
            Ok::<bool, firesteel_core::Error>(note == Some("bfloat16"))
        };
        let (decode, big): (fn(u16) -> f32, bool) = match kind {
            Datatype::FloatingPoint { size: 2, byte_order, .. } => {
                (float16, *byte_order == DatatypeByteOrder::BigEndian)
            }
            Datatype::Opaque { size: 2, .. } if note()? => (bfloat16, false),
            other => return Err(self.no_number(&DType::Other(Box::new(other.clone())))),
        };
        let bytes = self.read(hdf5_pure::Dataset::read_raw)?;
        let number = |pair: &[u8]| {
            let pair = [pair[0], pair[1]];
            decode(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
        };
        Ok(bytes.chunks_exact(2).map(number).collect())
    }

    fn no_number(&self, kind: &DType) -> firesteel_core::Error {
        err::dtype(self.place(), "the element type is not supported")
            .expected("floats or integers")
            .got(kind)
    }
}
