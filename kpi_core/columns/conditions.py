"""Conditions on the rows as COUNTIFS writes them: "Aino*", ">=1000", "<>lost", 5, TRUE.

Source: the help of COUNTIF and COUNTIFS (definitions.md D1). Case does not count; * and ? stand for any text and any
one character, ~ makes the next one plain; "=" alone is a blank cell, "<>" alone any other; a blank condition is 0.
A condition that is a number or a day to somebody ("1.234", "5/4/2026") and cannot be read as one without guessing finds
identical text, or is refused where numbers or days stand in the range. Text is ordered by character codes.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpi_core.columns.column import Cell, Column
from kpi_core.columns.days import moment_of, number_of, same_size
from kpi_core.columns.errors import ColumnError
from kpi_core.columns.wildcards import matching
from kpi_core.folding import folded_word
from kpi_core.numerals import numeral
from kpi_core.words import vocabulary

_WRITTEN = re.compile(r"(<=|>=|<>|<|>|=)?(.*)", re.DOTALL)
_TIME = r"\d{1,2}[:.]\d{1,2}(?:[:.]\d{1,2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?"
_DAY = r"\d{1,2}[./-]\d{1,2}(?:[./-](?:\d{4}|\d{1,2})?)?|\d{1,2}[./-]\d{4}|\d{4}[./-]\d{1,2}(?:[./-]\d{1,2})?"
_FRACTION = r"\d+ \d+/\d+"
_DAY_OR_TIME = re.compile(rf"(?:{_DAY})(?:(?:T|\s+(?:klo\s+)?){_TIME})?|{_TIME}|{_FRACTION}", re.ASCII)
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
        sign, operand = _apart(self.wanted)
        unclear = isinstance(operand, str) and _looks_like_figure(operand)
        if unclear and sign in _ORDER:
            raise ColumnError("unclear_condition", found=self.wanted)
        test = _test(sign, operand)
        # The kind is part of the key: TRUE and 1 are one value to Python, not to a spreadsheet.
        kinds = list(zip(map(type, self.column.cells), self.column.cells, strict=True))
        known = {key: test(key[1]) for key in set(kinds)}
        if unclear and len(set(known.values())) < 2 and any(not _is_text(cell) for _, cell in known):
            raise ColumnError("unclear_condition", found=self.wanted)  # no text is it, and numbers or days might be
        return [known[key] for key in kinds]


def meeting_all(conditions: Sequence[Condition], like: Column) -> list[bool] | None:
    """The rows that meet every condition; None where there is none. Raises ColumnError where the sizes differ."""
    for condition in conditions:
        same_size(like, condition.column)
    if not conditions:
        return None
    return [all(row) for row in zip(*(condition.rows() for condition in conditions), strict=True)]


def _apart(wanted: Cell) -> tuple[str | None, bool | float | str]:
    """A condition's sign and what stands after it; a blank condition is 0."""
    if wanted is None:
        return None, 0.0
    if not isinstance(wanted, str):
        return None, _plain(wanted)
    found = _WRITTEN.fullmatch(wanted)
    sign, text = (found[1], found[2]) if found else (None, wanted)
    return sign, _operand(text)


def _test(sign: str | None, operand: bool | float | str) -> Callable[[Cell], bool]:
    if operand == "":
        return {None: _is_empty, "=": lambda cell: cell is None, "<>": lambda cell: cell is not None}.get(
            sign, lambda _: False
        )
    if sign in _ORDER:
        return _ordered(_ORDER[sign], operand)
    equal = matching(operand) if isinstance(operand, str) else _equal_to(operand)
    return (lambda cell: not equal(cell)) if sign == "<>" else equal


def _is_empty(cell: Cell) -> bool:
    return cell is None or cell == ""


def _operand(text: str) -> bool | float | str:
    """What a condition's text stands for: a number, a day, TRUE or FALSE, else the text."""
    if (number := numeral(text)) is not None:
        return number.value
    if folded_word(text) in ("true", "tosi", "false", "epatosi"):
        return vocabulary("truth")[folded_word(text)] == "yes"
    moment = moment_of(text)
    return text if moment is None else moment


def _looks_like_figure(text: str) -> bool:
    """Whether a text that could not be read is a number, a day or a time to somebody: "1.234", "5/4/2026", "10:30"."""
    return bool(numeral(text, ",") or numeral(text, ".") or _DAY_OR_TIME.fullmatch(text.strip()))


def _is_text(cell: Cell) -> bool:
    return cell is None or isinstance(cell, str | bool)


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
            return (moment_of(value) if number is None else number.value) == wanted
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
