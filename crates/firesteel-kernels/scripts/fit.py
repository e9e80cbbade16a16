# SPDX-License-Identifier: MIT OR Apache-2.0
"""Fits the polynomials of `src/math.rs` (Remez exchange, relative error) and prints them.

    python scripts/fit.py        # needs numpy and scipy
"""

import numpy as np
from scipy.special import erf, erfcx


def remez(function, weight, low, high, degree, rounds=60):
    """Coefficients, lowest first, with the least `max |p - f| * weight` on `[low, high]`."""
    count = degree + 2
    nodes = (low + high) / 2 - (high - low) / 2 * np.cos(np.pi * np.arange(count) / (count - 1))
    grid = np.linspace(low, high, 200_001)
    for _ in range(rounds):
        signs = (-1.0) ** np.arange(count) / weight(nodes)
        system = np.column_stack([nodes**power for power in range(degree + 1)] + [signs])
        solution = np.linalg.solve(system, function(nodes))
        coefficients = solution[:-1]
        error = (np.polyval(coefficients[::-1], grid) - function(grid)) * weight(grid)
        breaks = np.flatnonzero(np.diff(np.sign(error))) + 1
        parts = np.split(np.arange(len(grid)), breaks)
        extremes = np.array([part[np.argmax(np.abs(error[part]))] for part in parts])
        if len(extremes) < count:
            break
        while len(extremes) > count:
            first = abs(error[extremes[0]]) < abs(error[extremes[-1]])
            extremes = extremes[1:] if first else extremes[:-1]
        nodes = grid[extremes]
    return coefficients, np.max(np.abs(error))


def show(name, coefficients, error):
    values = ", ".join(repr(float(np.float32(value))) for value in coefficients)
    print(f"{name} (relative error {error:.1e}): [{values}]")


def exp_rest(x):
    series = sum(x**power / np.prod(np.arange(1.0, power + 3)) for power in range(0, 14))
    return series


def main():
    half = np.log(2) / 2
    show("exp: (e^x - 1 - x) / x^2", *remez(exp_rest, lambda x: x * x / np.exp(x) + 1e-12, -half * 1.001, half * 1.001, 4))

    def tanh_rest(u):
        x = np.sqrt(u)
        return (np.tanh(x) - x) / (x * u)

    show("tanh: (tanh x - x) / x^3 in x^2", *remez(tanh_rest, lambda u: u, 1e-3, 0.63**2, 4))

    def erf_rest(u):
        x = np.sqrt(u)
        return erf(x) / x

    show("erf: erf(x) / x in x^2", *remez(erf_rest, lambda u: 1 / erf_rest(u), 1e-8, 1.0, 6))

    def scaled(t):
        x = (1 - t) / t * 2.0
        return erfcx(x) * (1 + x / 2)

    show(
        "erfc: exp(x^2) erfc(x) (1 + x/2) in t = 1 / (1 + x/2)",
        *remez(scaled, lambda t: 1 / scaled(t), 1 / (1 + 10.5 / 2), 1.0, 9),
    )
    def log1p_rest(x):
        return (np.log1p(x) - x) / (x * x)
    show("log1p: (log1p x - x) / x^2", *remez(log1p_rest, lambda x: x * x / np.abs(np.log1p(x)), np.sqrt(0.5) - 1 + 0, np.sqrt(2) - 1 + 1e-9, 8))


if __name__ == "__main__":
    main()
