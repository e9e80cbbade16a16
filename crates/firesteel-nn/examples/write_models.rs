// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writes models of many kinds, each with inputs and our outputs beside it, for real Keras to open:
//! `cargo run -p firesteel-nn --example write_models OUT_DIR`, then `fixtures/keras/saving/check_ours.py OUT_DIR`.
#![expect(clippy::print_stdout, reason = "an example says what it wrote")]

use std::path::{Path, PathBuf};

use firesteel_core::{Error, Result, err};
use firesteel_nn::layers::{
    Activation, Add, AveragePooling2D, BatchNormalization, Concatenate, Conv2D, Dense, Dropout,
    Flatten, GlobalAveragePooling2D, Input, LeakyReLU, MaxPooling2D, Multiply, ReLU, Reshape,
    Softmax, Subtract, UpSampling2D, ZeroPadding2D,
};
use firesteel_nn::optimizers::{Adam, AdamW, RMSprop, SGD};
use firesteel_nn::{
    Arrays, Callable, Compile, Evaluate, Fit, LayerRef, Model, Predict, Regularizer, Sequential,
    layers,
};
use ndarray::{ArrayD, IxDyn};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, serialize};

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| err::invalid_argument("write_models", "OUT_DIR"))?;
    for (name, model) in models()? {
        for ending in ["keras", "h5"] {
            let path = folder.join(format!("{name}_{ending}.{ending}"));
            write(&model, &path)?;
            println!("{}", path.display());
        }
    }
    Ok(())
}

fn models() -> Result<Vec<(String, Model)>> {
    let mut models = vec![
        ("mlp".to_owned(), mlp()?),
        ("conv".to_owned(), conv()?),
        ("towers_list".to_owned(), towers(false)?),
        ("towers_dict".to_owned(), towers(true)?),
        ("residual".to_owned(), residual()?),
        ("transfer".to_owned(), transfer()?),
        ("siamese".to_owned(), siamese()?),
        ("ends_in_a_model".to_owned(), ends_in_a_model()?),
        ("without_input".to_owned(), without_input()?),
    ];
    let optimizers: [(&str, Compile); 8] = [
        ("adam", Compile::new().optimizer(Adam::new().learning_rate(0.01))),
        ("amsgrad", Compile::new().optimizer(Adam::new().amsgrad(true).clipnorm(1.0))),
        ("adamw", Compile::new().optimizer(AdamW::new().weight_decay(0.02))),
        ("rmsprop", Compile::new().optimizer("rmsprop")),
        ("rmsprop_all", Compile::new().optimizer(RMSprop::new().momentum(0.5).centered(true))),
        ("sgd", Compile::new().optimizer("sgd")),
        ("sgd_momentum", Compile::new().optimizer(SGD::new().momentum(0.9).nesterov(true))),
        ("sgd_decay", Compile::new().optimizer(SGD::new().weight_decay(0.01).clipvalue(0.5))),
    ];
    for (name, compile) in optimizers {
        let mut model = Sequential::from(layers![
            Input::new([4]),
            Dense::new(3).activation("tanh").kernel_regularizer(Regularizer::l2(0.01)),
            Dense::new(2)
        ]);
        train(&mut model, compile.loss("mse").metrics(["mae"]))?;
        models.push((format!("optimizer_{name}"), model.into_model()));
    }
    Ok(models)
}

fn mlp() -> Result<Model> {
    let mut model = Sequential::from(layers![
        Input::new([4]),
        Dense::new(6).activation("relu"),
        BatchNormalization::new(),
        Dropout::new(0.5),
        Dense::new(3).activation("softmax")
    ]);
    let compile = Compile::new().optimizer("adam").loss("categorical_crossentropy");
    train(&mut model, compile.metrics(["accuracy"]))?;
    Ok(model.into_model())
}

fn conv() -> Result<Model> {
    let mut model = Sequential::from(layers![
        Input::new([8, 7, 3]),
        Conv2D::new(4, 3).padding("same").use_bias(false),
        BatchNormalization::new(),
        Activation::new("relu"),
        MaxPooling2D::new(2),
        Conv2D::new(3, (2, 3)).activation("relu"),
        Flatten::new(),
        Dense::new(2)
    ]);
    train(&mut model, Compile::new().optimizer("adam").loss("mse"))?;
    Ok(model.into_model().name("conv_net"))
}

fn towers(by_name: bool) -> Result<Model> {
    let (left, right) =
        (Input::new([5]).name("left").tensor(), Input::new([3]).name("right").tensor());
    let shared = LayerRef::from(Dense::new(4).activation("relu").name("shared"));
    let a = (&shared).call(&left)?;
    let b = Dense::new(4).activation("tanh").name("own").call(&right)?;
    let sum = Add::new().call([&a, &b])?;
    let product = Multiply::new().call([&a, &(&shared).call(&left)?])?;
    let both = Concatenate::new().call([&a, &b, &sum, &product])?;
    let value = Dense::new(2).name("value").call(&both)?;
    let kind = Dense::new(3).name("kind").call(&both)?;
    let mut model = if by_name {
        Model::new([("left", &left), ("right", &right)], [("value", &value), ("kind", &kind)])?
    } else {
        Model::new([&left, &right], [&value, &kind])?
    };
    let compile = if by_name {
        Compile::new().output_loss("value", "mse").output_loss("kind", "mae")
    } else {
        Compile::new().losses(["mse", "mae"]).loss_weights([1.0, 0.5])
    };
    train(&mut model, compile.optimizer("adam"))?;
    Ok(model)
}

fn residual() -> Result<Model> {
    let input = Input::new([7, 6, 2]).tensor();
    let x = Conv2D::new(4, 3).padding("same").activation("relu").call(&input)?;
    let x = BatchNormalization::new().call(&x)?;
    let x = Add::new().call([&x, &Conv2D::new(4, 1).call(&input)?])?;
    let x = AveragePooling2D::new(2).call(&ReLU::new().call(&x)?)?;
    let x = UpSampling2D::new(2).call(&ZeroPadding2D::new(1).call(&x)?)?;
    let x = Concatenate::new().call([&LeakyReLU::new().negative_slope(0.1).call(&x)?, &x])?;
    let x = Dense::new(4).call(&Reshape::new([-1]).call(&x)?)?;
    Model::new(&input, &Softmax::new().call(&x)?)
}

fn base() -> Result<LayerRef> {
    let input = Input::new([8, 8, 3]).tensor();
    let x = Conv2D::new(2, 3).name("c1").call(&input)?;
    let x = ReLU::new().call(&BatchNormalization::new().name("bn1").call(&x)?)?;
    Ok(LayerRef::from(Model::new(&input, &x)?.name("base")))
}

fn transfer() -> Result<Model> {
    let base = base()?;
    base.set_trainable(false);
    let input = Input::new([8, 8, 3]).tensor();
    let x = GlobalAveragePooling2D::new().call(&base.call(&input)?)?;
    let mut model = Model::new(&input, &Dense::new(2).call(&x)?)?.name("outer");
    train(&mut model, Compile::new().optimizer("adam").loss("mse"))?;
    Ok(model)
}

fn siamese() -> Result<Model> {
    let tower = Sequential::from(layers![Dense::new(4).activation("tanh"), Dense::new(3)]);
    let tower = LayerRef::from(tower.name("tower"));
    let (l, r) = (Input::new([4]).name("l").tensor(), Input::new([4]).name("r").tensor());
    let (x, y) = ((&tower).call(&l)?, (&tower).call(&r)?);
    Model::new([&l, &r], &Dense::new(1).call(&Subtract::new().call([&x, &y])?)?)
}

fn ends_in_a_model() -> Result<Model> {
    let inner = Input::new([4]).tensor();
    let tower = LayerRef::from(Model::new(&inner, &Dense::new(3).call(&inner)?)?.name("tower"));
    let input = Input::new([4]).tensor();
    let (once, twice) = ((&tower).call(&input)?, Dense::new(4).call(&(&tower).call(&input)?)?);
    Model::new(&input, [&once, &(&tower).call(&twice)?])
}

fn without_input() -> Result<Model> {
    let mut model = Sequential::from(layers![Dense::new(3), Dense::new(1)]);
    model.build([4])?;
    Ok(model.into_model())
}

/// Numbers that look random and are the same every time.
fn numbers(shape: &[usize], phase: f32) -> ArrayD<f32> {
    let count: usize = shape.iter().product();
    let values = (0..count).map(|i| (i as f32 * 1.7 + phase).sin()).collect();
    ArrayD::from_shape_vec(IxDyn(shape), values).unwrap_or_default()
}

fn samples(shapes: Vec<firesteel_core::Shape>, count: usize, phase: f32) -> Vec<ArrayD<f32>> {
    let shape = |shape: firesteel_core::Shape| {
        let axes = shape.axes().iter().map(|axis| axis.unwrap_or(count)).collect::<Vec<_>>();
        numbers(&axes, phase)
    };
    shapes.into_iter().map(shape).collect()
}

fn all(arrays: &[ArrayD<f32>]) -> Arrays<'_> {
    arrays.iter().fold(Arrays::default(), |all, array| all.and(array))
}

fn train(model: &mut Model, compile: Compile) -> Result<()> {
    model.set_seed(5);
    model.compile(compile)?;
    let (x, y) = (samples(model.input_shapes()?, 8, 0.3), samples(model.output_shapes()?, 8, 1.1));
    model.fit((all(&x), all(&y)), Fit::new().epochs(2).batch_size(4).shuffle(false).verbose(0))?;
    Ok(())
}

/// The model, and beside it what we compute with it.
fn write(model: &Model, path: &Path) -> Result<()> {
    model.save(path)?;
    let x = samples(model.input_shapes()?, 3, 0.7);
    let outputs = model.predict_all(all(&x), Predict::new())?;
    let mut tensors: Vec<(String, ArrayD<f32>)> = Vec::new();
    let named = |what: &str, arrays: Vec<ArrayD<f32>>| {
        let named = arrays.into_iter().enumerate();
        named.map(|(i, array)| (format!("{what}{i}"), array)).collect::<Vec<_>>()
    };
    let is_keras = path.extension().is_some_and(|ending| ending == "keras");
    if model.is_compiled() && is_keras && outputs.len() == 1 {
        let y = samples(model.output_shapes()?, 3, 1.9);
        let scores = model.evaluate((all(&x), all(&y)), Evaluate::new())?;
        let values: Vec<f32> = scores.iter().map(|(_, value)| value as f32).collect();
        tensors.push(("evaluate".to_owned(), ndarray::arr1(&values).into_dyn()));
        tensors.push(("iterations".to_owned(), ndarray::arr1(&[4.0_f32]).into_dyn()));
        tensors.extend(named("y", y));
    }
    tensors.extend(named("in", x));
    tensors.extend(named("out", outputs));
    store(&tensors, &path.with_extension("safetensors"))
}

fn store(tensors: &[(String, ArrayD<f32>)], path: &Path) -> Result<()> {
    let failed = |error: safetensors::SafeTensorError| -> Error {
        err::internal(format!("safetensors: {error}"))
    };
    let bytes: Vec<Vec<u8>> = tensors
        .iter()
        .map(|(_, array)| array.iter().flat_map(|value| value.to_le_bytes()).collect())
        .collect();
    let views = tensors.iter().zip(&bytes).map(|((name, array), bytes)| {
        let view = TensorView::new(Dtype::F32, array.shape().to_vec(), bytes).map_err(failed)?;
        Ok((name.clone(), view))
    });
    let views = views.collect::<Result<Vec<_>>>()?;
    firesteel_core::files::write_bytes(path, &serialize(views, None).map_err(failed)?)
}
