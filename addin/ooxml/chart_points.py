"""The points that a chart keeps of the cells it shows, written anew at each fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite

from addin.ooxml.cell_sources import FilledCell, FilledRow, Source
from addin.ooxml.cells import number_texts, serial, short_texts, text_content
from addin.ooxml.slots import Content, constant
from addin.ooxml.stored_values import Stored
from addin.ooxml.values import Bodies, Constant, ExcelError, Formula, Value
from addin.ooxml.xml_part import escaped

Shown = Constant | Stored


@dataclass(frozen=True, slots=True)
class PointsSlot:
    """A cache of one row or column of cells: `starts` and `end` stand around each point's text.

    Where a point cannot be told truly (a text among numbers, a number among texts, whose format only Excel knows),
    there is no cache: Excel then reads the cells when it opens the workbook.
    """

    opening: str
    starts: tuple[str, ...]
    end: str
    closing: str
    sources: tuple[Source, ...]
    numeric: bool
    epoch_1904: bool
    column: FilledRow | None

    def xml(self, values: Mapping[str, Value], bodies: Bodies) -> str:
        """The cache with the values in it, or nothing."""
        shown = self._shown(values, bodies)
        texts = self._numbers(shown) if self.numeric else _words(shown)
        if texts is None:
            return ""
        pairs = zip(self.starts, texts, strict=True)
        points = [f"{start}{text}{self.end}" for start, text in pairs if text is not None]
        return f"{self.opening}{''.join(points)}{self.closing}"

    def spread(self, kinds: Mapping[str, type]) -> Sequence[str | Content] | None:
        """The points around their contents, where each is a number among numbers or a text among texts."""
        found: list[str | Content] = [self.opening]
        for start, source in zip(self.starts, self.sources, strict=True):
            kind = kinds.get(source.key) if isinstance(source, FilledCell) else None
            if isinstance(source, FilledCell) and kind is (float if self.numeric else str):
                found += (start, Content(source.key), self.end)
            elif isinstance(source, Stored) and source.kind == "number" and self.numeric:
                found += (start, source.text, self.end)
            elif isinstance(source, FilledCell) and kind is type(None) and not source.repeats:
                continue  # a blank cell is no point
            elif source is not None:
                return None
        return [*found, self.closing]

    def _shown(self, values: Mapping[str, Value], bodies: Bodies) -> Sequence[Shown]:
        """What the cells show; a table's whole column is taken as it is."""
        if self.column is not None:
            table, place, row = self.column
            column = bodies[table][place][row : row + len(self.sources)]
            return list(map(constant, column)) if Formula in set(map(type, column)) else column  # type: ignore[return-value]
        return [_shown(source, values, bodies) for source in self.sources]

    def _numbers(self, shown: Sequence[Shown]) -> Sequence[str | None] | None:
        if set(map(type, shown)) == {float}:
            return number_texts(shown)  # type: ignore[arg-type]
        texts: list[str | None] = []
        for value in shown:
            text = self._number(value)
            if text == "":
                return None
            texts.append(text)
        return texts

    def _number(self, value: Shown) -> str | None:
        """A point's number; None for a blank cell, "" where it is none."""
        if value is None:
            return None
        if isinstance(value, Stored):
            return value.text if value.kind in ("number", "error") else ""
        if isinstance(value, ExcelError):
            return value.value
        if isinstance(value, date):
            return repr(serial(value, epoch_1904=self.epoch_1904))
        if isinstance(value, str | bool) or not isfinite(value):
            return ""
        return repr(value) if type(value) in (int, float) else ""


def _shown(source: Source, values: Mapping[str, Value], bodies: Bodies) -> Shown:
    if isinstance(source, FilledCell):
        value = constant(values[source.key])
        return 0 if value is None and source.repeats else value
    if isinstance(source, FilledRow):
        return constant(bodies[source.table][source.column][source.row])
    return source


def column_of(sources: Sequence[Source]) -> FilledRow | None:
    """The first of the rows where the sources are rows of one table's column that follow each other."""
    first = sources[0] if sources else None
    if not isinstance(first, FilledRow):
        return None
    rows = enumerate(sources, first.row)
    return first if all(source == first._replace(row=row) for row, source in rows) else None


def _words(shown: Sequence[Shown]) -> Sequence[str | None] | None:
    if set(map(type, shown)) == {str} and (short := short_texts(shown)):  # type: ignore[arg-type]
        return short
    texts: list[str | None] = []
    for value in shown:
        text = value.text if isinstance(value, Stored) and value.kind == "text" else value
        if text is None:
            texts.append(None)
        elif type(text) is str and text_content(text) == escaped(text):
            texts.append(escaped(text))
        else:
            return None
    return texts
