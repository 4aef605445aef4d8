"""From a figure to the rows that made it: what each added, and where in the exports it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Literal

import pandas as pd

from kpi_core.catalogue import definition
from kpi_core.errors import UsageError
from kpi_core.measure import Measure
from kpi_core.periods import Period
from kpi_core.reading import Reading
from kpi_core.run import Run
from kpi_core.table_words import MONEY
from kpi_core.tables import Dataset, TableName
from kpi_core.tally import Side, Tally, money_sides
from kpi_core.views import Group, View, split

Role = Literal["numerator", "denominator", "both", "counted", "linked"]
How = Literal["quotient", "sum", "median", "mean", "p90"]

# What a row of each table is called and what it says: canonical columns.
_IDS: Mapping[TableName, str] = {
    "contacts": "contact_id",
    "meetings": "meeting_id",
    "opportunities": "opportunity_id",
    "customers": "customer_id",
    "sellers": "seller_id",
}
_SAYS: Mapping[TableName, str] = {
    "contacts": "channel",
    "meetings": "outcome",
    "opportunities": "status",
    "costs": "category",
}
COLUMNS = (
    "term",
    "role",
    "table",
    "source_file",
    "source_row",
    "id",
    "seller",
    "company",
    "on",
    "says",
    "money",
    "numerator",
    "denominator",
)


@dataclass(frozen=True, slots=True)
class Sum:
    """One figure made of rows: of the KPI itself (term ""), or of a part of it, e.g. churn of an LTV.

    value is numerator / denominator, or `how` says of the numerators' amounts; None where there is nothing to divide.
    money holds the sides whose sums are money.
    """

    term: str
    how: How
    numerator: float
    denominator: float | None
    value: float | None
    money: frozenset[Side] = frozenset()


@dataclass(frozen=True)
class Trace:
    """A figure and its rows.

    rows  a row of COLUMNS each, indexed by its label in its table: `numerator` and `denominator` are what it adds (NaN:
          not on that side), `on` the day by which it was counted, `says` its status, outcome, channel or category
    """

    reading: Reading
    sums: tuple[Sum, ...]
    rows: pd.DataFrame


def trace(
    data: Dataset,
    kpi: str,
    period: Period,
    *,
    group: Group | None = None,
    as_of: date | None = None,
    options: Mapping[str, Mapping[str, str]] | None = None,
    thresholds: Mapping[str, Sequence[float]] | None = None,
) -> Trace:
    """The rows behind one figure, found by the formula that computes it.

    Raises UsageError for an unknown KPI, option or group, and where the KPI is not measured by such a group.
    """
    known = definition(kpi)
    run = Run(data, options or {}, thresholds or {})
    view = run.view(period, as_of)
    if group is not None:
        if group[0] not in known.groups:
            raise UsageError("trace.not_by_group", kpi=kpi, found=group[0], known=", ".join(known.groups) or "–")
        groups = split(data, group[0])
        if group[1] not in groups.names:
            raise UsageError("trace.unknown_group", found=group[1], known=", ".join(groups.names) or "–")
        view = view.of(group, groups)
    measured = run.measure(known, view)
    return Trace(run.judged(known, view, measured), tuple(_sums(measured)), used_rows(measured.tallies, view))


def used_rows(tallies: Sequence[Tally], view: View) -> pd.DataFrame:
    """The rows of a measure, in the order of its terms, tables and their rows."""
    frames = []
    for (term, table), sides in _by_term_and_table(tallies):
        frames.append(_described(sides, _table(view, table)).assign(term=term, table=table))
    rows = pd.concat(frames) if frames else pd.DataFrame(columns=pd.Index(COLUMNS))
    rows = rows.reindex(columns=pd.Index(COLUMNS))
    rows["role"] = _roles(rows)
    return rows


def _by_term_and_table(tallies: Sequence[Tally]) -> Iterator[tuple[tuple[str, TableName], list[Tally]]]:
    ordered = sorted(enumerate(tallies), key=lambda it: (_first(tallies, it[1]), it[0]))
    for key, found in groupby((side for _, side in ordered), key=lambda side: (side.term, side.table)):
        yield key, list(found)


def _first(tallies: Sequence[Tally], of: Tally) -> int:
    return next(i for i, side in enumerate(tallies) if (side.term, side.table) == (of.term, of.table))


def _table(view: View, table: TableName) -> pd.DataFrame:
    return view.roster() if table == "sellers" else view.whole.table(table)


def _described(sides: Sequence[Tally], table: pd.DataFrame) -> pd.DataFrame:
    """The rows of one table that stand on any side, with what they say."""
    labels = pd.Index(sorted({label for side in sides for label in side.amounts.index}), dtype="int64")
    found = table.loc[labels]
    name: TableName = sides[0].table
    days = pd.Series(pd.NaT, index=labels, dtype="datetime64[s]")
    for side in sides:
        if side.days is not None:
            days = days.fillna(side.days.reindex(side.amounts.index).reindex(labels))
    rows = pd.DataFrame(
        {
            "source_file": found["source_file"].astype("object").fillna(""),
            "source_row": found["source_row"].astype("Int64"),
            "id": _column(found, _IDS.get(name)),
            "seller": _column(found, "seller"),
            "company": _column(found, "company"),
            "on": days,
            "says": _column(found, _SAYS.get(name)),
            "money": _column(found, MONEY.get(name)).astype("float64"),
        },
        index=labels,
    )
    for which in ("numerator", "denominator"):
        amounts = [side.amounts for side in sides if side.side == which]
        rows[which] = amounts[0].reindex(labels).astype("float64") if amounts else float("nan")
    return rows


def _column(rows: pd.DataFrame, name: str | None) -> pd.Series[Any]:
    return rows[name].astype("object") if name in rows else pd.Series(None, index=rows.index, dtype="object")


def _roles(rows: pd.DataFrame) -> pd.Series[Any]:
    """Numerator, denominator or both; counted, where the term is no quotient; linked, where it adds nothing."""
    top, base = rows["numerator"].notna(), rows["denominator"].notna()
    quotients = set(rows.loc[base, "term"])
    role = pd.Series("linked", index=rows.index, dtype="object")
    role[top] = "numerator"
    role[base] = "denominator"
    role[top & base] = "both"
    role[top & ~rows["term"].isin(quotients)] = "counted"
    return role


def _sums(measured: Measure) -> Iterator[Sum]:
    for term in dict.fromkeys(side.term for side in measured.tallies):
        sides = [side for side in measured.tallies if side.term == term]
        top = sum(side.total for side in sides if side.side == "numerator")
        money = money_sides(sides)
        bases = [side.total for side in sides if side.side == "denominator"]
        if bases:
            base = sum(bases)
            yield Sum(term, "quotient", top, base, top / base if base else None, money)
        else:
            how: Any = measured.basis.get("stat", "sum")
            yield Sum(term, how, top, None, top if how == "sum" else measured.value, money)
