"""One check of a controller: two figures that must agree, what came of it, and its words as formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from addin.fill.content import Formula, Value
from addin.fill.words import say
from kpi_core.catalogue import mark
from kpi_core.scorecard import Status
from kpi_core.texts import Language

Result = Literal["ok", "attention", "failed", "not_applicable"]
STATUS: Mapping[Result, Status] = {"ok": "green", "attention": "amber", "failed": "red", "not_applicable": "grey"}
_EPOCH = date(1899, 12, 30)
_NEAR = "0.000000001"  # rounding in the last digits is no difference


@dataclass(frozen=True)
class Check:
    """One check: its name, the two figures, what came of it and why.

    cells       formulas of the two figures, where the workbook holds what they are made of
    number_format, difference_format   how the figures and their difference are shown
    tolerated   how large the difference may be
    """

    key: str
    left: float | date | None
    right: float | date | None
    result: Result
    why: str
    number_format: str = "#,##0"
    difference_format: str = ""
    cells: tuple[str, str] = ("", "")
    tolerated: str = _NEAR

    @property
    def difference(self) -> float | None:
        """The figures' difference; of days their number."""
        if isinstance(self.left, date) and isinstance(self.right, date):
            return (self.left - self.right).days
        if isinstance(self.left, date) or isinstance(self.right, date) or self.left is None or self.right is None:
            return None
        return self.left - self.right


def shown_figure(formula: str, value: float | date | None) -> Value:
    """One of the two figures, as a formula where the workbook holds what it is made of."""
    if isinstance(value, date):  # written out, since a figure's own format would show a day as a number
        return Formula(f"DATE({value.year},{value.month},{value.day})", (value - _EPOCH).days)
    return Formula(formula, value) if formula and value is not None else value


def result_formula(check: Check, language: Language) -> Value:
    """A formula over the difference: what holds now, or what would hold otherwise."""
    shown = result_word(check.result, language)
    if check.difference is None:
        return shown
    sided = check.tolerated == _NEAR
    test = "ABS({difference})" if sided else "{difference}"  # days are late on one side only
    ok = result_word("ok", language)
    otherwise = result_word("failed" if sided else "attention", language) if check.result == "ok" else shown
    return Formula(f'IF({test}<={check.tolerated},"{ok}","{otherwise}")', shown)


def result_word(result: Result, language: Language) -> str:
    """A check's result with its sign."""
    return f"{mark(STATUS[result]).icon} {say(f'check.{result}', language)}"
