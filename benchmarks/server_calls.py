"""A call's round trip over loopback: WINRATE through `kpi serve` beside a function of xlwings that does nothing.

    python -m benchmarks.server_calls                      # 1, 1,000, 100,000 and 1,000,000 cells
    python -m benchmarks.server_calls --cells 1 100000 --seconds 2

Both services, and the client, share one core; both get the same bytes, in turns. The peer is xlwings Server as its own
command starts it, with the one change that favours it: its search for Pyodide, one for every cell, is switched off,
without which it needs a thousand times as long. What is sent is a column of words: 1,000,000 cells are the largest
request, 10 MB, against the 16 MB that the service takes unless told otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

CELLS = (1, 1_000, 100_000, 1_000_000)
PATH = "/xlwings/custom-functions-call"
LIMIT = 1.25

_NOTHING = """
import xlwings.utils
xlwings.utils.is_jsnull = lambda value: False
from xlwings.server import func

@func
def nothing(outcomes):
    return 0.25
"""


def main() -> int:
    """Print a line for each size; 1 where a ratio is above the limit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cells", type=int, nargs="+", default=CELLS)
    parser.add_argument("--seconds", type=float, default=20.0, help="for each size and service at least")
    parser.add_argument("--quick", action="store_true", help="one small size, briefly")
    asked = parser.parse_args()
    if asked.quick:
        asked.cells, asked.seconds = (1_000,), 0.2
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # the services inherit it
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder, ours(Path(folder)) as kpi, peer(Path(folder)) as nothing:
        print("| cells | bytes | WINRATE ms | no-op ms | WINRATE / no-op |\n|---|---|---|---|---|")
        for cells in asked.cells:
            mine, its = round_trips(kpi, nothing, cells, asked.seconds)
            ratio = mine / its
            worst = max(worst, ratio)
            print(f"| {cells:,} | {len(body('winrate', cells)):,} | {mine:.2f} | {its:.2f} | {ratio:.2f} |", flush=True)
    return int(worst > LIMIT and not asked.quick)


def round_trips(kpi: int, nothing: int, cells: int, seconds: float) -> tuple[float, float]:
    """The median milliseconds of both for one size, asked in turns until each had its time, five times at least."""
    services = ((kpi, body("winrate", cells)), (nothing, body("nothing", cells)))
    took: tuple[list[float], list[float]] = ([], [])
    for port, asked in services:
        once(port, asked)  # the first call loads what a function needs
    while min(map(len, took)) < 5 or sum(took[0]) < seconds * 1000:
        for (port, asked), times in zip(services, took, strict=True):
            times.append(once(port, asked))
    return statistics.median(took[0]), statistics.median(took[1])


def once(port: int, asked: bytes) -> float:
    """The milliseconds of a call on an open connection; a refusal is not taken for speed."""
    connection = HTTPConnection("127.0.0.1", port)
    connection.connect()
    started = time.perf_counter()
    connection.request("POST", PATH, asked, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    result = json.loads(answer.read())["result"]
    took = (time.perf_counter() - started) * 1000
    connection.close()
    if answer.status != 200 or not isinstance(result[0][0], float):
        raise RuntimeError(f"{answer.status}: {result}")
    return took


def body(name: str, cells: int) -> bytes:
    """A call over a column of so many words, a quarter of them won."""
    words = [["won"], ["lost"], ["lost"], ["lost"]]
    column = (words * (cells // 4 + 1))[:cells]
    call = {"client": "Office.js", "func_name": name, "args": [column], "runtime": "1.4", "version": ""}
    return json.dumps(call, separators=(",", ":")).encode()


@contextmanager
def ours(folder: Path) -> Iterator[int]:
    """`kpi serve` on a free port."""
    port = free_port()
    with started(["-m", "addin", "serve", "--noncommercial", "--port", str(port)], folder, port, {}):
        yield port


@contextmanager
def peer(folder: Path) -> Iterator[int]:
    """xlwings Server with a function that does nothing."""
    project = folder / "peer"
    for name, source in (("custom_functions", _NOTHING), ("custom_scripts", "")):
        (project / name).mkdir(parents=True)
        (project / name / "__init__.py").write_text(source, encoding="utf-8")
    port = free_port()
    environment = {
        "XLWINGS_PROJECT_DIR": str(project),
        "XLWINGS_LICENSE_KEY": "noncommercial",
        "XLWINGS_ENABLE_SOCKETIO": "false",
        "XLWINGS_LOG_LEVEL": "WARNING",
    }
    command = ["-m", "uvicorn", "xlwings_server.main:main_app", "--port", str(port), "--log-level", "error"]
    with started(command, project, port, environment):
        yield port


@contextmanager
def started(command: list[str], folder: Path, port: int, environment: dict[str, str]) -> Iterator[None]:
    """A service in a process of its own, from when it answers."""
    process = subprocess.Popen(
        [sys.executable, *command], cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                if time.monotonic() > until or process.poll() is not None:
                    raise
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
