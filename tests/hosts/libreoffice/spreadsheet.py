"""A real Calc for tests: its own LibreOffice process and profile, driven through LibreOffice's Python."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from addin.worksheet import WorksheetFunction

OFFICE_PYTHON = Path("/usr/bin/python3")
SESSION = Path(__file__).parents[3] / "addin" / "hosts" / "libreoffice" / "office"
FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}
ERRORS = {503: "#NUM!", 519: "#VALUE!", 521: "#NULL!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A"}
ERROR_FORMULAS = {
    "#N/A": "=NA()",
    "#DIV/0!": "=1/0",
    "#NUM!": "=EXP(1000)",
    "#VALUE!": '="x"+1',
    "#REF!": "=#REF!",
    "#NAME?": "=nothing_of_this_name",
}


class Calc:
    """A LibreOffice process with one document at a time."""

    def __init__(self, profile: Path) -> None:
        command = [OFFICE_PYTHON, Path(__file__).with_name("office_side.py"), SESSION, profile.as_uri()]
        # As when a user starts it: not by a terminal in which another Python comes first.
        started = os.environ | {"PATH": f"{Path(OFFICE_PYTHON).parent}{os.pathsep}{os.environ['PATH']}"}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=started
        )

    def ask(self, do: str, **arguments: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        assert self.process.stderr
        self.process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"LibreOffice ended: {self.process.stderr.read()[-2000:]}"
        said = json.loads(line)
        assert "failed" not in said, said["failed"]
        return said["answer"]

    def new(self) -> None:
        self.ask("open", url=None)

    def load(self, file: Path) -> None:
        self.ask("open", url=file.as_uri())

    def save(self, file: Path) -> None:
        self.ask("save", url=file.as_uri(), kind=FILTERS[file.suffix])

    def fill(
        self,
        values: Mapping[str, Sequence[Sequence[Any]]],
        formulas: Mapping[str, str],
        arrays: Mapping[str, str] | None = None,
        sheet: str = "Sheet1",
    ) -> float:
        """Put values and formulas in, recalculate once; how long that took [s]."""
        seconds: float = self.ask("fill", sheet=sheet, values=values, formulas=formulas, arrays=arrays or {})
        return seconds

    def cells(self, address: str, sheet: str = "Sheet1") -> list[list[Any]]:
        """Numbers, texts, errors by their Excel text ("Err:504" where Excel has none)."""
        return [[_read(it) for it in row] for row in self.ask("read", sheet=sheet, address=address)]

    def cell(self, address: str, sheet: str = "Sheet1") -> Any:
        return self.cells(address, sheet)[0][0]

    def value(self, formula: str) -> Any:
        """What one formula gives, in a cell far from the data."""
        self.fill({}, {"Z1": formula})
        return self.cell("Z1")

    def end(self) -> str:
        """End it; what it complained about."""
        _, complaints = self.process.communicate(timeout=60)
        return complaints


class Sheet:
    """Arguments laid out as a user would: ranges in columns from the left, values written into the formula."""

    def __init__(self) -> None:
        self.values: dict[str, list[list[Any]]] = {}
        self.errors: dict[str, str] = {}
        self._column = 0

    def formula(self, function: WorksheetFunction, arguments: Sequence[Any]) -> str:
        """The formula of a call; what is needed in cells is put there."""
        kinds = [it.kind for it in function.arguments if it.kind != "repeating"]
        written = []
        for place, argument in enumerate(arguments):
            known = function.arguments[place] if place < len(kinds) else None
            by_cells = known and known.kind == "range" and not (known.optional or known.summed) and argument is not None
            written.append(
                self.placed(argument) if by_cells or isinstance(argument, list | tuple) else literal(argument)
            )
        return f"={function.name}({';'.join(written)})"

    def placed(self, argument: Any) -> str:
        """The address of cells that hold an argument."""
        rows = argument if isinstance(argument, list | tuple) else [[argument]]
        rows = [row if isinstance(row, list | tuple) else [row] for row in rows]
        first, last = column(self._column), column(self._column + len(rows[0]) - 1)
        for y, row in enumerate(rows, start=1):
            for x, cell in enumerate(row):
                if isinstance(cell, str) and cell in ERROR_FORMULAS:
                    self.errors[f"{column(self._column + x)}{y}"] = ERROR_FORMULAS[cell]
        held = [[None if cell in ERROR_FORMULAS else in_cell(cell) for cell in row] for row in rows]
        self.values[f"{first}1"] = held
        self._column += len(rows[0]) + 1
        return f"{first}1" if len(rows) == len(rows[0]) == 1 else f"{first}1:{last}{len(rows)}"


def column(index: int) -> str:
    """The letters of a column, counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def in_cell(value: Any) -> Any:
    """What a cell of Calc holds: truth values and days are numbers there, an empty text is a blank."""
    if isinstance(value, date):
        return float((date(value.year, value.month, value.day) - date(1899, 12, 30)).days)
    if isinstance(value, bool | int):
        return float(value)
    return None if value == "" else value


def literal(value: Any) -> str:
    """A value as it is written in a formula."""
    if value is None:
        return ""
    if isinstance(value, str) and value in ERRORS.values():
        return ERROR_FORMULAS[value][1:]
    if isinstance(value, bool):
        return "TRUE()" if value else "FALSE()"
    if isinstance(value, date):
        return f"DATE({value.year};{value.month};{value.day})"
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else repr(value)


def _read(cell: Any) -> Any:
    return ERRORS.get(cell["error"], f"Err:{cell['error']}") if isinstance(cell, dict) else cell
