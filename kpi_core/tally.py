"""What each row adds to a figure: a formula sums these, so that the rows behind a figure are the figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pandas as pd

from kpi_core.tables import TableName

Side = Literal["numerator", "denominator", "linked"]


@dataclass(frozen=True, slots=True)
class Tally:
    """The rows of one table that stand on one side of a figure, and how much each adds to it.

    amounts  by the row's label in its table: 1 where rows are counted, else money, days, weeks
    days     the day by which a row was counted, by label; a longer column will do
    term     which part of the figure, where it has several, e.g. churn of an LTV
    money    whether the amounts are money

    Where several rows are one person, company or meeting, only the first of them is listed. Rows of the side `linked`
    add nothing: they decide what becomes of another row, as an offer does of the meeting that it followed from.
    """

    table: TableName
    side: Side
    amounts: pd.Series[Any]
    days: pd.Series[Any] | None = field(default=None, repr=False)
    term: str = ""
    money: bool = False

    @property
    def total(self) -> float:
        """The sum over the rows; a blank amount adds nothing."""
        summed: Any = self.amounts.sum()
        total: float = summed.item()
        return total

    def of(self, term: str) -> Tally:
        """The same rows as a part of another figure."""
        return replace(self, term=term)


def one_each(rows: pd.DataFrame | pd.Series[Any]) -> pd.Series[int]:
    """1 for each row."""
    return pd.Series(1, index=rows.index, dtype="int64")


def linked(table: TableName, rows: pd.DataFrame | pd.Series[Any], days: pd.Series[Any] | None = None) -> Tally:
    """Rows that add nothing, but decide what becomes of the others."""
    return Tally(table, "linked", pd.Series(0, index=rows.index, dtype="int64"), days)


def money_sides(tallies: Iterable[Tally]) -> frozenset[Side]:
    """The sides whose sums are money."""
    return frozenset(it.side for it in tallies if it.money)
