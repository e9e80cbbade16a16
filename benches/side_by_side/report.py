# SPDX-License-Identifier: MIT OR Apache-2.0
"""Medians, ratios and goals of what was measured, as JSON and as Markdown."""
import statistics


def result(row, runs, size):
    """The numbers of one row; `runs` has a list for each engine, `size` tells how much data."""
    medians = {engine: statistics.median(values) for engine, values in runs.items()}
    ours = medians.get("firesteel")
    peers = {engine: median for engine, median in medians.items() if engine != "firesteel"}
    ratios = {engine: ours / median for engine, median in peers.items()} if ours is not None else {}
    return {
        "row": row.name,
        "group": row.group,
        "unit": row.unit,
        **({"size": size} if size else {}),
        "medians": medians,
        "ratios": ratios,
        "goal": row.goal.text(row.unit),
        "goal_met": row.goal.is_met(ours, ratios),
        "runs": runs,
    }


def markdown(results):
    """A table for each group; behind each peer, firesteel's number divided by the peer's."""
    groups = list(dict.fromkeys(result["group"] for result in results))
    return "\n".join(table(group, [result for result in results if result["group"] == group]) for group in groups)


def table(group, results):
    engines = list(dict.fromkeys(engine for result in results for engine in result["medians"]))
    peers = [engine for engine in engines if engine != "firesteel"]
    lines = [
        cells([group, "firesteel", *peers, "goal", ""]),
        cells(["---"] * (len(peers) + 4)),
        *(cells(line(result, peers)) for result in results),
    ]
    return "\n".join(lines) + "\n"


def line(result, peers):
    met = {True: "met", False: "missed", None: ""}[result["goal_met"]]
    numbers = [number(result, engine) for engine in ["firesteel", *peers]]
    name = f"{result['row']}, {result['size']}" if "size" in result else result["row"]
    return [name, *numbers, result["goal"], met]


def number(result, engine):
    if engine not in result["medians"]:
        return "-"
    text = f"{significant(result['medians'][engine])} {result['unit']}"
    ratio = result["ratios"].get(engine)
    return text if ratio is None else f"{text} ({significant(ratio)})"


def significant(value):
    """Three digits that say something."""
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def cells(texts):
    return "| " + " | ".join(texts) + " |"
