"""How long a publisher of many courses would wait: a simulation from the trace of one cold build.

    COURSE_TRACE=trace.json .venv/bin/course build --content ... --jobs 2
    .venv/bin/python benchmarks/scale.py trace.json --modules 35

Calls are handed out longest first to so many workers, phase by phase, as `course build` does; what the command does
itself is added. It is said for one course, and for as many as have so many modules, published by one command after
the other or by several commands that share the workers. Nothing is said of networks and disks.
"""

import argparse
from pathlib import Path

from traces import course, events, peaks, several

WORKERS = (1, 8, 64, 512)
CALL = 0.009
"""Seconds that a call costs the command which hands it out (docs/scale.md)."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Simulate many workers.")
    parser.add_argument("trace", type=Path)
    parser.add_argument(
        "--modules", type=int, required=True, metavar="N", help="modules of the traced course"
    )
    parser.add_argument("--publish", type=int, default=10_000, metavar="N", help="modules of all courses")
    parser.add_argument(
        "--call", type=float, default=CALL, metavar="SECONDS", help="cost of handing out a call"
    )
    options = parser.parse_args()
    found = events(options.trace)
    one, (first, worker) = course(found), peaks(found)
    work = sum(map(sum, one.calls))
    courses = -(-options.publish // options.modules)
    print(
        f"{options.modules} modules: {one.own:.1f} s in the command, {work:.1f} s in {sum(map(len, one.calls))} calls"
    )
    print(f"memory: {first:.0f} MB in the command, {worker:.0f} MB in the largest worker\n")
    print(
        "| Workers | One course | by turns | 8 commands | 64 commands |\n| ---: | ---: | ---: | ---: | ---: |"
    )
    for workers in WORKERS:
        row = [one.alone(workers, options.call)]
        row += [several(one, courses, workers, options.call, commands) for commands in (1, 8, 64)]
        print(f"| {workers} | {' | '.join(map(_said, row))} |")


def _said(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


if __name__ == "__main__":
    main()
