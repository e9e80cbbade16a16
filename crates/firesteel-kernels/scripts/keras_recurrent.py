# SPDX-License-Identifier: MIT OR Apache-2.0
"""Writes `src/recurrent/keras_numbers.rs`: outputs and gradients of real Keras recurrent layers.

    KERAS_BACKEND=jax python scripts/keras_recurrent.py
"""

import pathlib

import jax
import keras
import numpy as np

BATCH, STEPS, INPUTS, UNITS = 2, 4, 3, 2
MASK = np.array([[True, False, True, True], [False, True, True, False]])

# name: layer, options, bias rows, states, whether the steps are masked
CASES = {
    "LSTM": (keras.layers.LSTM, {}, 1, 2, False),
    "LSTM_MASKED": (
        keras.layers.LSTM,
        {"go_backwards": True, "recurrent_activation": "hard_sigmoid"},
        1,
        2,
        True,
    ),
    "LSTM_ZERO": (keras.layers.LSTM, {"zero_output_for_mask": True, "use_bias": False}, 0, 2, True),
    "GRU": (keras.layers.GRU, {}, 2, 1, False),
    "GRU_MASKED": (keras.layers.GRU, {"activation": "linear", "go_backwards": True}, 2, 1, True),
    "GRU_BEFORE": (keras.layers.GRU, {"reset_after": False}, 1, 1, True),
    "SIMPLE_RNN": (keras.layers.SimpleRNN, {"activation": "sigmoid"}, 1, 1, True),
}


def numbers(seed, *shape):
    """The same as in the test."""
    places = np.arange(np.prod(shape, dtype=int))
    return np.sin(1.7 * places + seed).astype("float32").reshape(shape)


def run(layer_class, options, bias_rows, n_states, masked):
    layer = layer_class(UNITS, return_sequences=True, return_state=True, **options)
    layer.build((BATCH, STEPS, INPUTS))
    gates = layer.cell.kernel.shape[1]
    bias_shape = (2, gates) if bias_rows == 2 else (gates,)
    weights = [numbers(2, INPUTS, gates), numbers(3, UNITS, gates)]
    weights += [numbers(4, *bias_shape)] if bias_rows else []
    states = [numbers(5 + i, BATCH, UNITS) for i in range(n_states)]
    given = [numbers(7, BATCH, STEPS, UNITS)]
    given += [numbers(8 + i, BATCH, UNITS) for i in range(n_states)]
    frozen = [variable.value for variable in layer.non_trainable_variables]

    def outputs(x, weights, states):
        options = {"initial_state": states, "mask": MASK if masked else None}
        return layer.stateless_call(weights, frozen, x, **options)[0]

    arguments = (numbers(1, BATCH, STEPS, INPUTS), weights, states)
    results, backward = jax.vjp(outputs, *arguments)
    return [*results, *jax.tree.leaves(backward(type(results)(given)))]


def main():
    lines = [
        "// SPDX-License-Identifier: MIT OR Apache-2.0",
        f"// Keras {keras.__version__}; written by `scripts/keras_recurrent.py`, not by hand.",
    ]
    for name, case in CASES.items():
        results = [np.array(result).ravel() for result in run(*case)]
        lines.append(f"const {name}: [&[f32]; {len(results)}] = [")
        for result in results:
            values = [repr(float(str(value))) for value in result]
            lines.append("    &[")
            lines += [f"        {', '.join(values[i : i + 6])}," for i in range(0, len(values), 6)]
            lines.append("    ],")
        lines.append("];")
    path = pathlib.Path(__file__).parent.parent / "src" / "recurrent" / "keras_numbers.rs"
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
