# SPDX-License-Identifier: MIT OR Apache-2.0
"""What the peers' scripts share: their command line, the clock, and the line of JSON that each prints."""
import argparse
import json
import statistics
import time


def arguments(engines, rows):
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=engines)
    parser.add_argument("row", choices=rows)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", help="the folder of the tables")
    return parser.parse_args()


def seconds(run):
    """How long `run` takes, and what it returns."""
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def report(given, unit, runs, **facts):
    line = {
        "row": given.row,
        "unit": unit,
        "values": {given.engine: statistics.median(runs)},
        "runs": {given.engine: runs},
        **facts,
    }
    print(json.dumps(line), flush=True)
