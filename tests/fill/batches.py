"""A batch that is quickly filled: a workbook with a few names, for each seller of the sample and some months."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from addin.fill.batch import FillSummary, fill
from addin.fill.choice import Chosen, chosen
from kpi_core.intake import Intake
from kpi_core.periods import period

RUN_AT = datetime(2026, 9, 2, 8, 15)  # noqa: DTZ001  the run's local time, as a person reads it
MONTHS = ("2026-06", "2026-07", "2026-08", "2026-09")
SERIES = "board-by-seller"


def small_template(path: Path) -> Path:
    """A user's own workbook that asks for little, the run's time among it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Board"
    for row, name in enumerate(("report_created", "report_group", "report_period", "kpi_win_rate"), start=2):
        book.defined_names[name] = DefinedName(name, attr_text=f"'Board'!$B${row}")
    book.save(path)
    return path


def small(folder: Path) -> Chosen:
    """The same, ready to be filled."""
    return chosen(small_template(folder / "board.xlsx"), "fi")


def run(sample: Intake, choice: Chosen, out: Path | str, **asked: Any) -> FillSummary:
    """One run of the batch."""
    given: dict[str, Any] = {"run_at": RUN_AT, "manifest": True, "by": "seller", "version": "0.1.0"}
    return fill(sample, choice, [period(key) for key in MONTHS], out=out, **given | asked)


def workbooks(out: Path) -> dict[str, bytes]:
    """What stands in the folder."""
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.xlsx"))}


def manifest(out: Path, series: str = SERIES) -> list[dict[str, Any]]:
    """The manifest's whole lines."""
    told = (out / f"{series}.manifest.jsonl").read_bytes()
    return [json.loads(line) for line in told[: told.rfind(b"\n") + 1].splitlines()]


def check(out: Path) -> int:
    """What the manifest tells of is there, and as it tells; how many workbooks that are."""
    reported = [line for line in manifest(out) if "sha256" in line]
    for line in reported:
        assert sha256((out / line["file"]).read_bytes()).hexdigest() == line["sha256"]
    return len(reported)
