"""A table's rows ready to be filled: the openings of the cells, and the formulas of calculated columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from addin.ooxml.cells import LONGEST_TEXT, Place, cell_xml, is_plain
from addin.ooxml.values import Value


@dataclass(frozen=True, slots=True)
class ColumnFrame:
    """One column: the openings of its cells row by row; `written` are whole cells where Excel computes the column."""

    openings: tuple[str, ...]
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
        columns = [
            column.written if column.written is not None else self._column(place, column.openings, next(given))
            for place, column in enumerate(self.columns)
        ]
        return list(map("".join, zip(*columns, strict=True)))

    def _column(self, place: int, openings: tuple[str, ...], values: Sequence[Value]) -> list[str]:
        """A column at a time: of one type it is written without looking at each value anew."""
        p = self.prefix
        kinds = set(map(type, values))
        if kinds == {float} and all(map(isfinite, values)):  # type: ignore[arg-type]
            return [f"{head}><{p}v>{value!r}</{p}v></{p}c>" for head, value in zip(openings, values, strict=True)]
        if kinds == {int} and max(values) < 10**15 and min(values) > -(10**15):  # type: ignore[type-var, operator]
            return [f"{head}><{p}v>{value}</{p}v></{p}c>" for head, value in zip(openings, values, strict=True)]
        if kinds == {str} and is_plain(values) and max(map(len, values)) < LONGEST_TEXT // 2:  # type: ignore[arg-type]
            opened, closed = f' t="inlineStr"><{p}is><{p}t>', f"</{p}t></{p}is></{p}c>"
            return [f"{head}{opened}{value}{closed}" for head, value in zip(openings, values, strict=True)]
        return [
            cell_xml(
                head,
                p,
                value,
                Place(self.file, self.sheet, f"{self.addresses[place]}{self.top + row}"),
                epoch_1904=self.epoch_1904,
            )
            for row, (head, value) in enumerate(zip(openings, values, strict=True))
        ]
