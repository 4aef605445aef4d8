"""Live workbooks read back: every formula's stored value beside what LibreOffice makes of it from scratch."""

from __future__ import annotations

import math
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from tests.needs import program


class Seen(NamedTuple):
    """A formula cell: its stored value and the recalculated one."""

    place: str
    formula: str
    stored: object
    again: object

    @property
    def agrees(self) -> bool:
        """Numbers to 1e-9 relative (1e-15 at zero), all else exactly; a blank is an empty text."""
        if isinstance(self.stored, int | float) and isinstance(self.again, int | float):
            return math.isclose(self.stored, self.again, rel_tol=1e-9, abs_tol=1e-15)
        return (self.stored or "") == (self.again or "")


def recalculated(profile: Path, out: Path, books: Sequence[Path]) -> list[Path]:
    """The workbooks as LibreOffice recalculates them, in one run; `profile` tells it to trust no stored value."""
    command = [program("soffice", "libreoffice-calc"), f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", "xlsx", "--outdir", str(out), *map(str, books)],
        capture_output=True,
        check=False,
        timeout=1800,
    )
    found = [out / book.name for book in books]
    assert all(path.is_file() for path in found), "LibreOffice could not open a workbook"
    return found


def formulas(book: Path, told: Workbook, later: Workbook) -> Iterator[Seen]:
    """Every formula of a workbook: `told` are its formulas, `later` what LibreOffice makes of them.

    Stored values are read by calamine, ten times as fast; it shows errors as blanks, but none of ours is one.
    """
    values = CalamineWorkbook.from_path(book)
    for sheet in told.worksheets:
        stored = values.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    place = cell.coordinate
                    yield Seen(
                        f"{sheet.title}!{place}",
                        str(cell.value),
                        _as_openpyxl(stored[cell.row - 1][cell.column - 1]),
                        later[sheet.title][place].value,
                    )


def _as_openpyxl(value: object) -> object:
    """A day with its time, as openpyxl has it."""
    return datetime.combine(value, time()) if isinstance(value, date) and not isinstance(value, datetime) else value


def assert_rows_recompute(book: Path, told: Workbook, later: Workbook) -> None:
    """Every formula over the data tables; the others are held to their stored values by test_workbooks."""
    live = [seen for seen in formulas(book, told, later) if "tbl" in seen.formula or "live_" in seen.formula]
    assert live, book.name
    wrong = [seen for seen in live if not seen.agrees]
    assert not wrong, (book.name, wrong[:3])


def assert_all_recompute(books: Sequence[Path], later: Sequence[Path]) -> None:
    """The same of many workbooks."""
    for book, other in zip(books, later, strict=True):
        assert_rows_recompute(book, load_workbook(book), load_workbook(other, data_only=True))


def named(book: Path | Workbook, *, values: bool = True) -> Mapping[str, object]:
    """Every cell with a defined name: its value, or its formula."""
    workbook = load_workbook(book, data_only=values) if isinstance(book, Path) else book
    return {
        name: workbook[title][ref.replace("$", "")].value
        for name, defined in workbook.defined_names.items()
        for title, ref in defined.destinations
    }


def listed(book: Path | Workbook, table: str) -> list[dict[str, object]]:
    """A table's rows by its headers."""
    workbook = load_workbook(book, data_only=True) if isinstance(book, Path) else book
    sheet = next(sheet for sheet in workbook.worksheets if table in sheet.tables)
    head, *rows = [[cell.value for cell in row] for row in sheet[sheet.tables[table].ref]]
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]
