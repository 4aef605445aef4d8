"""What may be written into a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ExcelError(StrEnum):
    """An error that a cell shows, in the words of Excel."""

    NULL = "#NULL!"
    DIVISION = "#DIV/0!"
    VALUE = "#VALUE!"
    REFERENCE = "#REF!"
    NAME = "#NAME?"
    NUMBER = "#NUM!"
    NOT_AVAILABLE = "#N/A"


# `datetime` is a `date`, `bool` an `int`; each is written as what it is. None empties the cell and keeps its look.
Constant = float | int | str | bool | date | ExcelError | None


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with the result that is shown until the workbook is recalculated.

    `text` has no leading "="; without `text` the cell's own formula stays and only its result is written.
    """

    text: str | None
    cached: Constant = None


@dataclass(frozen=True, slots=True)
class Formatted:
    """A value with a number format of its own, in Excel's English notation, where the cell's does not fit.

    `quoted` marks a text that begins like a formula, so that it stays a text when somebody edits the cell.
    """

    value: Constant | Formula
    number_format: str = ""
    quoted: bool = False


Value = Constant | Formula
Given = Value | Formatted
Bodies = Mapping[str, tuple[tuple[Value, ...], ...]]  # tables by name: their columns that take values
