// SPDX-License-Identifier: MIT OR Apache-2.0
//! `decode_predictions`: the likeliest classes by name.

use firesteel_core::{Result, Shape, err};
use ndarray::{ArrayD, ArrayView1, Ix2};

use super::ClassIndex;

/// A class that a network sees in an image.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodedPrediction {
    /// The name of the class, such as `n01440764`.
    pub class_name: String,
    /// The class in words, such as `tench`.
    pub class_description: String,
    /// Its probability.
    pub score: f32,
}

/// The `top` likeliest classes of each image, the likeliest first; of equal ones that with the lower number.
///
/// # Shapes
/// `predictions` `(images, classes)`, as [`Model::predict`](crate::Model::predict) gives them.
///
/// # Errors
/// `Shape` when there are not as many columns as classes.
///
/// # Differences from Keras
/// The names are given, not downloaded, and any number of classes will do.
///
/// # Source
/// Keras 3.15.1, `keras/src/applications/imagenet_utils.py`, `decode_predictions`.
pub fn decode_predictions(
    predictions: &ArrayD<f32>,
    top: usize,
    classes: &ClassIndex,
) -> Result<Vec<Vec<DecodedPrediction>>> {
    let refused = || {
        err::shape("decode_predictions", "the predictions do not fit the classes")
            .expected(format!("(images, {})", classes.len()))
            .got(Shape::from(predictions.shape()))
    };
    let table = predictions.view().into_dimensionality::<Ix2>().map_err(|_| refused())?;
    if table.ncols() != classes.len() {
        return Err(refused());
    }
    Ok(table.rows().into_iter().map(|row| likeliest(&row, top, classes)).collect())
}

fn likeliest(
    row: &ArrayView1<'_, f32>,
    top: usize,
    classes: &ClassIndex,
) -> Vec<DecodedPrediction> {
    let mut scores: Vec<(usize, f32)> = row.iter().copied().enumerate().collect();
    scores.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let decoded = |(class, score): (usize, f32)| {
        let (name, description) = classes.get(class)?;
        let (class_name, class_description) = (name.to_owned(), description.to_owned());
        Some(DecodedPrediction { class_name, class_description, score })
    };
    scores.into_iter().take(top).filter_map(decoded).collect()
}
