# SPDX-License-Identifier: MIT OR Apache-2.0
"""Seconds from the start of a fresh process to its first table: spark first_show_sql

The script starts itself anew for each round and reads what comes out until the table is complete.
"""
import pathlib
import subprocess
import sys
import time

import common

ROWS = {"first_show_sql": "|  2|", "first_show_csv": "|        1|   50|"}
IRIS = pathlib.Path(__file__).resolve().parents[3] / "data" / "iris.csv"
SHOW = "--show"
# the lines that frame a table and its header
FRAMES = 3


def show(row):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false")
    session = builder.config("spark.driver.host", "localhost").getOrCreate()
    if row == "first_show_sql":
        session.sql("SELECT 1 + 1 AS two").show()
    else:
        flowers = session.read.option("header", True).option("inferSchema", True).csv(str(IRIS))
        flowers.groupBy("virginica").count().sort("virginica").show()


def seconds_to_table(row):
    start = time.perf_counter()
    command = [sys.executable, __file__, SHOW, row]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    lines = []
    while sum(line.startswith("+") for line in lines) < FRAMES:
        line = process.stdout.readline()
        if not line:
            break
        lines.append(line)
    seconds = time.perf_counter() - start
    process.communicate()
    if process.returncode or ROWS[row] not in [line.rstrip("\n") for line in lines]:
        raise SystemExit(f"{row}: expected a table with {ROWS[row]}, got\n{''.join(lines)}")
    return seconds


if sys.argv[1:2] == [SHOW]:
    show(sys.argv[2])
else:
    given = common.arguments(["spark"], ROWS)
    common.report(given, "s", [seconds_to_table(given.row) for _ in range(given.rounds)])
