"""The chosen cells as dates, numbers, flags and text; a cell that cannot be read excludes its row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kpi_core.intake.choosing import GENERAL_LISTS, chosen_cells, ignore_by_rule
from kpi_core.intake.dates import read_dates
from kpi_core.intake.grid import Grid
from kpi_core.intake.layouts import Layout
from kpi_core.intake.ledger import Ledger
from kpi_core.intake.numbers import number_format, read_numbers, take_apart
from kpi_core.intake.parts import Part, as_text
from kpi_core.intake.source import Declared, Remark
from kpi_core.intake.stages import stage_dates
from kpi_core.intake.words import meanings
from kpi_core.intake.workbooks import UNCALCULATED
from kpi_core.numerals import CURRENCIES
from kpi_core.words import signs, vocabulary

# Columns without which a row still means what it means: an unreadable cell is left blank and told, the row is used.
_MINOR = frozenset({"modified_on", "probability", "expected_close_on"})
_SHARES = frozenset({"gross_margin"})
_PERCENT = re.compile(r"%|pct|percent|prosent", re.IGNORECASE)
_HEADER_CURRENCY = re.compile(r"[(\[]\s*(EUR|USD|GBP|SEK|NOK|DKK|€|\$|£)\s*[)\]]\s*\*?$", re.IGNORECASE)

Cells = dict[str, "pd.Series[Any]"]


def read_part(
    grid: Grid, layout: Layout, matches: Mapping[str, list[int]], declared: Declared, *, epoch_1904: bool
) -> Part:
    """Type the matched columns of a grid. Raises IntakeError where a column can be read in two ways."""
    part = Part(layout, grid, Ledger.like(grid.ledger), pd.DataFrame(index=range(len(grid.rows))))
    cells = chosen_cells(part, matches)
    ignore_by_rule(part, cells)
    # what ignored rows hold, a footer's words among them, proves nothing about a column
    cells = {column: values.where(part.open) for column, values in cells.items()}
    _exclude_errors(part, cells)
    _dates(part, cells, declared, epoch_1904)
    _numbers(part, cells, declared)
    _words(part, cells)
    for column, value in layout.constants.items():
        part.frame[column] = value
    stage_dates(part, declared, epoch_1904)
    return part


def _exclude_errors(part: Part, cells: Cells) -> None:
    """Excel's error texts, and formulas that nobody has computed, are errors in every column that is used."""
    errors = {error.casefold() for error in signs("error")}
    for column, values in cells.items():
        text = as_text(values)
        hashed = text.str.startswith("#", na=False)
        if hashed.any():
            undone = hashed & (text == UNCALCULATED)
            part.ledger.exclude(undone, "uncalculated", column=part.header(column))
            wrong = hashed & text.str.casefold().isin(errors)
            part.ledger.exclude(wrong, "excel_error", column=part.header(column), found=text)
            cells[column] = values.mask(wrong | undone)


def _dates(part: Part, cells: Cells, declared: Declared, epoch_1904: bool) -> None:
    for column, values in cells.items():
        if part.layout.kind(column) != "date":
            continue
        read = read_dates(
            values,
            part.grid.lines,
            file=part.file,
            header=part.header(column),
            column=column,
            declared=declared,
            epoch_1904=epoch_1904,
            months=column == "month_on",
        )
        part.frame[column] = read.days
        if read.format:
            part.dates.append(read.format)
        _unreadable(part, column, read.bad, values, "bad_date")
    if "month_on" in part.frame:
        days = part.frame["month_on"]
        part.frame["month_on"] = days - pd.to_timedelta(days.dt.day - 1, unit="D")


def _numbers(part: Part, cells: Cells, declared: Declared) -> None:
    """All number columns by one format, and the currency: of its column, the cell, the header or as declared."""
    columns = {
        column: take_apart(values, part.header(column))
        for column, values in cells.items()
        if part.layout.kind(column) == "number"
    }
    part.numbers = number_format(list(columns.values()), part.grid.lines, file=part.file, declared=declared.decimal)
    currency = as_text(cells["currency"]) if "currency" in cells else part.get("currency")
    currency = currency.replace(CURRENCIES).str.upper()
    for column, apart in columns.items():
        read = read_numbers(apart, part.numbers)
        part.frame[column] = _share(read.values, apart.header) if column in _SHARES else read.values
        _unreadable(part, column, read.bad, apart.cells, "bad_number")
        _unreadable(part, column, read.huge, apart.cells, "huge_number")
        _negative(part, column, part.frame[column])
        currency = currency.fillna(read.currency)
        if (stated := _HEADER_CURRENCY.search(apart.header)) is not None:
            currency = currency.fillna(CURRENCIES.get(stated[1], stated[1].upper()))
    part.frame["currency"] = currency.fillna(declared.currency) if declared.currency else currency


def _negative(part: Part, column: str, values: pd.Series[Any]) -> None:
    """Credit notes and corrections are negative, and so are slips: they are kept, and told."""
    below = (values < 0) & part.open
    if below.any():
        place = int(np.flatnonzero(below)[0])
        found = {"count": int(below.sum()), "row": part.ledger.line(place), "found": values.iloc[place]}
        part.notes.append(Remark("note.negative", {"column": part.header(column), **found}))


def _share(values: pd.Series[Any], header: str) -> pd.Series[Any]:
    """A share from percent, where the header says percent and a value shows it; 0.74 under "margin_pct" is a share."""
    return values / 100 if _PERCENT.search(header) and (values.abs() > 1).any() else values


def _words(part: Part, cells: Cells) -> None:
    for column, values in cells.items():
        own = part.layout.values.get(column, {})
        if part.layout.kind(column) == "flag":
            general = vocabulary("reached" if column == "reached" else "flag")
            found, listed = meanings(column, as_text(values), own, general)
            part.frame[column] = found.map({"yes": True, "no": False}).astype("boolean")
            part.words += [word for word in listed if column == "reached" or word.meaning is None]
        elif column in GENERAL_LISTS and column in part.layout.fields:
            general = vocabulary(GENERAL_LISTS[column])
            part.frame[column], listed = meanings(column, as_text(values), own, general)
            part.words += listed
            unknown = values.notna() & part.frame[column].isna()  # a blank would say something else: never marked
            part.ledger.exclude(unknown, "word_unknown", column=part.header(column), found=as_text(values))
        elif part.layout.kind(column) == "text" and column != "currency":
            part.frame[column] = as_text(values)


def _unreadable(part: Part, column: str, bad: pd.Series[bool], cells: pd.Series[Any], code: str) -> None:
    bad = bad & part.open
    if not bad.any():
        return
    if column in _MINOR:
        place = int(np.flatnonzero(bad)[0])
        found = {"count": int(bad.sum()), "row": part.ledger.line(place), "found": cells.iloc[place]}
        part.notes.append(Remark("note.cells_left_blank", {"column": part.header(column), **found}))
    else:
        part.ledger.exclude(bad, code, column=part.header(column), found=cells)
