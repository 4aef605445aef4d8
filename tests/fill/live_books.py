"""Live workbooks read back: every formula's stored value beside what LibreOffice makes of it from scratch."""

from __future__ import annotations

import math
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from openpyxl import load_workbook

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


def formulas(book: Path, again: Path) -> Iterator[Seen]:
    """Every formula of a workbook."""
    told, stored, later = load_workbook(book), load_workbook(book, data_only=True), load_workbook(again, data_only=True)
    for sheet in told.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    place = cell.coordinate
                    yield Seen(
                        f"{sheet.title}!{place}",
                        str(cell.value),
                        stored[sheet.title][place].value,
                        later[sheet.title][place].value,
                    )


def named(book: Path, *, values: bool = True) -> Mapping[str, object]:
    """Every cell with a defined name: its value, or its formula."""
    workbook = load_workbook(book, data_only=values)
    return {
        name: workbook[title][ref.replace("$", "")].value
        for name, defined in workbook.defined_names.items()
        for title, ref in defined.destinations
    }


def listed(book: Path, table: str) -> list[dict[str, object]]:
    """A table's rows by its headers."""
    workbook = load_workbook(book, data_only=True)
    sheet = next(sheet for sheet in workbook.worksheets if table in sheet.tables)
    head, *rows = [[cell.value for cell in row] for row in sheet[sheet.tables[table].ref]]
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]
