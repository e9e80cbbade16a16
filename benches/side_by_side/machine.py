# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a result must say about the machine and the versions it was measured with."""
import json
import os
import pathlib
import platform
import subprocess

PACKAGES = [
    "duckdb", "jax", "keras", "numpy", "polars", "pyarrow", "pyspark", "scikit-learn", "tensorflow", "tensorflow-cpu",
    "torch",
]
PROBE = """
import importlib.metadata, json, platform, sys
versions = {"python": platform.python_version()}
for package in sys.argv[1:]:
    try:
        versions[package] = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps(versions))
"""


def machine():
    return {
        "cpu": first_value("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
    }


def first_value(file, key):
    """The value of the first line `key : value` of a file, if there is one."""
    path = pathlib.Path(file)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    values = [line.split(":", 1)[1].strip() for line in lines if line.startswith(key)]
    return values[0] if values else None


def peer_versions(python):
    """The versions of the peers that an interpreter has."""
    return json.loads(output([python, "-c", PROBE, *PACKAGES]))


def our_versions(root):
    changed = output(["git", "status", "--porcelain"], root)
    commit = output(["git", "rev-parse", "--short", "HEAD"], root)
    return {"firesteel": commit + (" and changes" if changed else ""), "rustc": output(["rustc", "--version"], root)}


def output(command, folder=None):
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
