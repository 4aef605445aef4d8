"""Cells as Excel sends and shows them, for tests that compare a service's answer with the function's own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from addin.worksheet import WorksheetFunction

_ERROR_TYPES = {
    "#DIV/0!": "Div0",
    "#N/A": "NotAvailable",
    "#NAME?": "Name",
    "#NULL!": "Null",
    "#NUM!": "Num",
    "#REF!": "Ref",
    "#VALUE!": "Value",
}
_ERRORS = {kind: text for text, kind in _ERROR_TYPES.items()}


def sent(function: WorksheetFunction, arguments: tuple[Any, ...]) -> list[Any]:
    """A call's arguments as Excel hands them over: all matrices, what is left out null, repeated ones listed."""
    single = sum(it.kind != "repeating" for it in function.arguments)
    given = [None if it is None else _matrix(it) for it in arguments]
    given += [None] * (single - len(given))
    return given if single == len(function.arguments) else [*given[:single], given[single:]]


def raw(argument: Any) -> Any:
    """An argument as a function gets it: days as serial numbers, a range as rows however small.

    Excel hands over an empty text (="") as it hands over a blank cell: both are a blank cell here, given, not missing.
    """
    if argument is None:
        return None
    rows = [[_plain(cell) for cell in row] for row in _rows(argument)]
    return rows if isinstance(argument, list | tuple) or argument == "" else rows[0][0]


def shown(result: Any) -> Any:
    """What a cell, or a spilled range, shows of an answer: errors as their text."""
    if isinstance(result, list):
        found = [[_cell(cell) for cell in row] for row in result]
        return found[0][0] if (len(found), len(found[0])) == (1, 1) else found
    return _cell(result)


def serial(day: date) -> float:
    """Excel's number of a day."""
    return float((day - date(1899, 12, 30)).days)


def _matrix(argument: Any) -> list[list[Any]]:
    return [[_typed(cell) for cell in row] for row in _rows(argument)]


def _rows(argument: Any) -> list[list[Any]]:
    if not isinstance(argument, list | tuple):
        return [[argument]]
    return [list(row) if isinstance(row, list | tuple) else [row] for row in argument]


def _typed(cell: Any) -> Any:
    if isinstance(cell, str) and cell in _ERROR_TYPES:
        return {"type": "Error", "basicType": "Error", "basicValue": cell, "errorType": _ERROR_TYPES[cell]}
    plain = _plain(cell)
    return "" if plain is None else plain


def _plain(cell: Any) -> Any:
    if isinstance(cell, date):
        return serial(cell.date() if isinstance(cell, datetime) else cell)
    if cell == "":
        return None
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


def _cell(value: Any) -> Any:
    return _ERRORS[value["errorType"]] if isinstance(value, dict) else value
