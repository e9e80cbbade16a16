// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Input`: where a model begins.

use firesteel_core::{Options, Result, Shape, err};

use crate::Layer;
use crate::graph::{LayerRef, Node, SymbolicTensor};
use crate::layer::LayerBase;

/// Where a model begins: the shape of its input, without the batch axis.
///
/// In a file its class is `InputLayer`, as in Keras.
///
/// # Errors
/// A model is refused, when it is made or read, whose input is `sparse`, `ragged` or `optional` (`Unsupported`) or of an
/// unknown `dtype` (`UnknownName`).
///
/// # Differences from Keras
/// `dtype` is kept and written to files, and changes no number: Keras cuts the digits behind the point off what an input of
/// whole numbers is given, here they stay.
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
    /// The element type that a file names for the input; the numbers are computed with as `f32` whatever it is.
    #[option(default = "float32", one_of = ["float32", "int32", "int64"])]
    dtype: String,
    /// Whether the input is sparse; refused as not supported.
    #[option(default = false)]
    sparse: bool,
    /// Whether the rows differ in length; refused as not supported.
    #[option(default = false)]
    ragged: bool,
    /// Whether the input may be absent; refused as not supported.
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

    /// Refuses what only Keras has.
    fn check_kind(&self) -> Result<()> {
        let kinds = [
            ("sparse", self.sparse, "give a dense array"),
            ("ragged", self.ragged, "fill the rows up to one length and mask what was added"),
            ("optional", self.optional, "leave the input out of the model, or always give it"),
        ];
        match kinds.into_iter().find(|(_, is_set, _)| *is_set) {
            None => Ok(()),
            Some((name, _, fix)) => {
                Err(err::unsupported(format!("an input with `{name}`")).fix(fix))
            }
        }
    }
}

impl Layer for Input {
    fn output_shapes(&self, _inputs: &[Shape]) -> Result<Vec<Shape>> {
        self.check_kind()?;
        Ok(vec![self.batch_shape.clone()])
    }
}
