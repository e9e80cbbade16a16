# SPDX-License-Identifier: MIT OR Apache-2.0
"""Milliseconds that Keras' ResNet50 takes for an image through `predict`, after one to warm up: keras-jax resnet50_8"""
import os

import common

BACKENDS = {"keras-jax": "jax", "keras-tensorflow": "tensorflow", "keras-torch": "torch"}
# images in a batch, batches of a round
ROWS = {"resnet50_1": (1, 6), "resnet50_8": (8, 2)}

given = common.arguments(BACKENDS, ROWS)
os.environ["KERAS_BACKEND"] = BACKENDS[given.engine]
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy  # noqa: E402

batch, batches = ROWS[given.row]
x = numpy.random.default_rng(0).random((batch, 224, 224, 3), dtype=numpy.float32)
# random weights do not change the time
model = keras.applications.ResNet50(weights=None)


def predict():
    return [model.predict(x, batch_size=batch, verbose=0) for _ in range(batches)]


predict()
measured = [common.seconds(predict)[0] for _ in range(given.rounds)]
common.report(given, "ms", [seconds / (batches * batch) * 1e3 for seconds in measured])
