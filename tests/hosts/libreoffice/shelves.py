"""Thousands of arguments laid out in one sheet: ranges of equal height side by side, shelf under shelf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addin.hosts.libreoffice.blank_cells import zero_is_blank
from addin.worksheet import Argument, WorksheetFunction
from tests.hosts.libreoffice.spreadsheet import ERROR_FORMULAS, column, in_cell

_WIDTH = 1000
SHEET = "Data"


class Shelves:
    """Cells of the sheet by shelf, and the formulas of the cells that hold a real error."""

    def __init__(self) -> None:
        self.values: dict[str, list[list[Any]]] = {}
        self.errors: dict[str, str] = {}
        self._open: dict[int, tuple[int, int]] = {}  # by height: the shelf's first row and its next free column
        self._free_row = 1
        self.blanks = 0

    def written(self, function: WorksheetFunction, raw: Sequence[Any]) -> tuple[str, list[Any]]:
        """A call as a formula, and its arguments as Calc can hold them: no days, no truth values, no empty texts.

        An error is a real one where Calc hands it over, and its text where Calc would refuse the range. Every other
        missing argument is a real blank cell where the two must agree; there a cell of 0 is blank as well.
        """
        single = [it for it in function.arguments if it.kind != "repeating"]
        formula, held = [], []
        for place, argument in enumerate(raw):
            known = single[place] if place < len(single) else None
            as_cells = known is not None and takes_cells(known)
            zero_is_none = known is not None and zero_is_blank(function.name, known.name)
            if argument is None and zero_is_none:
                self.blanks += 1
                formula.append(self._placed([[None]], errors=False, single=True) if self.blanks % 2 else "")
                held.append(None)
            elif argument is None and not as_cells:
                formula.append("")
                held.append(None)
            elif argument == "" and not as_cells:
                formula.append('""')
                held.append("")
            else:
                rows = argument if isinstance(argument, list) else [[argument]]
                held_rows = [[in_cell(cell) for cell in row] for row in rows]
                formula.append(self._placed(held_rows, errors=as_cells, single=not isinstance(argument, list)))
                single_cell = held_rows[0][0] if len(held_rows) == len(held_rows[0]) == 1 else held_rows
                blank = zero_is_none and not isinstance(argument, list) and single_cell == 0
                held.append(None if blank else single_cell)
        return f"={function.name}({';'.join(formula)})", held

    def _placed(self, rows: list[list[Any]], *, errors: bool, single: bool) -> str:
        height, width = len(rows), len(rows[0])
        top, left = self._open.get(height, (0, _WIDTH))
        if left + width > _WIDTH:
            top, left = self._free_row, 0
            self._free_row += height
            self.values[f"A{top}"] = [[None] * _WIDTH for _ in range(height)]
        self._open[height] = (top, left + width)
        shelf = self.values[f"A{top}"]
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                if errors and isinstance(cell, str) and cell in ERROR_FORMULAS:
                    self.errors[f"{column(left + x)}{top + y}"] = ERROR_FORMULAS[cell]
                else:
                    shelf[y][left + x] = cell
        first, last = f"{column(left)}{top}", f"{column(left + width - 1)}{top + height - 1}"
        return f"${SHEET}.{first}" if single else f"${SHEET}.{first}:{last}"


def takes_cells(argument: Argument) -> bool:
    """Whether Calc hands over the cells themselves, as docs/libreoffice.en.md says."""
    return argument.kind == "range" and not (argument.optional or argument.summed)
