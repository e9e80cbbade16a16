# SPDX-License-Identifier: MIT OR Apache-2.0
"""Seconds from the start of a fresh process to a small model's outputs in a file: keras-jax first_predict

The script starts itself anew for each round; that process imports Keras, reads model and array, predicts, and writes.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import common

BACKENDS = {"keras-jax": "jax", "keras-tensorflow": "tensorflow"}
PREDICT = "--predict"


def write(folder):
    """A model of 128-10-1 and 32 samples for it."""
    import keras
    import numpy

    layers = [keras.Input((128,)), keras.layers.Dense(10, activation="relu"), keras.layers.Dense(1)]
    keras.Sequential(layers).save(folder / "model.keras")
    numpy.save(folder / "x.npy", numpy.random.default_rng(0).random((32, 128), dtype=numpy.float32))


def predict(folder):
    import keras
    import numpy

    model = keras.models.load_model(folder / "model.keras", compile=False)
    numpy.save(folder / "y.npy", model.predict(numpy.load(folder / "x.npy"), verbose=0))


def run(folder):
    subprocess.run([sys.executable, __file__, PREDICT, folder], check=True, stderr=subprocess.DEVNULL)


if sys.argv[1:2] == [PREDICT]:
    predict(pathlib.Path(sys.argv[2]))
else:
    given = common.arguments(BACKENDS, ["first_predict"])
    os.environ["KERAS_BACKEND"] = BACKENDS[given.engine]
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write(folder)
        # the first start reads the libraries from the disk
        run(folder)
        common.report(given, "s", [common.seconds(lambda: run(folder))[0] for _ in range(given.rounds)])
