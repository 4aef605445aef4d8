"""What a fill asks for, apart from the values themselves: the key under which a layout is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from addin.ooxml.conditional_formats import ConditionalFormat
from addin.ooxml.styles import DATE, DATE_AND_TIME
from addin.ooxml.values import Formula, Value

_PLAIN = frozenset({float, int, str, bool, type(None)})
_NOTHING: frozenset[Any] = frozenset()


class TableShape(NamedTuple):
    """A table's number of rows and the columns that hold dates, with the format these need."""

    name: str
    rows: int
    dated: frozenset[tuple[int, int]]


class Link(NamedTuple):
    """A hyperlink on a target's cell: an address outside, or "#Sheet!A1" inside the workbook."""

    target: str
    address: str


class Note(NamedTuple):
    """A note on a target's cell."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that decides where bytes change, so that fills alike in it share one layout."""

    names: frozenset[str]
    dated: frozenset[tuple[str, int]] = frozenset()
    formulas: frozenset[tuple[str, bool]] = frozenset()
    tables: tuple[TableShape, ...] = ()
    formats: tuple[ConditionalFormat, ...] = ()
    links: tuple[Link, ...] = ()
    notes: tuple[Note, ...] = ()
    overwrite_formulas: bool = False


def shape_of(values: Mapping[str, Value]) -> tuple[frozenset[tuple[str, int]], frozenset[tuple[str, bool]]]:
    """Which values are dates (with the number format they need) and which formulas (true: the cell keeps its own)."""
    if set(map(type, values.values())) <= _PLAIN:
        return _NOTHING, _NOTHING
    dated, formulas = [], []
    for key, value in values.items():
        if type(value) in _PLAIN:
            continue
        if isinstance(value, Formula):
            formulas.append((key, value.text is None))
            value = value.cached
        if isinstance(value, date):
            dated.append((key, date_format(value)))
    return frozenset(dated), frozenset(formulas)


def date_format(value: date) -> int:
    """The built-in number format that shows a date, or a date with its time."""
    return DATE_AND_TIME if isinstance(value, datetime) else DATE


def dated_columns(columns: Sequence[Sequence[Value]], places: Sequence[int]) -> frozenset[tuple[int, int]]:
    """The columns that hold dates; `places` are where the given columns stand in the table."""
    found = []
    for place, column in zip(places, columns, strict=True):
        kinds = set(map(type, column)) - _PLAIN
        if datetime in kinds or any(issubclass(kind, datetime) for kind in kinds):
            found.append((place, DATE_AND_TIME))
        elif any(issubclass(kind, date) for kind in kinds):
            found.append((place, DATE))
    return frozenset(found)
