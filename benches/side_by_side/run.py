# SPDX-License-Identifier: MIT OR Apache-2.0
"""Measures firesteel and the real systems by turns, and prints their ratios.

    python benches/side_by_side/run.py --python .venv/bin/python [--only networks join] [--rounds 5]

Every number comes from a fresh process that warms up first. In each round all systems have their turn, each round
begins with another one, and medians over the rounds are compared. The result is written to `benches/results/`.
"""
import argparse
import collections
import datetime
import json
import math
import os
import pathlib
import subprocess
import sys
from dataclasses import dataclass

import machine
import report

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# seconds after which a program is given up
PATIENCE = 1800
# how far apart, relative to their size, the numbers of two systems' answers may be, unless a row says otherwise
TOLERANCE = 1e-6
# sizes of the data that can be chosen, and of what they are the number
SIZES = {"table_rows": "rows", "words": "words", "ml_rows": "rows"}
# the groups that read files, and what the program that makes them is told
FILES = {"tables": {"--rows": "table_rows", "--words": "words"}, "ml": {"--rows": "ml_rows"}}

# the script of each peer by group, and the packages it needs, one of each set
PEERS = {
    ("networks", "keras-jax"): ("networks_keras.py", [{"keras"}, {"jax"}]),
    ("networks", "keras-tensorflow"): ("networks_keras.py", [{"keras"}, {"tensorflow", "tensorflow-cpu"}]),
    ("networks", "keras-torch"): ("networks_keras.py", [{"keras"}, {"torch"}]),
    ("networks", "pytorch"): ("networks_torch.py", [{"torch"}]),
    ("inference", "keras-jax"): ("inference_keras.py", [{"keras"}, {"jax"}]),
    ("inference", "keras-tensorflow"): ("inference_keras.py", [{"keras"}, {"tensorflow", "tensorflow-cpu"}]),
    ("inference", "keras-torch"): ("inference_keras.py", [{"keras"}, {"torch"}]),
    ("tables", "spark"): ("tables.py", [{"pyspark"}]),
    ("tables", "duckdb"): ("tables.py", [{"duckdb"}]),
    ("tables", "polars"): ("tables.py", [{"polars"}, {"pyarrow"}]),
    ("ml", "scikit-learn"): ("ml.py", [{"scikit-learn"}, {"pyarrow"}]),
    ("ml", "spark"): ("ml.py", [{"pyspark"}]),
    ("first_show", "spark"): ("first_show.py", [{"pyspark"}]),
    ("first_predict", "keras-jax"): ("first_predict.py", [{"keras"}, {"jax"}]),
    ("first_predict", "keras-tensorflow"): ("first_predict.py", [{"keras"}, {"tensorflow", "tensorflow-cpu"}]),
}


@dataclass(frozen=True)
class Goal:
    """firesteel is to take at most `most` times what a peer takes; without a peer, `most` units."""

    most: float
    peer: str | None = None

    def text(self, unit):
        return f"<= {self.most} x {self.peer}" if self.peer else f"<= {self.most} {unit}"

    def is_met(self, ours, ratios):
        """`None` where the numbers to tell are missing."""
        value = ratios.get(self.peer) if self.peer else ours
        return None if value is None else value <= self.most


@dataclass(frozen=True)
class Row:
    group: str
    name: str
    unit: str
    goal: Goal
    # where not all peers of the group have the row
    peers: tuple | None = None
    # which of the sizes its data has
    size: str | None = None
    tolerance: float = TOLERANCE

    def engines(self):
        known = [engine for group, engine in PEERS if group == self.group]
        return ["firesteel", *(engine for engine in known if self.peers is None or engine in self.peers)]


# Keras on its backends
KERAS = ("keras-jax", "keras-tensorflow", "keras-torch")

ROWS = [
    Row("networks", "mlp128", "ms", Goal(0.25, "keras-jax")),
    Row("networks", "mlp784", "ms", Goal(0.95, "keras-jax")),
    Row("networks", "cnn", "ms", Goal(0.85, "keras-tensorflow")),
    Row("networks", "cnn_memory", "MiB", Goal(1.0, "keras-tensorflow"), KERAS),
    Row("networks", "lstm", "ms", Goal(0.8, "pytorch")),
    Row("inference", "resnet50_1", "ms", Goal(0.8, "keras-jax")),
    Row("inference", "resnet50_8", "ms", Goal(0.8, "keras-jax")),
    # plain DataFusion is measured by firesteel's own benchmark
    Row("tables", "group_small", "s", Goal(1.05, "datafusion"), size="table_rows"),
    Row("tables", "group_large", "s", Goal(1.05, "datafusion"), size="table_rows"),
    Row("tables", "join", "s", Goal(1.05, "datafusion"), size="table_rows"),
    Row("tables", "top", "s", Goal(1.05, "datafusion"), size="table_rows"),
    Row("tables", "filter", "s", Goal(1.05, "datafusion"), size="table_rows"),
    Row("tables", "words_dataframe", "s", Goal(1.05, "datafusion"), size="words"),
    Row("tables", "words_rdd", "s", Goal(0.06, "spark"), ("spark",), size="words"),
    # each system draws its own start
    Row("ml", "kmeans", "s", Goal(1.0, "scikit-learn"), size="ml_rows", tolerance=1e-3),
    # scikit-learn tries all splits, the others some
    Row("ml", "decision_tree", "s", Goal(0.15, "spark"), size="ml_rows", tolerance=0.03),
    Row("first_show", "first_show_sql", "s", Goal(0.1)),
    Row("first_show", "first_show_csv", "s", Goal(0.1)),
    Row("first_predict", "first_predict", "s", Goal(0.05)),
]


class Failed(Exception):
    """A program that did not give a number."""


def main():
    given = arguments()
    programs = build()
    data = {group: make_data(programs[group], group, given) for group in FILES
            if any(row.group == group for row in given.rows)}
    versions = machine.peer_versions(given.python)
    results, failures = [], {}
    for row in given.rows:
        commands = {engine: command(row, engine, programs, given.python, data) for engine in row.engines()
                    if engine == "firesteel" or not given.systems or engine in given.systems}
        missing = [engine for engine in commands if not is_installed(row.group, engine, versions)]
        for engine in missing:
            del commands[engine]
            failures[f"{row.name} {engine}"] = "not installed"
        runs = measure(row, commands, given.rounds, failures)
        results.append(report.result(row, runs, size(row, given)))
    print(report.markdown(results))
    for what, why in failures.items():
        print(f"no number for {what}: {why}")
    write(given, results, failures, versions)
    return 1 if any(what.endswith(" firesteel") for what in failures) else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the peers")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="rows, or groups of rows")
    parser.add_argument("--systems", nargs="+", default=[], metavar="NAME", help="the real systems to measure; all unless said")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--name", default="side_by_side", help="of the file in benches/results")
    parser.add_argument("--table-rows", type=int, default=10_000_000, help="rows of the table that is queried")
    parser.add_argument("--words", type=int, default=60_000_000, help="words of the text that are counted")
    parser.add_argument("--ml-rows", type=int, default=1_000_000, help="rows of the table that learners fit")
    given = parser.parse_args()
    if given.rounds < 1:
        parser.error("--rounds must be at least 1")
    known = {name for row in ROWS for name in (row.group, row.name)}
    for name in given.only:
        if name not in known:
            parser.error(f"unknown name {name}; known names: {', '.join(sorted(known))}")
    systems = {system for _, system in PEERS}
    for name in given.systems:
        if name not in systems:
            parser.error(f"unknown system {name}; known systems: {', '.join(sorted(systems))}")
    given.rows = [row for row in ROWS if not given.only or {row.group, row.name} & set(given.only)]
    return given


def build():
    """firesteel's programs by name. Built with the command line, so that what that compiled is not compiled again."""
    packages = ["--package", "firesteel-cli", "--package", "firesteel-benches"]
    cargo = [os.environ.get("CARGO", "cargo"), "build", "--release", "--bins", *packages]
    built = subprocess.run(
        [*cargo, "--message-format=json-render-diagnostics"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    messages = [json.loads(line) for line in built.stdout.splitlines()]
    return {m["target"]["name"]: m["executable"] for m in messages if m.get("executable")}


def make_data(program, group, given):
    """The folder of a group's files, which are made if they are not there."""
    sizes = [text for option, name in FILES[group].items() for text in (option, str(getattr(given, name)))]
    return json.loads(machine.output([program, *sizes, "--make"]))["data"]


def size(row, given):
    """How much data a row has, such as `10,000,000 rows`; `None` where that cannot be chosen."""
    return f"{getattr(given, row.size):,} {SIZES[row.size]}" if row.size else None


def is_installed(group, engine, versions):
    if engine == "firesteel":
        return True
    return all(choices & set(versions) for choices in PEERS[group, engine][1])


def command(row, engine, programs, python, data):
    """What measures a row once."""
    once = ["--rounds", "1"]
    folder = ["--data", data[row.group]] if row.group in data else []
    if engine != "firesteel":
        return [python, str(HERE / "peers" / PEERS[row.group, engine][0]), engine, row.name, *once, *folder]
    if row.group == "tables":
        return [programs["tables"], "--only", row.name, *once, *folder]
    return [programs[row.group], row.name, *once, *folder]


def measure(row, commands, rounds, failures):
    """The numbers of each engine, a round after the other; an engine that fails has no further turn."""
    runs, answer = collections.defaultdict(list), None
    for index in range(rounds):
        turns = list(commands)
        first = index % max(len(turns), 1)
        for engine in turns[first:] + turns[:first]:
            try:
                line = number(commands[engine])
                answer = agreed(answer, line.get("answer"), row.tolerance)
            except Failed as error:
                failures[f"{row.name} {engine}"] = str(error)
                runs.pop(engine, None)
                del commands[engine]
                continue
            for measured, value in line["values"].items():
                runs[measured].append(value)
                print(f"{row.name} {measured}: {value:.4g} {row.unit}", file=sys.stderr, flush=True)
    return dict(runs)


def number(command):
    """The line of JSON that a program prints last."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(type(error).__name__) from error
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise Failed(said[-1])
    return json.loads(lines[-1])


def agreed(known, answer, tolerance):
    """The answer of a row, after a look at whether this system gives the same."""
    if known is not None and answer is not None and not is_close(known, answer, tolerance):
        raise Failed(f"another answer: {answer} instead of {known}")
    return answer if known is None else known


def is_close(a, b, tolerance):
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(is_close(*pair, tolerance) for pair in zip(a, b))
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return math.isclose(a, b, rel_tol=tolerance)
    return a == b


def write(given, results, failures, versions):
    folder = ROOT / "benches" / "results"
    folder.mkdir(exist_ok=True)
    sizes = [name for name in SIZES if any(row.size == name for row in given.rows)]
    content = {
        "name": given.name,
        "date": datetime.date.today().isoformat(),
        "command": f"benches/side_by_side/run.py --rounds {given.rounds}"
        + (f" --only {' '.join(given.only)}" if given.only else "")
        + (f" --systems {' '.join(given.systems)}" if given.systems else "")
        + "".join(f" --{name.replace('_', '-')} {getattr(given, name)}" for name in sizes),
        "machine": machine.machine(),
        "versions": {**machine.our_versions(ROOT), **versions},
        "rounds": given.rounds,
        "results": results,
        # why is printed alone: messages name places of the machine
        "no_number_for": sorted(failures),
    }
    path = folder / f"{given.name}.json"
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(f"written: {path.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
