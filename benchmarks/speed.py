"""`python -m benchmarks.speed`: milliseconds a workbook and peak memory, beside other engines, in one run.

Every engine does the same job in a process of its own and writes the workbook to a file; the median counts.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.engines import ENGINES
from benchmarks.jobs import LARGE, SMALL, Job

_SECONDS = 2.0
_JOBS = {job.name: job for job in (SMALL, LARGE)}


def timed(engine: str, job: Job) -> dict[str, float]:
    """The median time of a fill with its write to a file [ms], and the process's peak memory [MB]."""
    fill = ENGINES[engine](job)
    target = Path(tempfile.mkdtemp()) / "filled.xlsx"
    target.write_bytes(fill())
    times = []
    until = time.perf_counter() + _SECONDS
    while len(times) < 3 or (time.perf_counter() < until and len(times) < 2000):
        start = time.perf_counter()
        target.write_bytes(fill())
        times.append(time.perf_counter() - start)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"ms": median(times) * 1000, "mb": memory, "bytes": target.stat().st_size}


def main() -> None:
    """Print the table of both jobs."""
    if len(sys.argv) == 3:
        print(json.dumps(timed(sys.argv[1], _JOBS[sys.argv[2]])))
        return
    for job in _JOBS.values():
        rows = {}
        for engine in ENGINES:
            command = [sys.executable, "-m", "benchmarks.speed", engine, job.name]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{engine}: not run: {done.stderr.strip().splitlines()[-1]}")
                continue
            rows[engine] = json.loads(done.stdout.splitlines()[-1])
        slow, fast = rows["openpyxl"]["ms"], rows["floor: deflate (isal 1) and write"]["ms"]
        print(f"\n{job.name}\n\n| engine | ms | x openpyxl | x floor | peak MB | bytes |\n|---|---|---|---|---|---|")
        for engine, row in rows.items():
            print(
                f"| {engine} | {row['ms']:.2f} | {slow / row['ms']:.1f} | {row['ms'] / fast:.2f} "
                f"| {row['mb']:.0f} | {row['bytes']:.0f} |"
            )


if __name__ == "__main__":
    main()
