# SPDX-License-Identifier: MIT OR Apache-2.0
"""Seconds a query takes, after one run to warm up: spark group_small --data FOLDER

Plain DataFusion is measured by firesteel's own benchmark, in the same process.

The folder is the one that `tables --make` names.
"""
import pathlib

import common

QUERIES = {
    "group_small": "select id1, sum(v1) s from g group by id1 order by id1 limit 3",
    "group_large": "select id6, sum(v1) s, avg(v3) a from g group by id6 order by id6 limit 3",
    "join": "select d.w > 0.5 as k, count(*) c, sum(g.v3) s from g join d on g.id6 = d.id6 group by 1 order by 1",
    "top": "select id6, v3 from g order by v3 desc, id6 limit 10",
    "filter": "select count(*) c, avg(v3) a from g where id1 = 'id042' and v1 > 2",
}
# how each engine takes the words of a line apart
WORDS = "select w, count(*) n from (select {split} w from lines) words group by w order by n desc, w desc limit 3"
SPLIT = {
    "spark": "explode(split(lower(value), ' '))",
    "duckdb": "unnest(string_split(lower(value), ' '))",
}


def spark(files):
    session = common.spark_session()
    session.read.parquet(files["g"]).createOrReplaceTempView("g")
    session.read.parquet(files["d"]).createOrReplaceTempView("d")
    session.read.text(files["lines"]).createOrReplaceTempView("lines")

    def words():
        ones = session.sparkContext.textFile(files["lines"]).flatMap(str.split).map(lambda word: (word.lower(), 1))
        counts = ones.reduceByKey(lambda a, b: a + b)
        return [(word, n) for n, word in counts.map(lambda pair: pair[::-1]).top(3)]

    return lambda sql: [tuple(row) for row in session.sql(sql).collect()], words


def duckdb(files):
    import duckdb

    connection = duckdb.connect()
    for name in ("g", "d"):
        connection.execute(f"create view {name} as select * from '{files[name]}'")
    options = "header=false, delim='\\x01', quote='', columns={'value': 'varchar'}"
    connection.execute(f"create view lines as select * from read_csv('{files['lines']}', {options})")
    return lambda sql: connection.sql(sql).fetchall(), None


def polars(files):
    import polars

    tables = {name: polars.scan_parquet(files[name]) for name in ("g", "d")}
    context = polars.SQLContext(**tables)

    def words():
        lines = polars.scan_csv(
            files["lines"], has_header=False, separator="\x01", quote_char=None, new_columns=["w"]
        )
        found = lines.select(polars.col("w").str.to_lowercase().str.split(" ").explode()).group_by("w").len("n")
        return found.sort(["n", "w"], descending=True).head(3).collect(engine="streaming").rows()

    return lambda sql: context.execute(sql).collect(engine="streaming").rows(), words


def printed(value):
    """Truth values as texts, as firesteel's benchmark prints them."""
    return str(value).lower() if isinstance(value, bool) else value


engines = {"spark": spark, "duckdb": duckdb, "polars": polars}
given = common.arguments(engines, [*QUERIES, "words_dataframe", "words_rdd"])
folder = pathlib.Path(given.data or ".")
names = {"g": "g1.parquet", "d": "dim.parquet", "lines": "words.txt"}
sql, words = engines[given.engine]({table: str(folder / name) for table, name in names.items()})

if given.row in QUERIES:
    def run():
        return sql(QUERIES[given.row])
elif given.row == "words_dataframe" and given.engine in SPLIT:
    def run():
        return sql(WORDS.format(split=SPLIT[given.engine]))
elif words and (given.row == "words_rdd") == (given.engine == "spark"):
    run = words
else:
    raise SystemExit(f"{given.engine} has no form of {given.row}")

# a minute of Python closures needs no warming up
if given.row != "words_rdd":
    run()
measured = [common.seconds(run) for _ in range(given.rounds)]
answer = [[printed(value) for value in row] for row in measured[-1][1]]
common.report(given, "s", [seconds for seconds, _ in measured], answer=answer)
