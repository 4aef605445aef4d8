"""Where everything lies in a sheet's XML: its sections, rows and cells, by byte offsets."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple

from addin.ooxml.addresses import Area, read_area
from addin.ooxml.xml_part import Element, Part, tag_end, unescaped, whole_number

_RULE_PRIORITY = re.compile(rb"""\bpriority\s*=\s*["'](\d{1,9})["']""")


class FormulaSpan(NamedTuple):
    """A cell's formula: data[start:end] is its element; `kind` is normal, shared, array or dataTable."""

    start: int
    end: int
    kind: str
    text: str
    area: Area | None
    group: str | None


class CellSpan(NamedTuple):
    """A cell: data[start:end] is its element, `value` the extent of its v or is element."""

    row: int
    column: int
    start: int
    inner: int
    end: int
    style: str | None
    kind: str
    phonetic: bool
    metadata: str | None
    formula: FormulaSpan | None
    value: tuple[int, int] | None

    @property
    def empty(self) -> bool:
        """Whether the cell holds neither value nor formula: only a look."""
        return self.value is None and self.formula is None


@dataclass(slots=True)
class RowSpan:
    """A row: data[start:inner] is its start tag, data[inner:after] its cells, data[start:end] all of it."""

    number: int
    start: int
    inner: int
    attributes: dict[str, str]
    after: int = 0
    end: int = 0
    cells: list[CellSpan] = field(default_factory=list)

    @property
    def style(self) -> str | None:
        """The style that the row gives to cells that it does not list."""
        return self.attributes.get("s") if self.attributes.get("customFormat") in ("1", "true") else None

    @property
    def hidden(self) -> bool:
        """Whether the row is hidden, by hand or by a filter."""
        return self.attributes.get("hidden") in ("1", "true")

    def cell(self, column: int) -> CellSpan | None:
        """The cell of a column, where the row lists it."""
        place = bisect_left(self.cells, column, key=lambda cell: cell.column)
        return self.cells[place] if place < len(self.cells) and self.cells[place].column == column else None

    def place_of(self, column: int) -> int:
        """Where in the bytes a cell of this column that the row does not list belongs."""
        place = bisect_left(self.cells, column, key=lambda cell: cell.column)
        return self.cells[place].start if place < len(self.cells) else self.after


@dataclass(slots=True)
class SheetMap:
    """The places of a sheet part. With `whole` false only cells with formulas are listed."""

    part: Part
    whole: bool
    prefix: str
    root: Element
    sections: list[Element]
    rows: dict[int, RowSpan]
    numbers: list[int]
    ordered: bool
    formulas: list[CellSpan]
    spilled: list[tuple[CellSpan, Area]]

    def section(self, name: str) -> Element | None:
        """The first child of the worksheet of this name."""
        return next((each for each in self.sections if each.local == name), None)

    def cell(self, row: int, column: int) -> CellSpan | None:
        """The cell, where the sheet lists it."""
        found = self.rows.get(row)
        return found.cell(column) if found else None

    def row_place(self, number: int) -> int:
        """Where in the bytes a row that the sheet does not list belongs."""
        place = bisect_left(self.numbers, number)
        if place < len(self.numbers):
            return self.rows[self.numbers[place]].start
        data = self.section("sheetData")
        assert data is not None, "a sheet has sheetData"
        return data.after

    def column_style(self, column: int) -> str | None:
        """The style that a column gives to cells that the sheet does not list."""
        columns = self.section("cols")
        for each in columns.children if columns else ():
            first, last = (whole_number(self.part, each.attributes, edge, 0) for edge in ("min", "max"))
            if first <= column <= last:
                return each.attributes.get("style")
        return None

    def merged(self) -> list[Area]:
        """The merged areas."""
        found = self.section("mergeCells")
        areas = []
        for each in found.children if found else ():
            try:
                areas.append(read_area(each.attributes.get("ref", "")))
            except ValueError:
                continue
        return areas

    def text(self, cell: CellSpan) -> str:
        """The text of a cell's v element: a number, an index of the shared strings, a result."""
        if cell.value is None:
            return ""
        start, end = cell.value
        inner = tag_end(self.part.data, start)
        after = self.part.data.rfind(b"</", inner, end)
        return unescaped(self.part.data[inner:after]) if after >= inner else ""

    def highest_priority(self) -> int:
        """The highest priority of the sheet's conditional formats, those of Excel 2010 included."""
        found = _RULE_PRIORITY.findall(self.part.data)
        return max(map(int, found), default=0)
