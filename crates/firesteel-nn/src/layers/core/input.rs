// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Input`: where a model begins.

use firesteel_core::{Options, Result, Shape};

use crate::Layer;
use crate::graph::{LayerRef, Node, SymbolicTensor};
use crate::layer::LayerBase;

/// Where a model begins: the shape of its input, without the batch axis.
///
/// In a file its class is `InputLayer`, as in Keras.
///
/// # Examples
/// ```
/// use firesteel_nn::layers::Input;
///
/// let image = Input::new([28, 28, 1]).name("image").tensor();
/// assert_eq!(image.shape().to_string(), "(None, 28, 28, 1)");
/// ```
#[derive(Clone, Debug, Options)]
#[options(name = "InputLayer", no_new)]
pub struct Input {
    /// The shape with the batch axis in front.
    #[option(required)]
    batch_shape: Shape,
    /// The element type; whole numbers travel as floats.
    #[option(default = "float32", one_of = ["float32", "int32", "int64"])]
    dtype: String,
    /// Whether the input is sparse; only dense inputs are supported.
    #[option(default = false)]
    sparse: bool,
    /// Whether the rows differ in length; only equal lengths are supported.
    #[option(default = false)]
    ragged: bool,
    /// Whether the input may be absent.
    #[option(default = false)]
    optional: bool,
    #[option(base)]
    base: LayerBase,
}

impl Input {
    /// An input whose samples have the given shape; open axes are `None`.
    pub fn new(shape: impl Into<Shape>) -> Self {
        Self::batched(shape.into().batched())
    }

    /// An input whose shape is given with the batch axis.
    pub fn batched(batch_shape: impl Into<Shape>) -> Self {
        Self {
            batch_shape: batch_shape.into(),
            dtype: "float32".to_owned(),
            sparse: false,
            ragged: false,
            optional: false,
            base: LayerBase::default(),
        }
    }

    /// The symbolic tensor on which layers can be called.
    pub fn tensor(self) -> SymbolicTensor {
        let shape = self.batch_shape.clone();
        let node = Node::with_shapes(LayerRef::new(self), Vec::new(), vec![shape]);
        node.outputs().swap_remove(0)
    }
}

impl Layer for Input {
    fn output_shapes(&self, _inputs: &[Shape]) -> Result<Vec<Shape>> {
        Ok(vec![self.batch_shape.clone()])
    }
}
