# SPDX-License-Identifier: MIT OR Apache-2.0
"""What the peers' scripts share: their command line, Spark's session, the clock, and the line that each prints."""
import argparse
import json
import statistics
import time


def arguments(engines, rows):
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=engines)
    parser.add_argument("row", choices=rows)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", help="the folder of the data")
    return parser.parse_args()


def seconds(run):
    """How long `run` takes, and what it returns."""
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def spark_session():
    """Spark on all cores, silent, with room for the data."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false")
    settings = {
        "spark.driver.host": "localhost",
        "spark.driver.memory": "8g",
        "spark.sql.shuffle.partitions": "4",
        "spark.ui.showConsoleProgress": "false",
    }
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def report(given, unit, runs, **facts):
    line = {
        "row": given.row,
        "unit": unit,
        "values": {given.engine: statistics.median(runs)},
        "runs": {given.engine: runs},
        **facts,
    }
    print(json.dumps(line), flush=True)
