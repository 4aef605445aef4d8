"""Conditions on the rows as COUNTIFS writes them: "Aino*", ">=1000", "<>lost", 5, TRUE.

Source: the help of COUNTIF and COUNTIFS (definitions.md D1). Case does not count; * and ? stand for any text and any
one character, ~ takes their meaning away; "=" alone is a blank cell, "<>" alone any other; a blank condition is 0.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpi_core.columns.column import Cell, Column
from kpi_core.columns.days import day_of, number_of, same_size
from kpi_core.columns.errors import ColumnError
from kpi_core.folding import folded_word
from kpi_core.numerals import numeral
from kpi_core.words import vocabulary

_WRITTEN = re.compile(r"(<=|>=|<>|<|>|=)?(.*)", re.DOTALL)
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Condition:
    """A range beside the counted one, and what its cell must be for the row to count."""

    column: Column
    wanted: Cell

    def rows(self) -> list[bool]:
        """Which rows meet it."""
        test = _test(self.wanted)
        # The kind is part of the key: TRUE and 1 are one value to Python, not to a spreadsheet.
        kinds = list(zip(map(type, self.column.cells), self.column.cells, strict=True))
        known = {key: test(key[1]) for key in set(kinds)}
        return [known[key] for key in kinds]


def meeting_all(conditions: Sequence[Condition], like: Column) -> list[bool] | None:
    """The rows that meet every condition; None where there is none. Raises ColumnError where the sizes differ."""
    for condition in conditions:
        same_size(like, condition.column)
    if not conditions:
        return None
    return [all(row) for row in zip(*(condition.rows() for condition in conditions), strict=True)]


def _test(wanted: Cell) -> Callable[[Cell], bool]:
    if wanted is None:
        return _equal_to(0.0)
    if not isinstance(wanted, str):
        return _equal_to(_plain(wanted))
    found = _WRITTEN.fullmatch(wanted)
    sign, operand = (found[1], found[2]) if found else (None, wanted)
    if operand == "":
        return {None: _is_empty, "=": lambda cell: cell is None, "<>": lambda cell: not _is_empty(cell)}.get(
            sign, lambda _: False
        )
    value = _operand(operand)
    if sign in _ORDER:
        return _ordered(_ORDER[sign], value)
    equal = _like(value) if isinstance(value, str) else _equal_to(value)
    return (lambda cell: not equal(cell)) if sign == "<>" else equal


def _is_empty(cell: Cell) -> bool:
    return cell is None or cell == ""


def _operand(text: str) -> bool | float | str:
    """What a condition's text stands for: a number, a day, TRUE or FALSE, else the text."""
    if (number := numeral(text)) is not None:
        return number.value
    if folded_word(text) in ("true", "tosi", "false", "epatosi"):
        return vocabulary("truth")[folded_word(text)] == "yes"
    try:
        day = day_of(text)
    except ColumnError:
        return text
    return text if day is None else number_of(day)


def _plain(cell: bool | float | date) -> bool | float:
    return number_of(cell) if isinstance(cell, date) else cell


def _value(cell: Cell) -> bool | float | str | None:
    """A cell as conditions see it: days are numbers, and so is a text that is nothing but a number."""
    return cell if cell is None or isinstance(cell, str) else _plain(cell)


def _equal_to(wanted: bool | float) -> Callable[[Cell], bool]:
    def test(cell: Cell) -> bool:
        value = _value(cell)
        if isinstance(value, str) and not isinstance(wanted, bool):
            number = numeral(value)
            return number is not None and number.value == wanted
        return isinstance(value, bool) == isinstance(wanted, bool) and value == wanted

    return test


def _ordered(compare: Callable[[Any, Any], bool], wanted: bool | float | str) -> Callable[[Cell], bool]:
    def test(cell: Cell) -> bool:
        value = _value(cell)
        if isinstance(value, str) and isinstance(wanted, str):
            return compare(value.casefold(), wanted.casefold())
        kinds = (isinstance(value, bool), isinstance(wanted, bool))
        if value is None or isinstance(value, str) or isinstance(wanted, str) or kinds[0] != kinds[1]:
            return False
        return compare(value, wanted)

    return test


def _like(wanted: str) -> Callable[[Cell], bool]:
    pattern = re.compile(_pattern(wanted), re.DOTALL)
    return lambda cell: isinstance(cell, str) and pattern.fullmatch(cell.casefold()) is not None


def _pattern(wanted: str) -> str:
    """A condition's wildcards as a regular expression."""
    wild = {"*": ".*", "?": "."}
    parts = re.findall(r"~[*?~]|.", wanted.casefold(), re.DOTALL)
    return "".join(wild.get(part, re.escape(part[-1])) for part in parts)
