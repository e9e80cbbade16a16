// SPDX-License-Identifier: MIT OR Apache-2.0
//! `check_layer`: what holds for every layer.

use std::sync::Arc;

use firesteel_core::testing::check_table;
use firesteel_core::{Error, Json, JsonMap, Result, Seed, Shape, json};
use ndarray::{ArrayD, Axis, Slice};

use super::check_saving::{self, Make};
use super::compare::assert_close;
use super::subject::{InputShapes, Subject};
use super::{failed, gradient_check};
use crate::layer::CallCx;
use crate::{Layer, LayerRef, layers};

/// Where all randomness of the checks comes from.
const SEED: u64 = 20_240_607;

/// Checks what holds for every layer.
///
/// `inputs` are the shapes of its inputs with a batch of at least two: `[2, 3]`, or `[[2, 3], [2, 3]]` for a
/// layer of two inputs. What is checked:
///
/// - its options survive a round trip through JSON, keys of newer versions are skipped when they are null
///   and refused by name when they are not;
/// - a layer that is built again with the same seed has the same weights and gives the same output;
/// - the shape that it declares is the one that it computes, with an open batch and with a batch of one;
/// - saved as `.keras`, `.h5` and `.weights.h5` and read again, it computes the same;
/// - weights have names and shapes of their own, and all of them that training changes have a derivative;
/// - inference is repeatable, changes nothing, and treats every sample alone;
/// - training with one seed is repeatable;
/// - the derivatives are those of finite differences;
/// - inputs of any rank are taken or refused with an error of the right kind;
/// - its option table passes [`check_table`]: wrong names and values are refused by errors that say what is right.
///
/// # Errors
/// `InvalidArgument` that says what does not hold; whatever the layer itself reports.
pub fn check_layer(
    layer: impl Layer + Clone + 'static,
    inputs: impl Into<InputShapes>,
) -> Result<()> {
    let name = layer.type_name();
    let make: Make = Arc::new(move || Box::new(layer.clone()));
    let sample = Sample { make, inputs: inputs.into() };
    sample.check().map_err(|error| error.at(format!("check_layer({name})")))
}

/// The error of a layer that must not be taken for inputs of the given shapes.
///
/// # Errors
/// `InvalidArgument` when the layer is taken.
pub fn refusal(layer: impl Layer + 'static, inputs: impl Into<InputShapes>) -> Result<Error> {
    let layer = LayerRef::new(layer);
    match Subject::new(layer, &inputs.into().closed(), Seed::new(SEED)) {
        Ok(_) => Err(failed("the layer was taken").expected("an error")),
        Err(error) => Ok(error),
    }
}

/// A layer and the inputs that it is checked on.
struct Sample {
    make: Make,
    inputs: InputShapes,
}

impl Sample {
    fn check(&self) -> Result<()> {
        self.config_round_trip()?;
        self.rebuilt_is_equal()?;
        self.shapes()?;
        self.weights()?;
        check_saving::check(&self.make, &self.inputs, Seed::new(SEED))?;
        self.inference()?;
        self.samples_are_alone()?;
        self.training()?;
        self.derivatives()?;
        self.ranks()?;
        check_table(&mut *(self.make)())
    }

    fn subject(&self, layer: Box<dyn Layer>, inputs: &InputShapes) -> Result<Subject> {
        Subject::boxed(layer, inputs, Seed::new(SEED))
    }

    fn built(&self) -> Result<Subject> {
        self.subject((self.make)(), &self.inputs)?.with_random_weights(Seed::new(SEED))
    }

    fn values(&self) -> Result<Vec<ArrayD<f32>>> {
        self.inputs.random(Seed::new(SEED))
    }

    /// The layer that a config describes; one that is not in the list of its family takes the options over.
    fn read(&self, config: &JsonMap<String, Json>) -> Result<Box<dyn Layer>> {
        let mut layer = (self.make)();
        match layers::decoder(layer.type_name()) {
            Ok(decode) => decode(config),
            Err(_) => {
                layer.set_all(config)?;
                Ok(layer)
            }
        }
    }

    /// The config as it comes back from a file.
    fn written(&self) -> Result<JsonMap<String, Json>> {
        let text = Json::Object((self.make)().config()).to_string();
        match serde_json::from_str(&text) {
            Ok(Json::Object(config)) => Ok(config),
            _ => Err(failed("the config is no JSON")),
        }
    }

    fn config_round_trip(&self) -> Result<()> {
        let mut config = self.written()?;
        let layer = self.read(&config)?;
        if layer.config() != config {
            return Err(failed("the config changes on its way through JSON")
                .expected(json!(config))
                .got(json!(layer.config())));
        }
        config.insert("newer_option".to_owned(), Json::Null);
        self.read(&config)?;
        config.insert("newer_option".to_owned(), json!(1));
        match self.read(&config) {
            Err(error) if error.to_string().contains("newer_option") => Ok(()),
            Err(error) => Err(failed("an unknown option is not named").got(error)),
            Ok(_) => Err(failed("an unknown option is taken")),
        }
    }

    fn rebuilt_is_equal(&self) -> Result<()> {
        let first = self.subject((self.make)(), &self.inputs)?;
        let second = self.subject(self.read(&self.written()?)?, &self.inputs)?;
        if first.values()? != second.values()? {
            return Err(failed("the same seed gives other weights"));
        }
        let cx = CallCx::inference();
        let (inputs, what) = (self.values()?, "the rebuilt layer");
        same(what, &second.call(&inputs, &cx)?.outputs, &first.call(&inputs, &cx)?.outputs)
    }

    fn shapes(&self) -> Result<()> {
        for inputs in [self.inputs.clone(), self.inputs.with_batch(1)] {
            let subject = self.subject((self.make)(), &inputs)?;
            let values = inputs.random(Seed::new(SEED))?;
            let outputs = subject.call(&values, &CallCx::inference())?.outputs;
            let open = subject.layer.output_shapes(&inputs.open())?;
            let closed = subject.layer.output_shapes(&inputs.closed())?;
            for declared in [&open, &closed] {
                let fits = declared.len() == outputs.len()
                    && declared.iter().zip(&outputs).all(|(d, output)| d.accepts(output.shape()));
                if !fits {
                    let real: Vec<&[usize]> = outputs.iter().map(ArrayD::shape).collect();
                    return Err(failed("the declared shape is not the real one")
                        .expected(format!("{real:?}"))
                        .got(format!("{declared:?}")));
                }
            }
            if closed.iter().any(|shape| shape.known().is_none()) {
                return Err(failed("the shape is open although that of the input is known"));
            }
        }
        Ok(())
    }

    fn weights(&self) -> Result<()> {
        let subject = self.built()?;
        let weights = subject.layer.weights();
        let names: Vec<&str> = weights.iter().map(|weight| weight.name()).collect();
        for (index, name) in names.iter().enumerate() {
            if name.is_empty() || names[..index].contains(name) {
                return Err(failed("each weight needs a name of its own").got(format!("{names:?}")));
            }
        }
        subject.layer.set_trainable(false);
        match subject.layer.trainable_weights().len() {
            0 => Ok(()),
            count => Err(failed("a frozen layer has weights to train").got(count)),
        }
    }

    fn inference(&self) -> Result<()> {
        let (subject, inputs) = (self.built()?, self.values()?);
        let before = subject.values()?;
        let cx = CallCx::inference();
        let first = subject.call(&inputs, &cx)?.outputs;
        cx.apply_states()?;
        if subject.values()? != before {
            return Err(failed("inference changes weights"));
        }
        let other = CallCx::inference().for_layer("another");
        same("inference", &subject.call(&inputs, &other)?.outputs, &first)
    }

    /// The first sample alone gives the first part of the output; another kernel may sum in another order.
    fn samples_are_alone(&self) -> Result<()> {
        let (subject, inputs) = (self.built()?, self.values()?);
        let first = |array: &ArrayD<f32>| array.slice_axis(Axis(0), Slice::from(..1)).to_owned();
        let alone: Vec<ArrayD<f32>> = inputs.iter().map(first).collect();
        let cx = CallCx::inference();
        let (all, one) = (subject.call(&inputs, &cx)?.outputs, subject.call(&alone, &cx)?.outputs);
        for (all, one) in all.iter().zip(&one) {
            assert_close("the first sample alone", one, &first(all), 1e-5)?;
        }
        Ok(())
    }

    fn training(&self) -> Result<()> {
        let (subject, inputs) = (self.built()?, self.values()?);
        let call = || subject.call(&inputs, &CallCx::training(Seed::new(SEED)).at_step(3));
        same("training with the same seed", &call()?.outputs, &call()?.outputs)
    }

    fn derivatives(&self) -> Result<()> {
        let subject = self.built()?;
        gradient_check::check(
            &subject,
            &self.values()?,
            self.inputs.below.is_none(),
            Seed::new(SEED),
        )
    }

    /// Inputs of every rank are either taken, and then computed, or refused with the right kind of error.
    fn ranks(&self) -> Result<()> {
        for rank in 1..=6 {
            let shape: Vec<usize> = [2, 4, 4, 4, 4, 4][..rank].to_vec();
            let shapes = vec![shape; self.inputs.shapes.len()];
            let inputs = InputShapes { shapes, ..self.inputs.clone() };
            match self.subject((self.make)(), &inputs) {
                Ok(subject) => {
                    let values = inputs.random(Seed::new(SEED))?;
                    let outputs = subject.call(&values, &CallCx::inference())?.outputs;
                    let declared = subject.layer.output_shapes(&inputs.closed())?;
                    let fits = |(d, output): (&Shape, &ArrayD<f32>)| d.accepts(output.shape());
                    if !declared.iter().zip(&outputs).all(fits) {
                        return Err(failed(format!("rank {rank}: the declared shape is not real")));
                    }
                }
                Err(error) if error.is_shape() || error.is_invalid_argument() => {
                    self.names_the_layer(&error)?;
                }
                Err(error) => {
                    return Err(failed(format!("rank {rank} is refused with another error"))
                        .expected("kind `Shape` or `InvalidArgument`")
                        .got(format!("{error:?}")));
                }
            }
        }
        Ok(())
    }

    fn names_the_layer(&self, error: &Error) -> Result<()> {
        let class = (self.make)().type_name();
        if error.to_string().contains(class) {
            return Ok(());
        }
        Err(failed("an error does not name the layer").expected(class).got(error))
    }
}

/// Refuses outputs that are not equal to the last bit.
fn same(what: &str, got: &[ArrayD<f32>], expected: &[ArrayD<f32>]) -> Result<()> {
    if got.len() != expected.len() {
        return Err(failed(format!("{what}: the number of outputs differs")));
    }
    got.iter().zip(expected).try_for_each(|(got, expected)| assert_close(what, got, expected, 0.0))
}
