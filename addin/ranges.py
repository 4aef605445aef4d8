"""What a spreadsheet hands over <-> what the core wants: cells, numbers, days and words in; cells and errors out.

A range comes as rows of cells, a single cell as itself; a missing argument and a blank cell are both None. An Excel
error comes as its text, in English or Finnish, and goes back as its English one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Annotated, Any, Literal, TypeAlias

from kpi_core.columns.amounts import Amounts, number_of
from kpi_core.columns.column import Cell, Column
from kpi_core.columns.conditions import Condition
from kpi_core.columns.days import day_of
from kpi_core.columns.errors import ColumnError
from kpi_core.words import signs

Result: TypeAlias = float | str | bool
Kind = Literal["range", "value", "repeating"]

# The errors that a function may return, as text; a host shows its own real error for each.
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
_FINNISH: Mapping[str, str] = {
    "#JAKO/0!": "#DIV/0!",
    "#PUUTTUU!": "#N/A",
    "#PUUTTUU": "#N/A",
    "#NIMI?": "#NAME?",
    "#TYHJÄ!": "#NULL!",
    "#LUKU!": "#NUM!",
    "#VIITTAUS!": "#REF!",
}


class ExcelError(Exception):
    """An error of the spreadsheet's own, to be shown as it is; `args[0]` is its English text."""


@dataclass(frozen=True)
class Reads:
    """How an argument is read: what a host may hand over for it, and what becomes of it."""

    kind: Kind
    read: Any
    summed: bool = False
    text: bool = False


def error_of(cell: object) -> str | None:
    """The Excel error that a cell's text is, in English; a newer error than Excel 2007's is #VALUE!."""
    if not (isinstance(cell, str) and cell.startswith("#") and cell.strip() in signs("error")):
        return None
    text = cell.strip()
    return text if text in ERRORS else _FINNISH.get(text, "#VALUE!")


def column(raw: object) -> Column:
    """A range's cells. Raises ExcelError for the first error in it."""
    rows: Any = raw if isinstance(raw, list | tuple) else [[raw]]
    if rows and not isinstance(rows[0], list | tuple):  # a range of one row may come flat
        rows = [rows]
    width = len(rows[0]) if rows else 0
    found = Column(list(chain.from_iterable(rows)), (len(rows), width))
    if len(found.cells) != len(rows) * width:
        raise ColumnError("unequal", one=found.shape, other=len(found.cells))
    kinds = set(map(type, found.cells))
    if not kinds <= _PLAIN:
        found = Column([_plain(cell) for cell in found.cells], found.shape)
    for cell in found.distinct if str in kinds else ():
        if error := error_of(cell):
            raise ExcelError(error)
    return found


_PLAIN = {type(None), bool, float, int, str}


def _plain(cell: Any) -> Cell:
    """A cell as the core knows it: money comes from COM as Decimal; nothing else than values is a cell."""
    if isinstance(cell, Decimal):
        return float(cell)
    if isinstance(cell, float) and not math.isfinite(cell):
        raise ExcelError("#NUM!")
    if cell is None or isinstance(cell, bool | int | float | str | date):
        return cell
    raise ColumnError("not_a_number", found=type(cell).__name__)


def _optional_column(raw: object) -> Column | None:
    return None if raw is None else column(raw)


def _single(raw: object) -> Cell:
    """The one cell of an argument that takes no range."""
    if raw is None or type(raw) is float:  # most are, and a formula may be in thousands of cells
        return raw
    found = column(raw)
    if len(found.cells) > 1:
        raise ColumnError("unequal", one="1 x 1", other=" x ".join(map(str, found.shape)))
    return found.cells[0] if found.cells else None


def _number(raw: object) -> float:
    return number_of(_single(raw))


def _length(raw: object) -> float | None:
    """A term that may be left out and is never below zero."""
    found = _number(raw)
    if found < 0:
        raise ColumnError("negative_amount", found=f"{found:g}")
    return None if math.isnan(found) else found


def _sum(raw: object) -> float:
    return Amounts(column(raw)).total()


def _day(raw: object) -> date | None:
    cell = _single(raw)
    if cell == 0 and not isinstance(cell, bool):
        return None  # a blank cell, as some hosts hand it over
    return day_of(cell)


def _word(raw: object) -> str:
    cell = _single(raw)
    return "" if cell is None else str(cell).strip()


def _table(raw: object) -> list[list[Cell]]:
    found = column(raw)
    width = found.shape[1]
    cells = [_whole(cell) if isinstance(cell, str) else cell for cell in found.cells]
    return [cells[start : start + width] for start in range(0, len(cells), width or 1)]


def _whole(text: str) -> str:
    """A text with a sign in place of half a character: LEFT and MID cut an emoji in two, and no table can hold one."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


Cells = Annotated[Column, Reads("range", column)]
OptionalCells = Annotated[Column | None, Reads("range", _optional_column)]
Sum = Annotated[float, Reads("range", _sum, summed=True)]
Table = Annotated[list[list[Cell]], Reads("range", _table)]
Number = Annotated[float, Reads("value", _number)]
Length = Annotated[float | None, Reads("value", _length)]
Day = Annotated[date | None, Reads("value", _day)]
Word = Annotated[str, Reads("value", _word, text=True)]
Anything = Annotated[Cell, Reads("value", _single, text=True)]
Pairs = Annotated[Condition, Reads("repeating", None)]


def conditions(raw: Sequence[object]) -> list[Condition]:
    """The criteria pairs after the other arguments; pairs that are missing altogether are none.

    Raises ColumnError for a range without a criterion: a blank criterion is 0, and nobody meant that.
    """
    if len(raw) % 2 and raw[-1] is not None:
        raise ColumnError("no_criterion")
    found = []
    for place in range(0, len(raw), 2):
        wanted = raw[place + 1] if place + 1 < len(raw) else None
        if raw[place] is None and wanted is None:
            continue
        found.append(Condition(column(raw[place]), _single(wanted)))
    return found


def shown(value: object) -> Result:
    """One value as a cell shows it: nothing is empty text, what is no number is #NUM!."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) + 0.0 if math.isfinite(value) else "#NUM!"  # a negative zero is 0
    return value if isinstance(value, bool) else str(value)
