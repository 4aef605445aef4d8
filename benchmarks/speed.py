"""`python -m benchmarks.speed [--quick]`: workbooks per CPU second and peak memory, beside other engines, in one run.

Every engine does the same job in a process of its own and writes the workbook to a file; the median counts. CPU time,
the system's for the write with it, is less at the mercy of a busy machine than the clock on the wall.
`TMPDIR=/dev/shm` leaves the disk out of it.
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

from benchmarks.engines import ENGINES, FLOOR
from benchmarks.jobs import LARGE, SMALL, Job

QUICK = "--quick"
_SECONDS = 2.0
_JOBS = {job.name: job for job in (SMALL, LARGE)}


def timed(engine: str, job: Job, seconds: float) -> dict[str, float]:
    """The median CPU time of a fill with its write to a file [ms], and the process's peak memory [MB]."""
    fill, least = ENGINES[engine](job), ENGINES[FLOOR](job)
    target = Path(tempfile.mkdtemp()) / "filled.xlsx"
    times: dict[str, list[float]] = {"fill": [], "floor": []}
    until = time.perf_counter() + seconds
    while len(times["fill"]) < 3 or (time.perf_counter() < until and len(times["fill"]) < 2000):
        for name, work in (("floor", least), ("fill", fill)):  # in turns, so that both meet the same noise
            start = time.process_time()
            target.write_bytes(work())
            times[name].append(time.process_time() - start)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ours, floor = median(times["fill"]) * 1000, median(times["floor"]) * 1000
    return {"ms": ours, "floors": ours / floor, "mb": memory, "bytes": target.stat().st_size}


def main() -> None:
    """Print the table of both jobs; an engine that is not installed or fails is told, and left out."""
    words = [word for word in sys.argv[1:] if word != QUICK]
    if words:
        print(json.dumps(timed(words[0], _JOBS[words[1]], 0.1 if QUICK in sys.argv else _SECONDS)))
        return
    for job in (SMALL,) if QUICK in sys.argv else _JOBS.values():
        rows = {}
        print(f"\n{job.name}:\n")
        for engine in ENGINES:
            command = [sys.executable, "-m", "benchmarks.speed", engine, job.name, *sys.argv[1:]]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{engine}: not run: {done.stderr.strip().splitlines()[-1]}\n")
                continue
            rows[engine] = json.loads(done.stdout.splitlines()[-1])
        slow = rows["openpyxl"]["ms"]
        print("| engine | workbooks per CPU second | x openpyxl | x floor's time | CPU ms | peak MB | bytes |")
        print("|---|---|---|---|---|---|---|")
        for engine, row in rows.items():
            print(
                f"| {engine} | {1000 / row['ms']:,.0f} | {slow / row['ms']:.1f} | {row['floors']:.2f} "
                f"| {row['ms']:.2f} | {row['mb']:.0f} | {row['bytes']:,.0f} |"
            )


if __name__ == "__main__":
    main()
