# SPDX-License-Identifier: MIT OR Apache-2.0
"""Writes `src/optimizer/keras_numbers.rs`: weights after three steps of real Keras optimizers.

    KERAS_BACKEND=jax python scripts/keras_optimizers.py
"""

import pathlib

import keras
import numpy as np

START = [0.5, -1.25, 2.0]
GRADIENTS = [[0.1, -0.2, 0.3], [-0.4, 0.05, 0.25], [0.02, 0.6, -0.7]]

OPTIMIZERS = {
    "SGD": keras.optimizers.SGD(0.1),
    "SGD_MOMENTUM": keras.optimizers.SGD(0.1, momentum=0.9),
    "SGD_NESTEROV_DECAY": keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "ADAM": keras.optimizers.Adam(0.1),
    "ADAMW_AMSGRAD": keras.optimizers.AdamW(0.1, beta_2=0.6, weight_decay=0.01, amsgrad=True),
    "RMSPROP": keras.optimizers.RMSprop(0.1),
    "RMSPROP_CENTERED_MOMENTUM": keras.optimizers.RMSprop(0.1, momentum=0.5, centered=True),
}


def weights_after(optimizer):
    variable = keras.Variable(np.array(START, "float32"))
    optimizer.build([variable])
    for gradient in GRADIENTS:
        optimizer.apply([keras.ops.array(gradient, "float32")], [variable])
    return np.array(variable)


def main():
    lines = [
        "// SPDX-License-Identifier: MIT OR Apache-2.0",
        f"// Keras {keras.__version__}; written by `scripts/keras_optimizers.py`, not by hand.",
    ]
    for name, optimizer in OPTIMIZERS.items():
        values = ", ".join(repr(float(str(value))) for value in weights_after(optimizer))
        lines.append(f"const {name}: [f32; 3] = [{values}];")
    path = pathlib.Path(__file__).parent.parent / "src" / "optimizer" / "keras_numbers.rs"
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
