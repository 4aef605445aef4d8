"""One sheet read by one layout: typed columns, the words met, and the verdict on each row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kpi_core.intake.dates import read_dates
from kpi_core.intake.folding import folded_header
from kpi_core.intake.grid import Grid
from kpi_core.intake.layouts import HELPERS, Layout
from kpi_core.intake.ledger import Ledger
from kpi_core.intake.numbers import number_format, read_numbers, take_apart
from kpi_core.intake.source import DateFormat, Declared, IntakeError, NumberFormat, Remark, Word
from kpi_core.intake.words import is_any_of, meanings, signs, vocabulary
from kpi_core.tables import COLUMNS, Kind

# Columns without which a row still means what it means: an unreadable cell is left blank and told, the row is used.
_MINOR = frozenset({"modified_on", "probability", "expected_close_on"})
_CODED = {"outcome": "outcome", "channel": "channel"}  # columns whose words have a general list
_HEADER_CURRENCY = re.compile(r"[(\[]\s*(EUR|USD|GBP|SEK|NOK|DKK|€|\$|£)\s*[)\]]\s*\*?$", re.IGNORECASE)


@dataclass
class Part:
    """What one layout makes of one sheet. `frame` has every row of the grid; `ledger` says which of them count."""

    layout: Layout
    grid: Grid
    ledger: Ledger
    chosen: Mapping[str, int]
    frame: pd.DataFrame
    dates: list[DateFormat] = field(default_factory=list)
    numbers: NumberFormat | None = None
    words: list[Word] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    def get(self, column: str) -> pd.Series[Any]:
        """A column of the frame; all blank where the file has none."""
        if column in self.frame:
            found: pd.Series[Any] = self.frame[column]
            return found
        kind = kind_of(self.layout, column)
        dtype = {"date": "datetime64[s]", "number": "float64", "flag": "boolean", "text": "str"}[kind]
        return pd.Series(pd.NA if kind in ("flag",) else None, index=self.frame.index, dtype=dtype)  # type: ignore[call-overload]

    @property
    def file(self) -> str:
        """The name by which rows tell where they come from."""
        return self.ledger.file


def kind_of(layout: Layout, column: str) -> Kind:
    """What kind of values a canonical or helper column has."""
    if layout.table in COLUMNS and column in COLUMNS[layout.table]:
        return COLUMNS[layout.table][column].kind
    return HELPERS.get(column, "date" if column.endswith("_on") else "text")


def read_part(grid: Grid, layout: Layout, matches: Mapping[str, list[int]], declared: Declared, *, epoch_1904: bool) -> Part:
    """Type the matched columns of a grid. Raises IntakeError where a column can be read in two ways."""
    ledger = Ledger(grid.ledger.file, grid.lines)
    ledger.ignored, ledger.excluded = dict(grid.ledger.ignored), dict(grid.ledger.excluded)
    ledger.reopen()
    part = Part(layout, grid, ledger, {}, pd.DataFrame(index=range(len(grid.rows))))
    cells = _chosen_cells(part, matches)
    _ignore_by_rule(part, cells)
    data = grid_data(cells, ledger)
    _exclude_errors(part, data)
    _read_dates(part, data, declared, epoch_1904)
    _read_numbers(part, data, declared)
    for column, values in data.items():
        kind = kind_of(layout, column)
        if kind == "flag":
            part.frame[column] = _flags(part, column, values)
        elif kind == "text" and column not in part.frame:
            part.frame[column] = _texts(values)
            if column in _CODED and column in COLUMNS.get(layout.table, {}):  # type: ignore[call-overload]
                own = layout.values.get(column, {})
                shown = part.frame[column].where(ledger.open)
                part.frame[column], listed = meanings(column, shown, own, vocabulary(_CODED[column]))
                part.words += listed
    for column, value in layout.constants.items():
        part.frame[column] = value
    _stage_dates(part, declared, epoch_1904)
    return part


def grid_data(cells: Mapping[str, pd.Series[Any]], ledger: Ledger) -> dict[str, pd.Series[Any]]:
    """The cells of the rows that count: what furniture and ignored rows hold proves nothing."""
    open_rows = pd.Series(ledger.open)
    return {column: values.where(open_rows) for column, values in cells.items()}


def _chosen_cells(part: Part, matches: Mapping[str, list[int]]) -> dict[str, pd.Series[Any]]:
    """The cells of the one header that each column is read from."""
    cells: dict[str, pd.Series[Any]] = {}
    chosen: dict[str, int] = {}
    for column, places in matches.items():
        first = places[0]
        cells[column] = part.grid.column(first)
        chosen[column] = first
        for other in places[1:]:
            one, two = part.grid.headers[first], part.grid.headers[other]
            same = folded_header(one) == folded_header(two)
            if (same or not part.layout.exact) and not _texts(cells[column]).equals(_texts(part.grid.column(other))):
                raise IntakeError("duplicate_mapping", file=part.file, one=one, other=two, column=column)
            part.notes.append(Remark("note.also_fits", {"one": one, "other": two, "column": column}))
    part.chosen = chosen
    return cells


def _ignore_by_rule(part: Part, cells: dict[str, pd.Series[Any]]) -> None:
    ledger = part.ledger
    if "is_deleted" in cells:
        ledger.ignore(is_any_of(_texts(cells["is_deleted"]), [word for word, yes in vocabulary("flag").items() if yes == "yes"]), "deleted")
    for column, own in part.layout.values.items():
        if column in cells and column not in _CODED and column not in ("status", "stage", "reached"):
            words, listed = meanings(column, _texts(cells[column]).where(pd.Series(ledger.open)), own, {})
            cells[column] = words
            part.words += listed
    for rule in part.layout.ignore:
        if rule.column not in cells:
            continue
        words = _texts(cells[rule.column])
        if rule.words:
            ledger.ignore(is_any_of(words, rule.words), rule.rule)
        if rule.unless:
            ledger.ignore(words.notna() & ~is_any_of(words, rule.unless), rule.rule)
        if rule.blank:
            ledger.ignore(words.isna(), rule.rule)


def _exclude_errors(part: Part, data: dict[str, pd.Series[Any]]) -> None:
    """Excel's error texts are errors in every column that is used."""
    errors = {error.casefold() for error in signs("error")}
    for column, values in data.items():
        text = values if values.dtype != "object" else values.where(values.map(lambda cell: isinstance(cell, str)))
        hashed = text.astype("str").str.startswith("#", na=False)
        if not hashed.any():
            continue
        wrong = hashed & text.astype("str").str.casefold().isin(errors)
        part.ledger.exclude(wrong, "excel_error", column=part.grid.headers[part.chosen[column]], found=text)
        data[column] = values.mask(wrong)


def _read_dates(part: Part, data: Mapping[str, pd.Series[Any]], declared: Declared, epoch_1904: bool) -> None:
    for column, values in data.items():
        if kind_of(part.layout, column) != "date":
            continue
        header = part.grid.headers[part.chosen[column]]
        read = read_dates(
            values,
            part.grid.lines,
            file=part.file,
            header=header,
            column=column,
            declared=declared.date_order,
            timezone=declared.timezone,
            epoch_1904=epoch_1904,
            months=column == "month_on",
        )
        part.frame[column] = read.days
        if read.format:
            part.dates.append(read.format)
        _unreadable(part, column, header, read.bad, values, "bad_date")
    if "month_on" in part.frame:
        days = part.frame["month_on"]
        part.frame["month_on"] = days - pd.to_timedelta(days.dt.day - 1, unit="D")


def _read_numbers(part: Part, data: Mapping[str, pd.Series[Any]], declared: Declared) -> None:
    columns = {
        column: take_apart(values, part.grid.headers[part.chosen[column]])
        for column, values in data.items()
        if kind_of(part.layout, column) == "number"
    }
    part.numbers = number_format(list(columns.values()), part.grid.lines, file=part.file, declared=declared.decimal)
    currency = pd.Series(None, index=part.frame.index, dtype="str")
    for column, apart in columns.items():
        read = read_numbers(apart, part.numbers)
        part.frame[column] = read.values
        _unreadable(part, column, apart.header, read.bad, apart.cells, "bad_number")
        currency = currency.fillna(read.currency)
        if (stated := _HEADER_CURRENCY.search(apart.header)) is not None:
            sign = stated[1].upper()
            currency = currency.fillna({"€": "EUR", "$": "USD", "£": "GBP"}.get(sign, sign))
    if "currency" in data:
        currency = _texts(data["currency"]).str.upper().replace({"€": "EUR", "$": "USD", "£": "GBP"}).fillna(currency)
    if declared.currency:
        currency = currency.fillna(declared.currency)
    part.frame["currency"] = currency


def _unreadable(part: Part, column: str, header: str, bad: pd.Series[bool], cells: pd.Series[Any], code: str) -> None:
    bad = bad & pd.Series(part.ledger.open)
    if not bad.any():
        return
    if column in _MINOR:
        place = int(np.flatnonzero(bad)[0])
        found = {"column": header, "count": int(bad.sum()), "row": part.ledger.line(place), "found": cells.iloc[place]}
        part.notes.append(Remark("note.cells_left_blank", found))
    else:
        part.ledger.exclude(bad, code, column=header, found=cells)


def _flags(part: Part, column: str, values: pd.Series[Any]) -> pd.Series[Any]:
    general = vocabulary("reached" if column == "reached" else "flag")
    found, listed = meanings(column, _texts(values), part.layout.values.get(column, {}), general)
    part.words += listed
    return found.map({"yes": True, "no": False}).astype("boolean")


def _texts(values: pd.Series[Any]) -> pd.Series[Any]:
    """Cells as text; a whole number typed by a workbook has no ".0"."""
    if values.dtype != "object":
        return values
    return values.map(_text, na_action="ignore").astype("str")


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _stage_dates(part: Part, declared: Declared, epoch_1904: bool) -> None:
    """Offers and the latest stage from headers such as date_entered_price_offering."""
    beginnings = tuple(part.layout.stage_dates)
    if not beginnings:
        return
    entered: dict[str, pd.Series[Any]] = {}
    for place, header in enumerate(part.grid.headers):
        begun = next((start for start in beginnings if header.casefold().startswith(start)), None)
        if begun is None:
            continue
        stage = header[len(begun) :].strip(' _"').split("(")[0].strip(' _"').replace("_", " ")
        cells = part.grid.column(place).where(pd.Series(part.ledger.open))
        read = read_dates(
            cells, part.grid.lines, file=part.file, header=header, column=stage,
            declared=declared.date_order, timezone=declared.timezone, epoch_1904=epoch_1904,
        )
        entered[stage] = read.days
        if read.format:
            part.dates.append(read.format)
    if not entered:
        return
    from kpi_core.intake.words import word_list
    from kpi_core.intake.folding import folded_word

    days = pd.DataFrame(entered)
    offers = [stage for stage in entered if folded_word(stage) in word_list("offer_stage")]
    for stage in entered:
        part.words.append(Word("stage", stage, "offer" if stage in offers else "stage", int(days[stage].notna().sum())))
    if offers and "offer_on" not in part.frame:
        part.frame["offer_on"] = days[offers].min(axis=1)
        part.frame["offer_from"] = "stage"
    if "stage" not in part.frame:
        latest = days.apply(pd.to_numeric).where(days.notna())
        named = latest.dropna(how="all").idxmax(axis=1)
        part.frame["stage"] = named.reindex(part.frame.index).astype("str")
