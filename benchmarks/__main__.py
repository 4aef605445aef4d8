"""`python -m benchmarks [PART ...] [--quick] [--list] [--output FILE]`: all figures, written to docs/benchmarks.md.

Each part is a program of its own that prints tables beside its peers; parts that are named replace theirs on the page.
--quick runs every part as briefly as it can, to see that it still runs; what it prints is worth nothing, and is written
only where --output says so.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
_PEERS = (
    *("openpyxl", "XlsxWriter", "wolfxl", "excelize", "xlwings", "xlwings-server", "uvicorn", "typer"),
    *("pandas", "polars", "duckdb", "pyarrow"),
)


class Part(NamedTuple):
    """One program: its module, what it measures, and what makes it brief."""

    module: str
    title: str
    about: str
    quick: tuple[str, ...] = ("--quick",)
    brief: tuple[tuple[str, str], ...] = ()


PARTS = {
    "fill": Part(
        "benchmarks.speed",
        "Workbooks per second",
        "The same job in every engine, each in a process of its own, written to a file; CPU time. The floor is the "
        "least that any engine must do: deflate what changes, and write. XlsxWriter has no template to keep.",
    ),
    "service": Part(
        "benchmarks.server_calls",
        "A function through `kpi serve`",
        "WINRATE's round trip over loopback beside a function of xlwings Server that does nothing, on one core.",
    ),
    "classic": Part(
        "benchmarks.classic_calls",
        "A function through xlwings' COM server",
        "WINRATE beside an xlwings function that does nothing; two processes and a pipe stand in for COM.",
    ),
    "users": Part(
        "benchmarks.server_users",
        "Fifty users at once",
        "Each calls again as soon as it has its answer; then beside clients that mean harm.",
    ),
    "logs": Part(
        "benchmarks.large_logs",
        "Large logs",
        "A scorecard of 200 sellers and 24 months from parquet, with every reading's status and words, beside the same "
        "figures written by hand; the answers are compared before a time is printed.",
        (),
        (("KPI_ROWS", "20000"), ("KPI_TURNS", "1"), ("KPI_THREADS", "2")),
    ),
    "startup": Part(
        "benchmarks.startup",
        "Start-up",
        "Whole processes, the least CPU time of each.",
    ),
}


def main() -> int:
    """Run the parts that were asked for; 1 where one failed or missed its own limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("parts", nargs="*", metavar="PART", help="all of them by default; --list names them")
    parser.add_argument("--quick", action="store_true", help="as briefly as possible: whether they run")
    parser.add_argument("--list", action="store_true", help="list the parts")
    parser.add_argument("--output", type=Path, help="the page; by default docs/benchmarks.md, and none where --quick")
    asked = parser.parse_args()
    if unknown := [it for it in asked.parts if it not in PARTS]:
        parser.error(f"found {', '.join(unknown)}, allowed are {', '.join(PARTS)}")
    if asked.list:
        for name, part in PARTS.items():
            print(f"{name:9} python -m {part.module:24} {part.title}")
        return 0
    output = asked.output or (None if asked.quick else PAGE)
    failed, sections = [], _sections(output) if output and output.exists() and asked.parts else {}
    for name in asked.parts or PARTS:
        part = PARTS[name]
        print(f"\n## {part.title}\n", flush=True)
        note = f"{_now()}, load {_load()} at the start."
        told, code = run(part, quick=asked.quick)
        failed += [name] if code else []
        sections[part.title] = f"`python -m {part.module}`. {part.about}\n\n{told}\n\n{note}"
    if output:
        titles = [part.title for part in PARTS.values() if part.title in sections]
        page = [machine(), *(f"## {title}\n\n{sections[title]}" for title in titles)]
        output.write_text("\n\n".join(page) + "\n", encoding="utf-8")
        print(f"\nWritten: {output}")
    if failed:
        print(f"failed, or above their own limit: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def _sections(page: Path) -> dict[str, str]:
    """What the page holds already, by title: parts that are not run again stay, with their own date."""
    _, *parts = page.read_text(encoding="utf-8").split("\n## ")
    return {title: text.strip() for title, _, text in (part.partition("\n") for part in parts)}


def run(part: Part, *, quick: bool) -> tuple[str, int]:
    """What a part prints, shown while it runs, and its exit code."""
    command = [sys.executable, "-m", part.module, *(part.quick if quick else ())]
    environment = {**os.environ, **(dict(part.brief) if quick else {})}
    told = ""
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            told += line
    return told.strip(), process.returncode


def machine() -> str:
    """The page's head: how it was made, on what, with which versions."""
    return f"""# Benchmarks

Written by `python -m benchmarks` and not edited by hand. What counts is each table's ratios: all its lines come from
one run, in turns where they are compared. Times vary with the machine and with what else runs on it; load is how many
processes want a core (0 is a quiet machine).

- {_processor()}, {os.cpu_count()} cores; {platform.system()} {platform.release().partition("-")[0]}
- Python {platform.python_version()}; {", ".join(map(_named, _PEERS))}"""


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    return next((it.partition(":")[2].strip() for it in lines if it.startswith("model name")), platform.machine())


def _named(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} not installed"


if __name__ == "__main__":
    sys.exit(main())
