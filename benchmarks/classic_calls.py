"""WINRATE beside an xlwings function that does nothing: the round trip through xlwings' own CallUDF and converters.

    python -m benchmarks.classic_calls [--quick]

Excel and xlwings' COM server are two processes, and so are asker and server here, on one core; what is stood in for is
COM (tests/hosts/classic/com.py): the cells travel pickled through a pipe, the same bytes for both functions. The first
table has that way in it, the second only the server's own work. The function that does nothing takes its cells as
xlwings gives them where nobody asks for something else: as cleaned rows.
"""

from __future__ import annotations

import os
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from tests.hosts.classic.com import com_server, serve

SIZES = (1, 1_000, 100_000, 1_000_000)
TARGET = 1.25
QUICK = "--quick"
SECONDS = 0.1 if QUICK in sys.argv else 4.0  # for each size
_WORDS = ("won", "lost", "open", None)
_FUNCTIONS = {"no-op": ("no_op", "default"), "WINRATE": ("addin.udfs", "WINRATE")}


def server() -> Any:
    """xlwings' server with a module of its own for the function that does nothing."""
    found = com_server()
    import xlwings as xw

    @xw.func
    @xw.arg("cells", ndim=2)
    def default(cells):  # type: ignore[no-untyped-def]  # xlwings takes a type hint for a converter
        return 0.0

    module = ModuleType("no_op")
    vars(module).update(default=default, __file__=__file__)
    sys.modules[module.__name__] = module
    return found


def medians(calls: Mapping[str, Callable[[], Any]]) -> dict[str, float]:
    """The median milliseconds of each call; they take turns, at least five each."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    began = time.perf_counter()
    while len(next(iter(times.values()))) < 5 or time.perf_counter() - began < SECONDS:
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) * 1000 for name, taken in times.items()}


def table(title: str, ask: Callable[[tuple[str, str], Any], Any]) -> None:
    """Measure every size and print a line for each."""
    print(f"\n{title}:\n\n| cells | no-op ms | WINRATE ms | WINRATE / no-op |\n|---|---|---|---|")
    for size in SIZES[1:2] if QUICK in sys.argv else SIZES:
        cells = tuple((_WORDS[row % 4],) for row in range(size)) if size > 1 else "won"
        ms = medians({name: lambda at=at, cells=cells: ask(at, cells) for name, at in _FUNCTIONS.items()})
        ratio = ms["WINRATE"] / ms["no-op"]
        verdict = "" if ratio <= TARGET else f", above {TARGET}"
        print(f"| {size:,} | {ms['no-op']:.3f} | {ms['WINRATE']:.3f} | {ratio:.2f}{verdict} |", flush=True)


def main() -> None:
    """Print both tables."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    command = [sys.executable, "-m", "benchmarks.classic_calls", "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        to, back = process.stdin, process.stdout

        def across(at: tuple[str, str], cells: Any) -> Any:
            pickle.dump([(*at, (cells,))], to)
            to.flush()
            return pickle.load(back)

        table("between two processes", across)
        to.close()
    own = server()
    table("the server's own work", lambda at, cells: own.CallUDF(*at, (cells,)))


if __name__ == "__main__":
    serve(server()) if "--serve" in sys.argv else main()
