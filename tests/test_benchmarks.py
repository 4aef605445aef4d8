"""The benchmarks run and compare like with like, and the page of figures is theirs. What they measure is not judged."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from benchmarks.__main__ import PAGE, PARTS
from benchmarks.engines import ENGINES
from benchmarks.jobs import LARGE, Job

ROOT = Path(__file__).parents[1]
FILLERS = [name for name in ENGINES if not name.startswith("floor")]


def test_every_part_runs_and_prints_its_table(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--output", str(page)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    head, *sections = page.read_text(encoding="utf-8").split("\n## ")
    assert "cores" in head
    assert [it.partition("\n")[0] for it in sections] == [part.title for part in PARTS.values()]
    for section in sections:
        assert "|---|" in section, section
        assert "not run:" not in section, section
        assert "nan" not in section


@pytest.mark.parametrize("engine", FILLERS)
def test_every_engine_does_the_same_job(engine: str) -> None:
    """Read back by openpyxl: every cell of the board and every row of the table."""
    job = Job("small with a table", 60, 50, 3, 20)
    book = load_workbook(io.BytesIO(ENGINES[engine](job)()))
    board = book["Board"]
    cells = [board.cell(*(it + 1 for it in job.where(n))).value for n in range(job.cells)]
    assert all(map(same, cells, job.values.values()))
    rows = book["Deals"].iter_rows(2, 1 + job.rows, values_only=True)
    for row, record in zip(rows, job.body, strict=True):
        assert all(map(same, row, record))


def same(found: object, wanted: object) -> bool:
    """XlsxWriter writes sixteen digits of a number, one fewer than tell all numbers apart."""
    return found == (pytest.approx(wanted, rel=1e-15) if isinstance(wanted, float) else wanted)


def test_the_page_of_figures_is_the_command_s_and_has_every_part() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert "Written by `python -m benchmarks`" in text
    for part in PARTS.values():
        assert f"## {part.title}\n\n`python -m {part.module}`. " in text, "run: python -m benchmarks"


def test_the_parts_are_listed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--list"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(PARTS)
    assert LARGE.rows == 1_000  # the size that the page names
