// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the tests of this folder share.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use firesteel_core::{Json, Result};
use firesteel_nn::testing::{Case, Fixture};
use firesteel_nn::{Arrays, LoadModel, Model, Predict, load_model, load_model_with};
use ndarray::ArrayD;

/// A file of the real Keras.
pub(super) fn real(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/keras/saving").join(name)
}

/// What the real Keras says about its files.
pub(super) fn cases() -> Vec<Case> {
    let all = Fixture::read("keras/saving/saving").unwrap();
    assert!(all.cases().len() > 20, "only {} files", all.cases().len());
    all.cases().to_vec()
}

pub(super) fn file(case: &Case) -> PathBuf {
    real(case.json("file").as_str().unwrap())
}

/// Loads a file, without its compile settings where they hold a schedule.
pub(super) fn load(path: &Path) -> Model {
    let has_schedule = path.ends_with("schedule.keras");
    let model = load_model_with(path, &LoadModel::new().compile(!has_schedule));
    model.unwrap_or_else(|error| panic!("{}: {error:?}", path.display()))
}

pub(super) fn predict(model: &Model, inputs: &[ArrayD<f32>]) -> Vec<ArrayD<f32>> {
    let data = inputs.iter().fold(Arrays::default(), |data, input| data.and(input));
    model.predict_all(data, Predict::new()).unwrap()
}

/// The largest difference of two lists of arrays.
pub(super) fn furthest(ours: &[ArrayD<f32>], theirs: &[ArrayD<f32>]) -> f32 {
    assert_eq!(ours.len(), theirs.len());
    let pairs = ours.iter().zip(theirs);
    let each = pairs.map(|(ours, theirs)| {
        assert_eq!(ours.shape(), theirs.shape());
        (ours - theirs).iter().fold(0.0_f32, |far, apart| far.max(apart.abs()))
    });
    each.fold(0.0, f32::max)
}

/// A member of a zip.
pub(super) fn member(path: &Path, name: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut bytes = Vec::new();
    zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

pub(super) fn config(path: &Path) -> Json {
    serde_json::from_slice(&member(path, "config.json")).unwrap()
}

/// Every dataset of an HDF5 file by its path: shape, and the numbers.
pub(super) fn datasets(bytes: Vec<u8>) -> BTreeMap<String, (Vec<u64>, Vec<f64>)> {
    fn walk(
        group: &hdf5_pure::Group,
        path: &str,
        found: &mut BTreeMap<String, (Vec<u64>, Vec<f64>)>,
    ) {
        for (name, dataset) in group.iter_datasets().unwrap() {
            let values = (dataset.shape().unwrap(), dataset.read_f64().unwrap());
            found.insert(format!("{path}/{name}"), values);
        }
        for (name, group) in group.iter_groups().unwrap() {
            walk(&group, &format!("{path}/{name}"), found);
        }
    }
    let mut found = BTreeMap::new();
    walk(&hdf5_pure::File::from_bytes(bytes).unwrap().root(), "", &mut found);
    found
}

/// A zip of the given members, for files that nobody should write.
pub(super) fn zip_of(members: &[(&str, &[u8])], deflate: bool) -> Vec<u8> {
    use std::io::Write;
    let method =
        if deflate { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
    let options = zip::write::SimpleFileOptions::default().compression_method(method);
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Loads bytes as a file of a given name.
pub(super) fn load_bytes(folder: &Path, name: &str, bytes: &[u8]) -> Result<Model> {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    load_model(&path)
}
