"""Cells and areas of a sheet, written A1 and counted from one."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


@cache
def letters(column: int) -> str:
    """The letters of a column: 1 is "A", 28 is "AB"."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@cache
def column_of(text: str) -> int:
    """The number of a column: "AB" is 28."""
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number


class Cell(NamedTuple):
    """One cell of a sheet."""

    row: int
    column: int

    def __str__(self) -> str:
        return f"{letters(self.column)}{self.row}"


class Area(NamedTuple):
    """A rectangle of cells, its edges included."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        first, last = Cell(self.top, self.left), Cell(self.bottom, self.right)
        return str(first) if first == last else f"{first}:{last}"

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in it."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def meets(self, other: Area) -> bool:
        """Whether the two share a cell."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    @property
    def first(self) -> Cell:
        """The upper left cell."""
        return Cell(self.top, self.left)


def read_cell(text: str) -> Cell:
    """The cell that "B4" or "$B$4" names. Raises ValueError."""
    found = _CELL.fullmatch(text)
    if not found:
        raise ValueError(text)
    cell = Cell(int(found[2]), column_of(found[1]))
    if cell.row > LAST_ROW or cell.column > LAST_COLUMN:
        raise ValueError(text)
    return cell


def read_area(text: str) -> Area:
    """The area that "B4" or "$A$1:B2" names. Raises ValueError."""
    first, _, last = text.partition(":")
    start, end = read_cell(first), read_cell(last or first)
    return Area(
        min(start.row, end.row), min(start.column, end.column), max(start.row, end.row), max(start.column, end.column)
    )


def read_areas(text: str) -> tuple[Area, ...]:
    """The areas of a list with spaces between, as in `sqref`. What is not readable as an area is left out."""
    areas = []
    for word in text.split():
        try:
            areas.append(read_area(word))
        except ValueError:
            continue
    return tuple(areas)
