"""Where the cells of an area get what they show in a filled workbook: a value, a table's row, or the template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from addin.ooxml.addresses import Area
from addin.ooxml.dependents import Located
from addin.ooxml.echoes import referenced, repeated
from addin.ooxml.stored_values import Stored, stored
from addin.ooxml.table_frame import TableFrame
from addin.ooxml.table_growth import Growth
from addin.ooxml.template import Template

_MOST_CELLS = 4096  # more points than that are read from the cells, not from a chart's memory


class FilledCell(NamedTuple):
    """A cell that shows the value called `key`; where its formula repeats a blank cell, it shows 0."""

    key: str
    repeats: bool = False


class FilledRow(NamedTuple):
    """A cell in the body of a filled table; `column` counts those that take values."""

    table: str
    column: int
    row: int


Source = FilledCell | FilledRow | Stored | None


class Sources:
    """What the cells of one layout show.

    `shown` are the cells that show a value as it is, among all that are `filled`; `late` the results that nobody knows
    until they are computed.
    """

    def __init__(
        self,
        template: Template,
        shown: Mapping[Located, str],
        filled: Iterable[Located],
        growths: Iterable[Growth],
        frames: Mapping[str, TableFrame],
        late: Iterable[Located],
    ) -> None:
        self._template = template
        self._shown = shown
        self._filled = frozenset(filled)
        self._growths = tuple(growths)
        self._frames = frames
        self._late = tuple(late)
        self._sheets = {sheet.place: sheet for sheet in template.book.sheets}

    def of_formula(self, formula: str) -> list[Source] | None:
        """What the cells of a reference show, in the workbook with its tables grown; None where that is not known."""
        found = referenced(self._template.words, formula, -1)
        if found is None or found.tab not in self._sheets:
            return None
        name, area = self._sheets[found.tab].name, found.area
        for growth in self._growths:
            area = growth.follow(name, area, name) or area
        return self.of(Located(found.tab, area))

    def of_link(self, formula: str, tab: int) -> Source:
        """What the one cell that a shape on a tab repeats shows; of the kind "unknown" where that is not known."""
        found = repeated(self._template.words, formula, tab)
        if found is None or found.tab not in self._sheets or found in self._unknown(found.tab):
            return Stored("unknown", "")
        name = self._sheets[found.tab].name
        area = found.area
        for growth in self._growths:
            area = growth.follow(name, area, name) or area
        return self._source(found.tab, area.top, area.left)

    def of(self, place: Located) -> list[Source] | None:
        """What the cells of a single row or column show, in order; None where one of them is not known."""
        tab, area = place
        rows, columns = area.bottom - area.top + 1, area.right - area.left + 1
        if tab not in self._sheets or min(rows, columns) > 1 or rows * columns > _MOST_CELLS:
            return None
        if self._hides(tab, area) or any(tab == late.tab and area.meets(late.area) for late in self._unknown(tab)):
            return None
        found = []
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                source = self._source(tab, row, column)
                if isinstance(source, Stored) and source.kind == "unknown":
                    return None
                found.append(source)
        return found

    def _unknown(self, tab: int) -> Iterable[Located]:
        """Results that are out of date, but for cells whose formula only repeats a value."""
        return (late for late in self._late if late.tab == tab and late not in self._shown)

    def _hides(self, tab: int, area: Area) -> bool:
        """Whether a row or column of the area is hidden: charts usually leave those out."""
        sheet = self._template.map(self._sheets[tab])
        if any(sheet.rows[row].hidden for row in range(area.top, area.bottom + 1) if row in sheet.rows):
            return True
        columns = sheet.section("cols")
        for each in columns.children if columns else ():
            told = each.attributes
            first, last = (int(told.get(edge, "0")) for edge in ("min", "max"))
            if told.get("hidden") in ("1", "true") and first <= area.right and area.left <= last:
                return True
        return False

    def _source(self, tab: int, row: int, column: int) -> Source:
        place = Located(tab, Area(row, column, row, column))
        if place in self._shown:
            return FilledCell(self._shown[place], repeats=place not in self._filled)
        if place in self._filled:
            return Stored("unknown", "")  # a sentence around a value
        for table, rows in self._growths:
            if table.sheet.place != tab:
                continue
            body = table.body._replace(bottom=table.body.top + rows - 1)
            if body.holds(row, column):
                return self._in_table(table.name, column - body.left, row - body.top)
            if row >= body.top and (table.area.holds(row, column) or table.area_with(rows).holds(row, column)):
                return Stored("unknown", "")  # totals that moved, rows that went
        sheet = self._template.map(self._sheets[tab])
        return stored(sheet, sheet.cell(row, column), self._template.shared_texts)

    def _in_table(self, name: str, place: int, row: int) -> Source:
        columns = self._frames[name].columns
        if columns[place].written is not None:
            return Stored("unknown", "")  # computed by Excel
        return FilledRow(name, sum(each.written is None for each in columns[:place]), row)
