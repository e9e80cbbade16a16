// SPDX-License-Identifier: MIT OR Apache-2.0
//! What holds for every stateful layer: two batches in a row are one sequence.

use firesteel_core::Result;
use firesteel_nn::layers::Input;
use firesteel_nn::testing::assert_close;
use firesteel_nn::{Batch, Layer, LayerRef, Model, Sequential, layers};
use ndarray::{ArrayD, Axis, Slice};

const BATCH: usize = 2;
const STEPS: usize = 3;

/// Checks a stateful layer beside the same one that is not, on steps of a given shape.
pub(super) fn check(
    stateful: impl Layer + 'static,
    plain: impl Layer + 'static,
    step: &[usize],
) -> Result<()> {
    let (carrying, whole) =
        (model(stateful, Some(BATCH), STEPS, step), model(plain, None, 2 * STEPS, step));
    assert_eq!(carrying.count_params()?, whole.count_params()?);
    for (to, from) in carrying.weights().iter().zip(whole.weights()) {
        to.assign(&from.to_array()?)?;
    }
    let x = samples(2 * STEPS, step);
    let expected = predict(&whole, &x)?;
    let half = |first: usize| x.slice_axis(Axis(1), Slice::from(first..first + STEPS)).to_owned();
    let first = predict(&carrying, &half(0))?;
    assert_close("the second half", &predict(&carrying, &half(STEPS))?, &expected, 1e-5)?;
    carrying.reset_states()?;
    assert_close("after a reset", &predict(&carrying, &half(0))?, &first, 0.0)?;
    // the state is no weight, a file does not have it, and the batch is fixed
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stateful.keras");
    carrying.save(&path)?;
    let read = firesteel_nn::load_model(&path)?;
    assert_close("from a file", &predict(&read, &half(0))?, &first, 0.0)?;
    let one = half(0).slice_axis(Axis(0), Slice::from(..1)).to_owned();
    assert!(predict(&carrying, &one).unwrap_err().is_shape());
    Ok(())
}

/// A stateful layer needs to know the batch.
pub(super) fn open_batch_is_refused(stateful: impl Layer + 'static, step: &[usize]) {
    let error = model(stateful, None, STEPS, step).count_params().unwrap_err();
    assert!(error.is_shape() && error.to_string().contains("Input::batched"), "{error}");
}

fn model(layer: impl Layer + 'static, batch: Option<usize>, steps: usize, step: &[usize]) -> Model {
    let axes = [batch, Some(steps)].into_iter().chain(step.iter().copied().map(Some));
    let input = Input::batched(firesteel_core::Shape::new(axes.collect::<Vec<_>>()));
    let mut model = Sequential::from(layers![input, LayerRef::new(layer)]).into_model();
    model.set_seed(3);
    model
}

fn samples(steps: usize, step: &[usize]) -> ArrayD<f32> {
    let axes: Vec<usize> = [BATCH, steps].iter().chain(step).copied().collect();
    let values = (0..axes.iter().product()).map(|i: usize| ((i * 37 % 19) as f32 - 9.0) / 8.0);
    ArrayD::from_shape_vec(axes, values.collect()).unwrap()
}

fn predict(model: &Model, x: &ArrayD<f32>) -> Result<ArrayD<f32>> {
    let batch = Batch { x: vec![x.clone()], ..Batch::default() };
    Ok(model.predict_on_batch(&batch)?.swap_remove(0))
}

#[test]
fn an_open_batch_is_refused() {
    open_batch_is_refused(layers::LSTM::new(3).stateful(true), &[4]);
    open_batch_is_refused(layers::ConvLSTM2D::new(2, 3).stateful(true), &[5, 4, 1]);
}
