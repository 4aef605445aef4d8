"""What a cell gets, whatever a function gives: an Excel error in place of what no cell can hold."""

from __future__ import annotations

import logging
import math
from numbers import Real

from addin.worksheet import WorksheetFunction

Cell = float | str | bool

log = logging.getLogger(__name__)


def shown(function: WorksheetFunction, raw: tuple[object, ...]) -> Cell | list[list[Cell]]:
    """What a cell gets: the function's answer, and an Excel error where it broke its word not to fail."""
    try:
        found = function.call(*raw)
    except Exception:
        log.exception("%s failed", function.name)
        return "#VALUE!"
    if isinstance(found, list | tuple):
        return [[_cell(value) for value in row] for row in found]
    return _cell(found)


def _cell(value: object) -> Cell:
    """A value that Excel can show: neither NaN nor infinity travels to it."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, Real):
        number = float(value)
        return number if math.isfinite(number) else "#NUM!"
    return "" if value is None else "#VALUE!"
