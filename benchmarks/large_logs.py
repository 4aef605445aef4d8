"""`python -m benchmarks.large_logs`: a scorecard of 200 sellers x 24 months beside the same figures written by hand.

Each engine answers in a process of its own, in turns, so that all meet the same noise; the medians count. Every answer
is compared with ours, figure by figure, before any time is printed. Times are without imports, the wall's and the
processor's, at two threads and at one; the memory is the process's peak. KPI_ROWS="100000 1000000" sets other sizes,
KPI_THREADS="2" other numbers of threads, KPI_TURNS how often each engine answers (default 3; pandas once).
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import by_hand, made_log
from benchmarks.by_hand import FIGURES, Answer

_SIZES = [int(size) for size in os.environ.get("KPI_ROWS", "100000 1000000 10000000").split()]
_TURNS = int(os.environ.get("KPI_TURNS", "3"))
_THREADS = [int(threads) for threads in os.environ.get("KPI_THREADS", "2 1").split()]
_MOST_FOR_PANDAS = 1_000_000  # it goes through the rows month by month and seller by seller: ten million take too long
_OURS = "kpi"
_PERIOD = "2024-01..2025-12"


def ours(file: Path, threads: int) -> Answer:
    """The readings of every month and seller, and of them the figures that the others compute."""
    import pyarrow as pa

    from kpi_core.counting.scorecards import count
    from kpi_core.intake.columnar.reading import read_logs
    from kpi_core.periods import period

    pa.set_cpu_count(threads)
    logged = read_logs([file], by="seller", today=date.today())  # noqa: DTZ011
    assert logged is not None
    months = period(_PERIOD).months()
    kpis = ("win_rate", "pipeline_value", "sales_cycle_days")
    found: Answer = {}
    for number, one in enumerate(
        count(logged.survey, logged.batches(), logged.intake.data, months, by="seller", kpis=kpis)
    ):
        readings = {(it.kpi, it.group[1] if it.group else None): it for it in one.readings}
        for seller in [None, *logged.survey.groups]:
            won, open_, cycle = (readings[kpi, seller] for kpi in kpis)
            found[number, seller] = _figures(won, open_, cycle)
    return found


def _figures(won: Any, open_: Any, cycle: Any) -> tuple[float, ...]:
    """Those of FIGURES that a reading shows; what only decides its status is NaN."""
    year = open_.parts["expected_value"] / open_.value if open_.value and "expected_value" in open_.parts else None
    shown = [won.parts["won"], won.parts["lost"], won.parts.get("won_value"), year]
    shown += [open_.n, open_.value, None, None, open_.parts.get("stale_value"), cycle.parts.get("open_age")]
    shown += [cycle.n or None, *(cycle.parts.get(name) for name in ("mean", "median", "p90")), None, None]
    return tuple(math.nan if figure is None else float(figure) for figure in shown)


ENGINES = {_OURS: ours, "duckdb": by_hand.duckdb, "polars": by_hand.polars, "pandas": by_hand.pandas}


def differing(one: Answer, other: Answer) -> str | None:
    """The first figure in which two answers differ; NaN is not compared."""
    if more := other.keys() - one.keys():
        return f"other groups: {sorted(map(str, more))[:3]}"
    for key, figures in one.items():
        if key not in other:
            continue
        for name, mine, its in zip(FIGURES, figures, other[key], strict=True):
            if not (math.isnan(mine) or math.isnan(its) or math.isclose(mine, its, rel_tol=1e-9, abs_tol=1e-6)):
                return f"{key} {name}: {mine!r}, {its!r}"
    return None


def answered(engine: str, file: Path, threads: int, answer: Path) -> dict[str, float]:
    """One answer, written to a file; its time on the wall and of the processor [s], and the peak memory [MB]."""
    for module in {_OURS: ("pandas", "pandera.pandas", "pyarrow.parquet")}.get(engine, (engine,)):
        if engine == "polars":
            os.environ["POLARS_MAX_THREADS"] = str(threads)
        __import__(module)
    if engine == _OURS:
        from kpi_core.catalogue import catalogue

        catalogue()
    wall, processor = time.perf_counter(), time.process_time()
    found = ENGINES[engine](file, threads)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    answer.write_text(json.dumps([[month, seller, figures] for (month, seller), figures in found.items()]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": wall, "cpu": processor, "mb": peak}


def _read(answer: Path) -> Answer:
    return {(month, seller): tuple(figures) for month, seller, figures in json.loads(answer.read_text())}


def compared(file: Path, rows: int, threads: int, folder: Path) -> dict[str, dict[str, float]]:
    """Each engine's median over the turns. Raises SystemExit where an answer differs from ours."""
    engines = [name for name in ENGINES if name != "pandas" or (rows <= _MOST_FOR_PANDAS and threads == 1)]
    turns: dict[str, list[dict[str, float]]] = {name: [] for name in engines}
    for turn in range(_TURNS):
        for name in engines:
            if turn and name == "pandas":
                continue
            answer = folder / f"{name}.json"
            command = [sys.executable, "-m", "benchmarks.large_logs", name, str(file), str(threads), str(answer)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            turns[name].append(json.loads(done.stdout.splitlines()[-1]))
            if name != _OURS and (found := differing(_read(folder / f"{_OURS}.json"), _read(answer))):
                raise SystemExit(f"{name} differs from ours: {found}")
    return {name: {key: median(turn[key] for turn in run) for key in run[0]} for name, run in turns.items()}


def main() -> None:
    """Print a table for each number of threads."""
    if len(sys.argv) == 5:
        name, file, threads, answer = sys.argv[1:]
        print(json.dumps(answered(name, Path(file), int(threads), Path(answer))))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for rows in _SIZES:
            made_log.write(rows, folder / f"{rows}.parquet")
        for threads in _THREADS:
            print(f"\n{threads} thread{'s' if threads > 1 else ''}, median of {_TURNS}\n")
            print("| rows | engine | CPU s | x the faster | wall s | x the faster | peak MB |")
            print("|---|---|---|---|---|---|---|")
            for rows in _SIZES:
                found = compared(folder / f"{rows}.parquet", rows, threads, folder)
                least = {key: min(found[name][key] for name in ("duckdb", "polars")) for key in ("cpu", "wall")}
                for name, it in found.items():
                    times = [f"{it[key]:.2f} | {it[key] / least[key]:.2f}" for key in ("cpu", "wall")]
                    print(f"| {rows:,} | {name} | {times[0]} | {times[1]} | {it['mb']:,.0f} |")
        print("\npandas is asked with one thread, which is all it has, and for no more than a million rows.")


if __name__ == "__main__":
    main()
