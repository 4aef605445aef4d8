"""Where a table's body stands on a sheet, and how wide a column is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from openpyxl.utils import get_column_letter, quote_sheetname, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

_COLUMN = re.compile(r"\{(\w+)\}")
_DEFAULT_WIDTH = 8.43


class Bounds(NamedTuple):
    """A table's outermost columns and rows, its header row on top."""

    left: int
    top: int
    right: int
    bottom: int


def bounds(ref: str) -> Bounds:
    """A range's bounds; ValueError where it names whole rows or columns."""
    found = range_boundaries(ref)
    if None in found:
        raise ValueError(ref)
    return Bounds(*(int(number) for number in found if number is not None))


@dataclass(frozen=True)
class Body:
    """A table's body: its sheet, the number of each known column by id, its first and last row."""

    sheet: Worksheet
    columns: Mapping[str, int]
    first: int
    last: int

    def ref(self, column: str) -> str:
        """A column of the body as a chart names it."""
        letter = get_column_letter(self.columns[column])
        cells = f"${letter}${self.first}"
        if self.last > self.first:
            cells = f"{cells}:${letter}${self.last}"
        return f"{quote_sheetname(self.sheet.title)}!{cells}"

    def cells(self, column: str, row: int | None = None) -> str:
        """A column of the body, or one cell of it (`row` counts from 0), as a range."""
        letter = get_column_letter(self.columns[column])
        if row is not None:
            return f"{letter}{self.first + row}"
        return f"{letter}{self.first}:{letter}{self.last}"

    def formula(self, text: str, row: int) -> str | None:
        """A formula with its {columns} as cells of a sheet's row; None where the table lacks one of them."""
        if any(column not in self.columns for column in _COLUMN.findall(text)):
            return None
        return _COLUMN.sub(lambda found: f"${get_column_letter(self.columns[found[1]])}{row}", text)


def column_width(sheet: Worksheet, column: int) -> float:
    """A column's width; several columns may share one entry."""
    for shape in sheet.column_dimensions.values():
        if (shape.min or 0) <= column <= (shape.max or 0) and shape.width:
            return float(shape.width)
    return float(sheet.sheet_format.defaultColWidth or _DEFAULT_WIDTH)
