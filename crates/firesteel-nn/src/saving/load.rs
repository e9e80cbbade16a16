// SPDX-License-Identifier: MIT OR Apache-2.0
//! `load_model` and `Model::load_weights`.

use std::io::Read;
use std::path::Path;

use firesteel_core::{Json, Result, err, files};
use firesteel_tensor::Device;

use super::archive::Archive;
use super::decode::Decoder;
use super::hdf5::{self, Group};
use super::options::{LoadModel, LoadWeights};
use super::{legacy, weights};
use crate::Model;
use crate::layer::Start;

const CONFIG: &str = "config.json";
const WEIGHTS: &str = "model.weights.h5";

/// Reads a model that real Keras or [`Model::save`] wrote: a `.keras` file, the folder that one was unpacked to, or
/// an old `.h5`.
///
/// Weights, compile settings and the optimizer's state are restored, so that training goes on where it stopped.
///
/// # Errors
/// `Io` when the file cannot be read; `Format` when it is damaged or no model; `UnknownName` or `Unsupported` for a
/// class that firesteel does not have, by name; `Shape` when weights and layers differ. Where the compile settings alone
/// cannot be restored, the error's field `compile_settings` says why, and [`LoadModel::compile`] leaves them out.
pub fn load_model(path: impl AsRef<Path>) -> Result<Model> {
    load_model_with(path, &LoadModel::new())
}

/// [`load_model`] with options.
///
/// # Errors
/// As [`load_model`].
pub fn load_model_with(path: impl AsRef<Path>, options: &LoadModel) -> Result<Model> {
    let path = path.as_ref();
    firesteel_tensor::check_environment()?;
    match kind(path)? {
        Kind::Archive => from_archive(path, options),
        Kind::Hdf5 => {
            let root = hdf5::open(files::read(path)?, &path.display().to_string())?;
            legacy::load_model(&root, path, options)
        }
    }
}

fn from_archive(path: &Path, options: &LoadModel) -> Result<Model> {
    let mut archive = Archive::open(path)?;
    let place = archive.place(CONFIG);
    let object = parse(&archive.text(CONFIG)?, &place)?;
    let decoder = Decoder::new(options);
    let mut model = decoder.model(&object).map_err(|error| error.at(&place))?;
    let file = archive.place(WEIGHTS);
    let root = hdf5::open(archive.bytes(WEIGHTS)?, &file)?;
    drop(archive);
    build(&model, &root)?;
    weights::read(&model, &root, &LoadWeights::new())?;
    if options.compile {
        decoder.compile(&mut model, &object).map_err(|error| error.at(&place))?;
        weights::optimizer::read(&mut model, &root)?;
    }
    Ok(model)
}

/// Creates the weights, for which the file must have values; a model whose input shape is open has none yet.
pub(super) fn build(model: &Model, root: &Group) -> Result<()> {
    match model.graph() {
        Err(error) if error.is_not_built() => Ok(()),
        _ => {
            let start = Start::zeros(root.element_count());
            model.build_weights(&start, &Device::cpu()).map_err(|error| error.at(root.place()))
        }
    }
}

/// JSON, with the place of a mistake.
pub(super) fn parse(text: &str, place: &str) -> Result<Json> {
    serde_json::from_str(text)
        .map_err(|error| err::format(place, "the JSON is damaged").got(&error).caused_by(error))
}

/// What a file is, by its first bytes.
enum Kind {
    Archive,
    Hdf5,
}

fn kind(path: &Path) -> Result<Kind> {
    if path.is_dir() {
        return Ok(Kind::Archive);
    }
    let io = |source| err::io(path, source);
    let mut start = Vec::new();
    let file = std::fs::File::open(path).map_err(io)?;
    file.take(8).read_to_end(&mut start).map_err(io)?;
    match start.as_slice() {
        [b'P', b'K', ..] => Ok(Kind::Archive),
        [0x89, b'H', b'D', b'F', ..] => Ok(Kind::Hdf5),
        _ => Err(err::format(path, "not a model: neither a `.keras` archive nor an HDF5 file")
            .fix("give a file that Keras or `save` wrote")),
    }
}

impl Model {
    /// Reads weights into the model: from a `.weights.h5`, from an old `.h5` with or without a model in it, or from
    /// a `.keras` file.
    ///
    /// # Errors
    /// `Io` when the file cannot be read, `Format` when it is damaged or has other layers than the model, `Shape`
    /// when a weight does not fit, `NotBuilt` when the input shape of the model is not known yet. Nothing is
    /// changed unless everything fits.
    pub fn load_weights(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.load_weights_with(path, &LoadWeights::new())
    }

    /// [`load_weights`](Model::load_weights) with options.
    ///
    /// # Errors
    /// As [`load_weights`](Model::load_weights).
    pub fn load_weights_with(
        &mut self,
        path: impl AsRef<Path>,
        options: &LoadWeights,
    ) -> Result<()> {
        let path = path.as_ref();
        self.ensure_weights()?;
        let root = match kind(path)? {
            Kind::Hdf5 => hdf5::open(files::read(path)?, &path.display().to_string())?,
            Kind::Archive => {
                let mut archive = Archive::open(path)?;
                let place = archive.place(WEIGHTS);
                hdf5::open(archive.bytes(WEIGHTS)?, &place)?
            }
        };
        match legacy::weights_group(&root)? {
            Some(group) => legacy::load_weights(self, group, options),
            None => weights::read(self, &root, options),
        }
    }
}
