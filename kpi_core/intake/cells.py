"""A table that is in memory already, such as a range of a sheet, read as a file's would be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kpi_core.intake.layouts import shipped_layouts
from kpi_core.intake.reading import closed, dataset, recognised
from kpi_core.intake.sheets import RawSheet
from kpi_core.intake.source import Declared, Intake, IntakeError


def read_cells(rows: Sequence[Sequence[Any]], label: str) -> Intake:
    """The canonical tables of one table with headers; cells keep their types, None and "" are blank.

    `label` names it in messages. Raises DataError where it is no CRM table, and where it cannot be read without
    guessing.
    """
    cells = [["" if cell is None else cell for cell in row] for row in rows]
    raw = RawSheet(Path(label), label, None, "", 0, cells, range(1, len(cells) + 1))
    taken = recognised(raw, shipped_layouts(), Declared())
    if taken.source.refusal is not None:
        raise taken.source.refusal
    if not taken.parts:
        raise IntakeError("nothing_usable", files=label)
    data, source = dataset(taken.parts, None), closed(taken)
    return Intake(data, (source,), source.account)
