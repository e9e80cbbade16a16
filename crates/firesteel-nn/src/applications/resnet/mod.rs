// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ResNet50`, `ResNet101` and `ResNet152`: deep networks of residual blocks.

mod keras3;
mod stages;
mod v0_2;

use std::path::Path;

use firesteel_core::{Options, Result, Shape, err};
use firesteel_tensor::Device;
use ndarray::{Array, Dimension};

pub use super::imagenet_utils::decode_predictions;

use self::stages::Stages;
use super::WeightsFile;
use super::imagenet_utils::{self, CAFFE};
use crate::layer::Start;
use crate::layers::{GlobalAveragePooling2D, GlobalMaxPooling2D, Input};
use crate::{Activation, Callable as _, Model, SymbolicTensor};

/// A residual network of 50 layers; see [`ResNet`].
pub type ResNet50 = ResNet<50>;

/// A residual network of 101 layers; see [`ResNet`].
pub type ResNet101 = ResNet<101>;

/// A residual network of 152 layers; see [`ResNet`].
pub type ResNet152 = ResNet<152>;

/// A residual network, by its depth: [`ResNet50`], [`ResNet101`] or [`ResNet152`].
///
/// Layers and weights have the names, shapes and order of Keras, so that files are exchanged in both directions.
///
/// Keras has called two networks `ResNet50`. Files of early Keras 2, which are still around under the same name, belong
/// to the older one: other names and another order of layers, no border before the first pooling, and another `epsilon`.
/// For which of them a file was written shows in the shapes of its weights, and that network is built;
/// [`variant`](Self::variant) chooses one by name.
///
/// # Shapes
/// input `(batch, height, width, channels)`, by default `(batch, 224, 224, 3)`, prepared by [`preprocess_input`];
/// output `(batch, classes)`, or without the top `(batch, height / 32, width / 32, 2048)`, with pooling `(batch, 2048)`.
///
/// # Examples
/// The base of a network of one's own:
/// ```
/// use firesteel_nn::applications::ResNet50;
///
/// let base = ResNet50::new().include_top(false).input_shape([64, 48, 3]).pooling("avg").build()?;
/// assert_eq!(base.output_shapes()?[0].to_string(), "(None, 2048)");
/// assert_eq!(base.layers()[2].name(), "conv1_conv");
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// `weights` is the path of a file, by default none; there is no `input_tensor`; the channels come last. The logits
/// instead of probabilities are `classifier_activation("linear")`. An unknown `pooling` is refused.
///
/// # Source
/// Keras 3.15.1, `keras/src/applications/resnet.py`; He, Zhang, Ren and Sun 2015.
#[derive(Clone, Debug, Options)]
#[options(name = Self::NAME)]
pub struct ResNet<const DEPTH: usize> {
    /// Whether the classifier stands on top.
    #[option(default = true)]
    include_top: bool,
    /// The file that the weights are read from; random ones when absent.
    #[option(default = None)]
    weights: Option<WeightsFile>,
    /// Height, width and channels of an image; without the top, height and width may be open, and are by default.
    #[option(default = None)]
    input_shape: Option<Shape>,
    /// What is done over height and width when there is no top: `"avg"` or `"max"`; nothing when absent.
    #[option(default = None, one_of = ["avg", "max"])]
    pooling: Option<String>,
    /// Number of classes of the top.
    #[option(default = 1000, min = 1)]
    classes: usize,
    /// What the top applies to its result: with weights from a file, `"softmax"` or `"linear"`.
    #[option(default = "softmax")]
    classifier_activation: Activation,
    /// The name of the model; by default that of the network, as `resnet50`.
    #[option(default = None)]
    name: Option<String>,
    /// Which network of this name: `"keras3"`, or `"v0.2"` for the older one; when absent, the one of the file.
    #[option(default = None, one_of = [KERAS_3, OLD])]
    variant: Option<String>,
}

const KERAS_3: &str = "keras3";
const OLD: &str = "v0.2";

/// The smallest height and width.
const SMALLEST: usize = 32;

/// Height and width that the published weights were trained on.
const USUAL: usize = 224;

/// Which of the networks that Keras has given one name.
#[derive(Clone, Copy)]
enum Generation {
    Keras3,
    Old,
}

impl<const DEPTH: usize> ResNet<DEPTH> {
    const NAME: &'static str = match DEPTH {
        50 => "ResNet50",
        101 => "ResNet101",
        152 => "ResNet152",
        _ => "ResNet",
    };

    /// The model.
    ///
    /// # Errors
    /// `InvalidArgument` or `UnknownName` for a bad option, `Unsupported` for another depth than those with a name, for
    /// `weights("imagenet")` and for an older variant that never was; with `weights`, whatever
    /// [`Model::load_weights`] reports.
    pub fn build(&self) -> Result<Model> {
        self.build_with(&Stages::of_depth(DEPTH)?)
    }

    fn build_with(&self, stages: &Stages) -> Result<Model> {
        self.validate()?;
        let chosen = self.generation()?;
        let network = |generation| self.network(generation, stages);
        let Some(weights) = &self.weights else {
            return network(chosen.unwrap_or(Generation::Keras3));
        };
        self.check_weights(weights)?;
        let read = |generation| with_weights(network(generation)?, weights.path());
        match read(chosen.unwrap_or(Generation::Keras3)) {
            // the shortcuts stand elsewhere in files of the older network, so that they cannot fit by mistake
            Err(error) if chosen.is_none() && DEPTH == 50 && error.is_shape() => {
                read(Generation::Old).map_err(|_| error)
            }
            result => result,
        }
    }

    /// The generation that the user chose.
    fn generation(&self) -> Result<Option<Generation>> {
        match self.variant.as_deref() {
            None => Ok(None),
            Some(KERAS_3) => Ok(Some(Generation::Keras3)),
            Some(_) if DEPTH == 50 => Ok(Some(Generation::Old)),
            Some(other) => Err(err::unsupported(format!("`variant=\"{other}\"`"))
                .at(Self::NAME)
                .fix("only ResNet50 had an older variant")),
        }
    }

    fn check_weights(&self, weights: &WeightsFile) -> Result<()> {
        weights.check(Self::NAME)?;
        let activation = self.classifier_activation.name();
        if self.include_top && !["softmax", "linear"].contains(&activation) {
            return Err(err::invalid_argument(Self::NAME, "classifier_activation")
                .expected("`softmax` or `linear` when weights are read from a file")
                .got(activation));
        }
        Ok(())
    }

    /// The layers, without weights yet.
    fn network(&self, generation: Generation, stages: &Stages) -> Result<Model> {
        let images = Input::new(self.image_shape()?).tensor();
        let features = match generation {
            Generation::Keras3 => keras3::body(&images, stages)?,
            Generation::Old => v0_2::body(&images, stages)?,
        };
        let output = match (self.include_top, generation) {
            (false, _) => self.pooled(features, generation)?,
            (true, Generation::Keras3) => self.keras3_top(&features)?,
            (true, Generation::Old) => self.old_top(&features)?,
        };
        let name = self.name.clone().unwrap_or_else(|| Self::NAME.to_lowercase());
        Ok(Model::new(&images, &output)?.name(name))
    }

    fn keras3_top(&self, features: &SymbolicTensor) -> Result<SymbolicTensor> {
        keras3::top(features, self.classes, &self.classifier_activation)
    }

    fn old_top(&self, features: &SymbolicTensor) -> Result<SymbolicTensor> {
        v0_2::top(features, self.classes, &self.classifier_activation)
    }

    /// What comes after the body when there is no top.
    fn pooled(&self, features: SymbolicTensor, generation: Generation) -> Result<SymbolicTensor> {
        let (average, largest) = (GlobalAveragePooling2D::new(), GlobalMaxPooling2D::new());
        match (self.pooling.as_deref(), generation) {
            (None, _) => Ok(features),
            (Some("avg"), Generation::Keras3) => average.name("avg_pool").call(&features),
            (Some("avg"), Generation::Old) => average.call(&features),
            (Some(_), Generation::Keras3) => largest.name("max_pool").call(&features),
            (Some(_), Generation::Old) => largest.call(&features),
        }
    }

    /// The shape of an image, without the batch axis.
    fn image_shape(&self) -> Result<Shape> {
        let Some(shape) = &self.input_shape else {
            let side = self.include_top.then_some(USUAL);
            return Ok(Shape::from([side, side, Some(3)]));
        };
        let refused = |expected: String| {
            Err(err::invalid_argument(Self::NAME, "input_shape").expected(expected).got(shape))
        };
        let [height, width, Some(_)] = *shape.axes() else {
            return refused("height, width and a known number of channels".to_owned());
        };
        if self.include_top && (height.is_none() || width.is_none()) {
            return refused("known when `include_top` is true".to_owned());
        }
        if [height, width].into_iter().flatten().any(|side| side < SMALLEST) {
            return refused(format!("at least {SMALLEST} x {SMALLEST}"));
        }
        Ok(shape.clone())
    }
}

/// The model with the weights of a file; start values would be replaced and are left out.
fn with_weights(mut model: Model, path: &Path) -> Result<Model> {
    model.build_weights(&Start::zeros(usize::MAX), &Device::cpu())?;
    model.load_weights(path)?;
    Ok(model)
}

/// Prepares images with values from 0 to 255 for these networks: blue, green and red, less the means of ImageNet.
///
/// # Shapes
/// input `(.., 3)` with red, green and blue, output the same.
///
/// # Errors
/// `Shape` when the last axis does not hold three channels.
///
/// # Source
/// Keras 3.15.1, `keras/src/applications/resnet.py`, `preprocess_input`.
pub fn preprocess_input<D: Dimension>(images: Array<f32, D>) -> Result<Array<f32, D>> {
    imagenet_utils::preprocess_input(images, CAFFE)
}

#[cfg(test)]
mod tests;
