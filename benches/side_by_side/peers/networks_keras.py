# SPDX-License-Identifier: MIT OR Apache-2.0
"""Milliseconds a training step of Keras takes through `fit`, after an epoch to warm up: keras-jax mlp128

`cnn_memory` trains as `cnn` does, and says how much memory the process held at most, in MiB.
"""
import os
import resource
import sys

import common

BACKENDS = {"keras-jax": "jax", "keras-tensorflow": "tensorflow", "keras-torch": "torch"}

given = common.arguments(BACKENDS, ["mlp128", "mlp784", "cnn", "cnn_memory", "lstm"])
os.environ["KERAS_BACKEND"] = BACKENDS[given.engine]
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy  # noqa: E402
from keras import layers  # noqa: E402


def convolution(filters):
    return layers.Conv2D(filters, (3, 3), activation="relu", padding="same")


def cnn():
    pooling = [layers.MaxPooling2D((2, 2)) for _ in range(2)]
    return [convolution(64), pooling[0], convolution(128), pooling[1], layers.Flatten(), layers.Dense(1)]


# layers, shape of a sample, outputs, batch size, steps an epoch
ROWS = {
    "mlp128": (lambda: [layers.Dense(10, activation="relu"), layers.Dense(1)], (128,), 1, 32, 2000),
    "mlp784": (lambda: [layers.Dense(512, activation="relu"), layers.Dense(10)], (784,), 10, 128, 200),
    "cnn": (cnn, (128, 128, 3), 1, 32, 5),
    "cnn_memory": (cnn, (128, 128, 3), 1, 32, 5),
    "lstm": (lambda: [layers.LSTM(128), layers.Dense(1)], (100, 64), 1, 32, 10),
}

make, shape, outputs, batch_size, steps = ROWS[given.row]
rng = numpy.random.default_rng(0)
x = rng.random((batch_size * steps, *shape), dtype=numpy.float32)
y = rng.random((batch_size * steps, outputs), dtype=numpy.float32)
model = keras.Sequential([keras.Input(shape=shape), *make()])
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")


def epoch():
    return model.fit(x, y, batch_size=batch_size, epochs=1, verbose=0).history["loss"][-1]


epoch()
measured = [common.seconds(epoch) for _ in range(given.rounds)]
if given.row == "cnn_memory":
    # in KiB on Linux, in bytes on macOS
    unit = 2**20 if sys.platform == "darwin" else 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    common.report(given, "MiB", [peak] * given.rounds, loss=measured[-1][1])
else:
    milliseconds = [seconds / steps * 1e3 for seconds, _ in measured]
    common.report(given, "ms", milliseconds, loss=measured[-1][1])
