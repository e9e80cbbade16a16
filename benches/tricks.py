# SPDX-License-Identifier: MIT OR Apache-2.0
"""The medians of the benchmark `tricks`, as a table of Markdown.

    cargo bench -p firesteel-kernels --bench tricks
    python benches/tricks.py [FOLDER OF CRITERION]

The folder is the one that the benchmark writes to: `criterion` in the target folder.
"""
import json
import os
import sys
from pathlib import Path

MEDIAN = "new/estimates.json"


def main():
    default = Path(os.environ.get("CARGO_TARGET_DIR", "target"), "criterion")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    lines = [line(path) for path in sorted(folder.glob(f"*/without/*/{MEDIAN}"))]
    if not lines:
        sys.exit(f"{folder} has no results of the benchmark `tricks`; run it first, or name its folder")
    print("| trick | shape | without | ours | gain |\n|---|---|---|---|---|")
    print("\n".join(lines))


def line(path):
    """The row of a pair, of which `path` is the side without the trick."""
    shape = path.parents[1]
    trick = shape.parents[1]
    without, ours = nanoseconds(path), nanoseconds(trick / "ours" / shape.name / MEDIAN)
    return f"| `{trick.name}` | {shape.name} | {time(without)} | {time(ours)} | {without / ours:.2f} x |"


def nanoseconds(path):
    return json.loads(path.read_text())["median"]["point_estimate"]


def time(value):
    """Three digits that say something, in the unit that suits them."""
    units = [("ms", 1e6), ("us", 1e3), ("ns", 1)]
    unit, size = next((unit for unit in units if value >= unit[1]), units[-1])
    return f"{significant(value / size)} {unit}"


def significant(value):
    return f"{value:.3g}" if value < 999.5 else f"{value:.0f}"


if __name__ == "__main__":
    main()
