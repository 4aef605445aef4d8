"""What changed afterwards, as a table of a workbook: tblChanges, one row a figure and changed row."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from addin.fill.changed_figures import in_words, look_alike
from addin.fill.content import Cell, Rows, Value
from addin.fill.figures import number_format, shown
from addin.fill.words import say
from kpi_core.catalogue import definition
from kpi_core.changes import FigureChange
from kpi_core.row_changes import RowChange
from kpi_core.scorecard import Group
from kpi_core.table_words import cell, column_name
from kpi_core.tables import TableName
from kpi_core.texts import Language
from workbook_templates.number_formats import named_format

_MULTIPLE = '0.00"x"'  # as exact as in words, so that what differs there differs in the cell
Told = Callable[[RowChange, Language, tuple[str, str]], str]


def table(
    changes: Sequence[FigureChange] | None,
    language: Language,
    about: Group | None = None,
    *,
    told: Told | None = None,
) -> Rows:
    """Old and new value of each figure with the rows behind it; the figure stands on its first row alone.

    `about` one group: only its own figures, since a client must not read of another. None: no run to compare with.
    `told` puts a row's differing cells otherwise than in words, for programs: then every figure is a number as well.
    """
    rows: list[dict[str, Value | Cell]] = []
    for change in changes or ():
        figure = change.printed
        if about is not None and figure.group != about:
            continue
        unit = definition(figure.kpi).unit
        own = _MULTIPLE if unit == "multiple" else named_format(unit, language)
        formats = [number_format(unit, currency) or own for currency in change.currencies]
        head: dict[str, Value | Cell] = {
            "kpi": definition(figure.kpi).short.show(language),
            "period": figure.period.title(language),
            "group": figure.group[1] if figure.group else say("report.everyone", language),
            "before": Cell(shown(figure.value, language), formats[0]),
            "after": Cell(shown(None if math.isnan(change.after) else change.after, language), formats[1]),
        }
        if told is None and look_alike(change, language):
            head |= zip(("before", "after"), in_words(change, language), strict=True)
        said: list[dict[str, Value | Cell]] = list(_rows(change, language, told or cells))
        said = said or [{"how": say(f"changed.cause_{change.cause}", language)}]
        rows += [head | said[0], *said[1:]]
    return Rows(tuple(rows), empty=say("changed.none" if changes is not None else "changed.not_followed", language))


def _rows(change: FigureChange, language: Language, told: Told) -> Iterator[dict[str, Value | Cell]]:
    for row in change.rows:
        place = row.place[1] or row.place[0]
        yield {
            "row": row.id,
            "seller": row.seller,
            "how": ", ".join(say(f"changed.{kind}", language) for kind in row.kinds),
            "cells": told(row, language, change.currencies),
            "file": place[0] if place else None,
            "line": place[1] if place else None,
        }


def cells(row: RowChange, language: Language, currencies: tuple[str, str] = ("", "")) -> str:
    """The cells that differ: "closing date 2026-08-24 → 2026-09-24"; of what is known by digest alone, the name."""
    return "; ".join(_cell(row.table, name, values, language, currencies) for name, values in row.columns.items())


def is_hidden(*values: Any) -> bool:
    """Whether cells are known by their digests alone."""
    return any(str(value).startswith("#") for value in values)


def _cell(
    table: TableName, column: str, values: tuple[Any, Any], language: Language, currencies: tuple[str, str]
) -> str:
    name = column_name(column, language)
    if is_hidden(*values):
        return name
    was, now = (cell(table, column, value, language, of) for value, of in zip(values, currencies, strict=True))
    return f"{name} {was} → {now}"
