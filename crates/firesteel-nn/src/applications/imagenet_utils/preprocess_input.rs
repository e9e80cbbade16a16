// SPDX-License-Identifier: MIT OR Apache-2.0
//! `preprocess_input`: pixels as a network was trained on.

use firesteel_core::{Result, Shape, err, names};
use ndarray::{Array, Axis, Dimension};

/// `y = (x / scale - mean) / deviation` for each channel, which may be reversed before.
struct Mode {
    is_reversed: bool,
    scale: f32,
    means: [f32; 3],
    deviations: [f32; 3],
}

/// The mode of networks that were first trained with Caffe.
pub(in crate::applications) const CAFFE: &str = "caffe";

const MODES: [(&str, Mode); 3] = [
    (
        CAFFE,
        Mode {
            is_reversed: true,
            scale: 1.0,
            means: [103.939, 116.779, 123.68],
            deviations: [1.0; 3],
        },
    ),
    ("tf", Mode { is_reversed: false, scale: 127.5, means: [1.0; 3], deviations: [1.0; 3] }),
    (
        "torch",
        Mode {
            is_reversed: false,
            scale: 255.0,
            means: [0.485, 0.456, 0.406],
            deviations: [0.229, 0.224, 0.225],
        },
    ),
];

/// Prepares images with values from 0 to 255 as the network was trained on them.
///
/// `"caffe"` makes blue, green and red of red, green and blue, and takes the means of ImageNet away; `"tf"` scales to
/// values from -1 to 1; `"torch"` scales to values from 0 to 1, takes the means away and divides by the deviations.
///
/// # Shapes
/// input `(.., 3)` with red, green and blue, output the same.
///
/// # Errors
/// `UnknownName` for another mode, `Shape` when the last axis does not hold three channels.
///
/// # Examples
/// ```
/// use firesteel_nn::applications::imagenet_utils::preprocess_input;
/// use ndarray::array;
///
/// let pixel = array![0.0, 127.5, 255.0];
/// assert_eq!(preprocess_input(pixel, "tf")?, array![-1.0, 0.0, 1.0]);
/// # Ok::<(), firesteel_core::Error>(())
/// ```
///
/// # Differences from Keras
/// The mode must be given, the channels come last, and the array is taken and given back.
///
/// # Source
/// Keras 3.15.1, `keras/src/applications/imagenet_utils.py`, `preprocess_input`.
pub fn preprocess_input<D: Dimension>(
    mut images: Array<f32, D>,
    mode: &str,
) -> Result<Array<f32, D>> {
    let mode = names::find("mode", mode, &MODES)?;
    let Some((last, 3)) = images.shape().iter().copied().enumerate().next_back() else {
        return Err(err::shape("preprocess_input", "the last axis does not hold three channels")
            .got(Shape::from(images.shape())));
    };
    for mut pixel in images.lanes_mut(Axis(last)) {
        if mode.is_reversed {
            pixel.swap(0, 2);
        }
        for ((value, mean), deviation) in pixel.iter_mut().zip(mode.means).zip(mode.deviations) {
            *value = (*value / mode.scale - mean) / deviation;
        }
    }
    Ok(images)
}
