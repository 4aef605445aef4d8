"""What may be written into a cell."""

from __future__ import annotations

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


Value = Constant | Formula
