"""Workbooks a second and memory of `kpi fill`, by the size of the batch.

    python -m benchmarks.batch_size --clients 100 --months 1 --months 12 --workers 2

Each line is one run of the command on an invented agency's export (many_clients.py): how many workbooks, how many a
second from the first one on, the CPU time of one, and the largest memory of the first process and of a worker, in the
first and in the last third of the run. Memory that grew with the batch would differ.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks import many_clients

_MONTHS = [*(f"2025-{month:02}" for month in range(11, 13)), *(f"2026-{month:02}" for month in range(1, 11))]
_MB = 1 << 20


def measured(exports: Path, out: Path, template: str, months: int, workers: int) -> str:
    """One run, as a line of the table."""
    command = [sys.executable, "-m", "addin.cli", "fill", str(exports), "--template", template, "--by", "client"]
    command += [word for month in _MONTHS[-months:] for word in ("--period", month)]
    command += ["--out", str(out), "--workers", str(workers), "--language", "en"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    first = psutil.Process(running.pid)
    seen: list[tuple[float, int, int, int]] = []
    cpu: dict[int, float] = {}
    while running.poll() is None:
        try:
            children = first.children(recursive=True)
            for process in (first, *children):
                cpu[process.pid] = sum(process.cpu_times()[:2])
            resident = [process.memory_info().rss for process in children] or [0]
            done = len(list(out.glob("*.xlsx")))
            seen.append((time.monotonic(), done, first.memory_info().rss, max(resident)))
        except psutil.Error:
            pass
        time.sleep(0.5)
    if running.returncode:
        raise SystemExit(f"kpi fill ended in {running.returncode}")
    total = len(list(out.glob("*.xlsx")))
    began = next(at for at, done, *_ in seen if done)
    third, rest = [it for it in seen if 0 < it[1] <= total / 3], [it for it in seen if it[1] > total * 2 / 3]
    memory = " | ".join(f"{max(it[place] for it in part) / _MB:.0f}" for place in (2, 3) for part in (third, rest))
    rate = total / (seen[-1][0] - began)
    return f"| {total:,} | {workers} | {rate:.2f} | {sum(cpu.values()) / total:.2f} | {memory} |"


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--months", type=int, action="append")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--template", default="outsourced_sales")
    asked = parser.parse_args()
    print("| workbooks | workers | a second | CPU s each | first process, MB: first third | last | worker, MB | last |")
    print("|---|---|---|---|---|---|---|---|")
    with TemporaryDirectory(prefix="kpi-batch-") as made:
        exports = Path(made, "exports")
        many_clients.write(exports, asked.clients)
        for months in asked.months or [1]:
            print(measured(exports, Path(made, f"out-{months}"), asked.template, months, asked.workers), flush=True)


if __name__ == "__main__":
    main()
