// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Fixture`: numbers that the real Keras computed, read from the repository.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use firesteel_core::{IndexMap, Json, Result, err};
use ndarray::{ArrayD, IxDyn};
use safetensors::{Dtype, SafeTensors};

/// The cases of one file pair `<name>.json` and `<name>.safetensors` under `fixtures/`.
#[derive(Debug)]
pub struct Fixture {
    cases: Vec<Case>,
}

/// One case: what was asked of Keras, and what it answered.
#[derive(Clone, Debug)]
pub struct Case {
    name: String,
    json: Json,
    arrays: Arc<IndexMap<String, ArrayD<f32>>>,
}

impl Fixture {
    /// The fixture of a name such as `keras/layers/dense`.
    ///
    /// # Errors
    /// `Io` when it is not there, `Format` when it cannot be read.
    pub fn read(name: &str) -> Result<Self> {
        let path = root().join(name);
        let text = read(&path.with_extension("json"))?;
        let mut json: Json = serde_json::from_slice(&text)
            .map_err(|error| err::format(&path, "no JSON").caused_by(error))?;
        let tensors = path.with_extension("safetensors");
        let arrays = if tensors.exists() { arrays(&tensors)? } else { IndexMap::new() };
        let arrays = Arc::new(arrays);
        let Json::Array(cases) = json["cases"].take() else {
            return Err(err::format(&path, "there are no `cases`"));
        };
        let case = |json: Json| Case {
            name: json["name"].as_str().unwrap_or_default().to_owned(),
            json,
            arrays: Arc::clone(&arrays),
        };
        Ok(Self { cases: cases.into_iter().map(case).collect() })
    }

    /// All cases.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The case of a name.
    ///
    /// # Errors
    /// `UnknownName` when there is none.
    pub fn case(&self, name: &str) -> Result<&Case> {
        let found = self.cases.iter().find(|case| case.name == name);
        found.ok_or_else(|| {
            err::unknown_name("case", name, self.cases.iter().map(|case| case.name.as_str()))
        })
    }
}

impl Case {
    /// The name of the case.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A field of the case, null when it is not there.
    pub fn json(&self, field: &str) -> &Json {
        &self.json[field]
    }

    /// Whether the case holds tensors under a name.
    pub fn has(&self, name: &str) -> bool {
        !self.json["tensors"][name].is_null()
    }

    /// The only tensor under a name.
    ///
    /// # Errors
    /// `Format` when there is not exactly one.
    pub fn array(&self, name: &str) -> Result<ArrayD<f32>> {
        self.stored(&self.json["tensors"][name])
    }

    /// The tensors under a name; none when there is no such name.
    ///
    /// # Errors
    /// `Format` when one is missing.
    pub fn arrays(&self, name: &str) -> Result<Vec<ArrayD<f32>>> {
        let keys = self.json["tensors"][name].as_array();
        keys.into_iter().flatten().map(|key| self.stored(key)).collect()
    }

    /// The tensors under a name, each with a name of its own, such as weights.
    ///
    /// # Errors
    /// `Format` when one is missing.
    pub fn named_arrays(&self, name: &str) -> Result<Vec<(String, ArrayD<f32>)>> {
        let pairs = self.json["tensors"][name].as_array();
        let named = |pair: &Json| {
            Ok((pair[0].as_str().unwrap_or_default().to_owned(), self.stored(&pair[1])?))
        };
        pairs.into_iter().flatten().map(named).collect()
    }

    /// The lists of tensors under a name, such as those of several steps.
    ///
    /// # Errors
    /// `Format` when one is missing.
    pub fn nested_arrays(&self, name: &str) -> Result<Vec<Vec<ArrayD<f32>>>> {
        let lists = self.json["tensors"][name].as_array().into_iter().flatten();
        let list = |keys: &Json| {
            let keys = keys.as_array().into_iter().flatten();
            keys.map(|key| self.stored(key)).collect::<Result<Vec<_>>>()
        };
        lists.map(list).collect()
    }

    /// The lists of lengths under a field.
    pub fn shapes(&self, field: &str) -> Vec<Vec<Option<usize>>> {
        let length = |axis: &Json| axis.as_u64().map(|axis| axis as usize);
        let shape = |shape: &Json| shape.as_array().into_iter().flatten().map(length).collect();
        self.json[field].as_array().into_iter().flatten().map(shape).collect()
    }

    fn stored(&self, key: &Json) -> Result<ArrayD<f32>> {
        let array = key.as_str().and_then(|key| self.arrays.get(key)).cloned();
        array.ok_or_else(|| err::format(&self.name, format!("there is no tensor {key}")))
    }
}

/// The folder with the fixtures of the repository that this crate was built from.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| err::io(path, error))
}

fn arrays(path: &Path) -> Result<IndexMap<String, ArrayD<f32>>> {
    let bytes = read(path)?;
    let tensors = SafeTensors::deserialize(&bytes)
        .map_err(|error| err::format(path, "no safetensors").caused_by(error))?;
    let array = |(name, view): (&str, safetensors::tensor::TensorView<'_>)| {
        let values = floats(view.dtype(), view.data())
            .ok_or_else(|| err::format(path, format!("`{name}` is of another type")))?;
        let array = ArrayD::from_shape_vec(IxDyn(view.shape()), values)
            .map_err(|error| err::format(path, format!("`{name}`")).caused_by(error))?;
        Ok((name.to_owned(), array))
    };
    tensors.iter().map(array).collect()
}

/// The values as floats, whole numbers too: fixtures keep them small.
fn floats(dtype: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    fn numbers<const N: usize>(bytes: &[u8], number: fn([u8; N]) -> f32) -> Vec<f32> {
        bytes.as_chunks::<N>().0.iter().map(|chunk| number(*chunk)).collect()
    }
    match dtype {
        Dtype::F32 => Some(numbers(bytes, f32::from_le_bytes)),
        Dtype::I32 => Some(numbers(bytes, |chunk| i32::from_le_bytes(chunk) as f32)),
        Dtype::I64 => Some(numbers(bytes, |chunk| i64::from_le_bytes(chunk) as f32)),
        Dtype::U8 => Some(bytes.iter().map(|&byte| f32::from(byte)).collect()),
        _ => None,
    }
}
