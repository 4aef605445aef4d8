"""One call from a cell of Calc: raw arguments in, a value or a table that UNO can carry out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from addin.hosts.libreoffice.blank_cells import without_blanks
from addin.hosts.libreoffice.calc_errors import CODES, error_number
from addin.hosts.libreoffice.cells import raw_arguments
from addin.worksheet import WorksheetFunction

Shown: TypeAlias = float | str | bool
Table: TypeAlias = tuple[tuple[Shown, ...], ...]


def answered(function: WorksheetFunction, given: Sequence[Any]) -> Shown | Table:
    """What a function gives for the arguments that Calc handed over; the repeating ones are the last, in a tuple."""
    if any(it.kind == "repeating" for it in function.arguments):
        given = [*given[:-1], *(given[-1] or ())]
    answer = function.call(*raw_arguments(without_blanks(function, given)))
    if not function.spills:
        return _shown(answer)
    rows: list[list[Any]] = answer if isinstance(answer, list) else [[answer]]
    return tuple(tuple(_shown(it) for it in row) for row in rows)


def _shown(value: Any) -> Shown:
    if isinstance(value, str) and value in CODES:
        return error_number(value)
    shown: Shown = value
    return shown
