"""A table's rows ready to be filled: the openings of the cells, and the formulas of calculated columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat

from addin.ooxml.cells import SURELY_SHORT, Place, cell_xml, is_plain, number_texts
from addin.ooxml.values import Value


@dataclass(frozen=True, slots=True)
class ColumnFrame:
    """One column: its cells' openings row by row, as such and as they go on for numbers, texts, dates.

    `written` are whole cells where Excel computes the column.
    """

    openings: tuple[str, ...]
    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    dates: tuple[str, ...]
    written: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class TableFrame:
    """The columns of a table that has as many rows as will be filled."""

    file: str
    sheet: str
    top: int
    prefix: str
    columns: tuple[ColumnFrame, ...]
    addresses: tuple[str, ...]
    epoch_1904: bool

    def rows(self, values: Sequence[Sequence[Value]]) -> list[str]:
        """The XML of every row's cells; `values` are columns, those that Excel computes left out."""
        given = iter(values)
        strands: list[Iterable[str]] = []
        for place, column in enumerate(self.columns):
            strands += [column.written] if column.written is not None else self._strands(place, column, next(given))
        return list(map("".join, zip(*strands, strict=True)))

    def _strands(self, place: int, column: ColumnFrame, values: Sequence[Value]) -> list[Iterable[str]]:
        """A column as texts to be joined row by row: of one type it needs no look at each value."""
        p = self.prefix
        kinds = set(map(type, values))
        number_end = repeat(f"</{p}v></{p}c>", len(values))
        if kinds == {float} and (texts := number_texts(values)):  # type: ignore[arg-type]
            return [column.numbers, texts, number_end]
        if kinds == {int} and max(values) < 10**15 and min(values) > -(10**15):  # type: ignore[type-var, operator]
            return [column.numbers, map(repr, values), number_end]
        if kinds == {str} and is_plain(values) and max(map(len, values)) < SURELY_SHORT:  # type: ignore[arg-type]
            return [column.texts, values, repeat(f"</{p}t></{p}is></{p}c>", len(values))]  # type: ignore[list-item]
        return [
            [
                cell_xml(
                    column.dates[row] if isinstance(value, date) else opening,
                    p,
                    value,
                    Place(self.file, self.sheet, f"{self.addresses[place]}{self.top + row}"),
                    epoch_1904=self.epoch_1904,
                )
                for row, (opening, value) in enumerate(zip(column.openings, values, strict=True))
            ]
        ]


def column_frame(
    openings: Sequence[str], dates: Sequence[str], written: Sequence[str] | None, prefix: str
) -> ColumnFrame:
    """The frame of a column whose cells begin with `openings`, those that take a date with `dates`."""
    return ColumnFrame(
        tuple(openings),
        tuple(f"{opening}><{prefix}v>" for opening in openings),
        tuple(f'{opening} t="inlineStr"><{prefix}is><{prefix}t>' for opening in openings),
        tuple(dates),
        None if written is None else tuple(written),
    )
