"""What Calc hands over -> the raw cells that a worksheet function takes: blanks None, errors their text.

Ranges are cut after the last row and column that is used, those of equal size equally: whole columns are fast, and
equal ranges stay equal. A range of several rows keeps at least two: a column never becomes a single number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isnan
from typing import Any, Protocol, TypeAlias

from addin.hosts.libreoffice.calc_errors import error_of_number, error_text

Cell: TypeAlias = float | str | None
Raw: TypeAlias = Cell | list[list[Cell]]
Size: TypeAlias = tuple[int, int]  # rows, columns


class Area(Protocol):
    """A range of cells: its size, how much of it is used, and its cells within a smaller size."""

    size: Size
    used: Size

    def cells(self, size: Size) -> list[list[Cell]]:
        """The cells of the first rows and columns."""


class SheetArea:
    """Cells of a sheet (com.sun.star.table.XCellRange)."""

    def __init__(self, cells: Any) -> None:
        self._cells = cells
        address = cells.getRangeAddress()
        cursor = cells.getSpreadsheet().createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.getRangeAddress()
        self.size = (address.EndRow - address.StartRow + 1, address.EndColumn - address.StartColumn + 1)
        self.used = (max(end.EndRow - address.StartRow + 1, 0), max(end.EndColumn - address.StartColumn + 1, 0))

    def cells(self, size: Size) -> list[list[Cell]]:
        """Calc gives blanks as "" and errors as None; only those are asked for one by one."""
        rows = self._cells.getCellRangeByPosition(0, 0, size[1] - 1, size[0] - 1).getDataArray()
        return [
            [None if it == "" else it if it is not None else self._error(x, y) for x, it in enumerate(row)]
            for y, row in enumerate(rows)
        ]

    def _error(self, x: int, y: int) -> str | None:
        code = self._cells.getCellByPosition(x, y).getError()
        return error_text(code) if code else None


class ValueArea:
    """The values of a range or an array, which Calc has read already; all columns count as used."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self._rows = rows
        width = len(rows[0]) if rows else 0
        blank = ("",) * width  # compared as a whole: a million rows of a column are looked through
        last = next((y for y in range(len(rows), 0, -1) if rows[y - 1] != blank), 0)
        self.size, self.used = (len(rows), width), (last, width)

    def cells(self, size: Size) -> list[list[Cell]]:
        """The values, blanks as None and errors as text."""
        return [[None if it == "" else _value(it) for it in row[: size[1]]] for row in self._rows[: size[0]]]


def raw_arguments(given: Iterable[Any]) -> list[Raw]:
    """The arguments of one call, repeating ones flat; a single cell stands for itself."""
    arguments: list[Any] = [_area(it) for it in given]
    areas: list[Area] = [it for it in arguments if isinstance(it, SheetArea | ValueArea)]
    rows, columns = (_cut([(it.size[axis], it.used[axis]) for it in areas]) for axis in (0, 1))
    return [
        _single(it.cells((rows[it.size[0]], columns[it.size[1]]))) if isinstance(it, SheetArea | ValueArea) else it
        for it in arguments
    ]


def _area(given: Any) -> Any:
    if given is None or isinstance(given, bool | int | float | str):
        return _value(given)
    return ValueArea(given) if isinstance(given, tuple) else SheetArea(given)


def _cut(lengths: list[tuple[int, int]]) -> dict[int, int]:
    """For each length, how much of it any area of that length uses: two at least, and never as much as another length.

    Ranges of unequal size stay unequal, so that a function can refuse them.
    """
    found: dict[int, int] = {}
    longest = 0
    for length in sorted({length for length, _ in lengths}):
        used = max(used for its, used in lengths if its == length)
        longest = found[length] = min(length, max(used, 2, longest + 1))
    return found


def _single(rows: list[list[Cell]]) -> Raw:
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows


def _value(value: Any) -> Any:
    return error_of_number(value) if isinstance(value, float) and isnan(value) else value
