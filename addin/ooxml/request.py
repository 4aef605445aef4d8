"""What a fill asks for, apart from the values themselves: the key under which a layout is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from addin.ooxml.conditional_formats import ConditionalFormat
from addin.ooxml.row_starts import TextHeight
from addin.ooxml.styles import DATE, DATE_AND_TIME
from addin.ooxml.values import Formatted, Formula, Given, Value

_PLAIN = frozenset({float, int, str, bool, type(None)})
_NOTHING: frozenset[Any] = frozenset()


class CellFormat(NamedTuple):
    """What a cell of a table's column needs beside its own style; `row` -1 is the whole column."""

    place: int
    row: int
    number_format: str
    quoted: bool


class TableShape(NamedTuple):
    """A table's number of rows and the columns that hold dates, with the format these need; headers that change."""

    name: str
    rows: int
    dated: frozenset[tuple[int, int]] = frozenset()
    formats: frozenset[CellFormat] = frozenset()
    headers: tuple[tuple[int, str], ...] = ()
    formulas: bool = False


class Fit(NamedTuple):
    """The room that filled values need, in a workbook that is made to give it.

    `text` tells the height of a row's wrapped text; a chart of horizontal bars has `bar` for each of its table's rows
    and `frame` around them [EMU].
    """

    text: TextHeight
    bar: int
    frame: int


class Link(NamedTuple):
    """A hyperlink on a target's cell: an address outside, or "#Sheet!A1" inside the workbook."""

    target: str
    address: str


class Note(NamedTuple):
    """A note on a target's cell."""

    target: str
    text: str


class Request(NamedTuple):
    """Everything that decides where bytes change, so that fills alike in it share one layout."""

    names: frozenset[str]
    dated: frozenset[tuple[str, int]] = frozenset()
    formulas: frozenset[tuple[str, bool]] = frozenset()
    tables: tuple[TableShape, ...] = ()
    formats: tuple[ConditionalFormat, ...] = ()
    links: tuple[Link, ...] = ()
    notes: tuple[Note, ...] = ()
    overwrite_formulas: bool = False
    number_formats: frozenset[tuple[str, str, bool]] = frozenset()
    fit: Fit | None = None
    without_charts: frozenset[tuple[str, str]] = frozenset()
    properties: frozenset[str] = frozenset()


class Shape(NamedTuple):
    """Values taken apart: as such; the dates with the number format they need; formulas (true: the cell keeps its own);
    formats of their own."""

    values: Mapping[str, Value]
    dated: frozenset[tuple[str, int]] = _NOTHING
    formulas: frozenset[tuple[str, bool]] = _NOTHING
    number_formats: frozenset[tuple[str, str, bool]] = _NOTHING


def shape_of(given: Mapping[str, Given]) -> Shape:
    """The values and what of them decides where bytes change."""
    if set(map(type, given.values())) <= _PLAIN:
        return Shape(given)  # type: ignore[arg-type]
    values: dict[str, Value] = {}
    dated, formulas, formats = [], [], []
    for key, value in given.items():
        if isinstance(value, Formatted):
            formats.append((key, value.number_format, value.quoted))
            value = value.value
        values[key] = value
        if type(value) in _PLAIN:
            continue
        if isinstance(value, Formula):
            formulas.append((key, value.text is None))
            value = value.cached
        if isinstance(value, date):
            dated.append((key, date_format(value)))
    return Shape(values, frozenset(dated), frozenset(formulas), frozenset(formats))


def date_format(value: date) -> int:
    """The built-in number format that shows a date, or a date with its time."""
    return DATE_AND_TIME if isinstance(value, datetime) else DATE


def table_shape(
    name: str, rows: Sequence[Sequence[Given]], places: Sequence[int], headers: tuple[tuple[int, str], ...]
) -> tuple[tuple[tuple[Value, ...], ...], TableShape]:
    """A table's columns as plain values, and what of them decides where bytes change.

    `places` are where the columns of the rows stand in the table.
    """
    columns: list[Sequence[Given]] = []
    dated = []
    formats: list[CellFormat] = []
    formulas = False
    for place, column in zip(places, zip(*rows, strict=True), strict=True):
        kinds = set(map(type, column)) - _PLAIN
        if Formatted in kinds:
            formats += _formats(place, column)
            column = tuple(value.value if isinstance(value, Formatted) else value for value in column)
            kinds = set(map(type, column)) - _PLAIN
        if datetime in kinds or any(issubclass(kind, datetime) for kind in kinds):
            dated.append((place, DATE_AND_TIME))
        elif any(issubclass(kind, date) for kind in kinds):
            dated.append((place, DATE))
        formulas = formulas or Formula in kinds
        columns.append(column)
    shape = TableShape(name, len(rows), frozenset(dated), frozenset(formats), headers, formulas)
    return tuple(columns), shape  # type: ignore[arg-type]


def _formats(place: int, column: Sequence[Given]) -> list[CellFormat]:
    """The formats that a column's values bring, one for all where they are the same."""
    found = [
        CellFormat(place, row, value.number_format, value.quoted)
        for row, value in enumerate(column)
        if isinstance(value, Formatted)
    ]
    alike = len(found) == len(column) and len({each[2:] for each in found}) == 1
    return [found[0]._replace(row=-1)] if alike else found
