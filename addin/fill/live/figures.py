"""Figures as native formulas over the data tables, each only where the rows give the figure that was measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import NamedTuple

from addin.fill.live.audit_columns import SIDES, AuditColumn, Term, home
from addin.fill.live.data_tables import DataTable
from addin.fill.live.layouts import counted_side, parts, powers, say
from kpi_core.tables import TableName
from kpi_core.tally import Side
from kpi_core.texts import Language
from kpi_core.totals import p90
from kpi_core.views import GroupBy

_NONE = '"–"'
_STATISTICS: Mapping[str, Callable[[list[float]], float]] = {"median": median, "mean": fmean, "p90": p90}
_SAME = 1e-9  # relative: sums of the same amounts in another order


class Live(NamedTuple):
    """A formula (without "=") and the value that the rows give for it; None where there is nothing to divide.

    bare   the formula without the test for nothing to divide
    """

    formula: str
    value: float | None
    bare: str = ""


class Whose(NamedTuple):
    """The group that a figure is of, and the cell that names it."""

    by: GroupBy
    name: str
    cell: str


@dataclass(frozen=True)
class Figures:
    """The formulas of one workbook's figures.

    stats   how the terms that are no quotients are made: sum, median, mean or p90
    """

    tables: Mapping[TableName, DataTable]
    columns: Sequence[AuditColumn]
    stats: Mapping[Term, str]
    language: Language

    def figure(self, kpi: str, measured: float | None, whose: Whose | None = None) -> Live | None:
        """A KPI's formula; None where the rows do not make the figure, e.g. since an option discounts it."""
        made_of = powers(kpi)
        found = self._product(made_of, whose) if made_of else self.term(Term(kpi), whose)
        return found if found is not None and _same(found.value, measured) else None

    def part(self, kpi: str, part: str, measured: float | None) -> Live | None:
        """The formula of a figure that stands beside a KPI, e.g. the churn behind an LTV."""
        told = parts(kpi).get(part, {})
        side = next((it for it in SIDES if it in told), None)
        found = self.side(Term(kpi), side) if side else self._product(told, None) if told else None
        return found if found is not None and _same(found.value, measured) else None

    def term(self, term: Term, whose: Whose | None = None) -> Live | None:
        """A quotient, sum or median of rows."""
        top = self.side(term, "numerator", whose)
        if top is None or not self._divides(term):
            how = self.stats.get(term, "sum")
            return top if how == "sum" else self._statistic(term, how, whose)
        base = self.side(term, "denominator", whose)
        if base is None or base.value is None or top.value is None:
            return None
        value = top.value / base.value if base.value else None
        bare = f"{_bracketed(top.formula)}/{_bracketed(base.formula)}"
        return Live(f"IF({base.formula}=0,{_NONE},{bare})", value, bare)

    def observations(self, kpi: str, measured: object, whose: Whose | None = None) -> Live | None:
        """The formula of n."""
        side = counted_side(kpi)
        found = self.side(Term(kpi), side, whose, each=True) if side else None
        if found is None or not _same(found.value or None, measured if isinstance(measured, int | float) else None):
            return None
        return found if found.value else Live(f"IF({found.formula}=0,{_NONE},{found.formula})", None)

    def side(self, term: Term, side: Side, whose: Whose | None = None, *, each: bool = False) -> Live | None:
        """The sum of what rows add to one side, over all tables; with `each` the number of these rows."""
        pieces, total = [], 0.0
        for column in self._columns(term, whose):
            if side not in column.amounts:
                continue
            table = self.tables.get(column.table)
            if table is None or (whose is not None and whose.by not in table.rows):
                return None
            labels = column.amounts[side].index
            here = labels[labels.isin(table.rows.index)]
            if whose is not None:
                here = here[(table.rows.loc[here, whose.by] == whose.name).to_numpy()]
            total += len(here) if each else float(column.amounts[side].loc[here].sum())
            pieces += _sums(table, column, side, whose, each=each)
        return Live("+".join(pieces), total) if pieces else None

    def _columns(self, term: Term, whose: Whose | None) -> list[AuditColumn]:
        """The columns of a term: for a group those by group where these differ."""
        found: dict[TableName, AuditColumn] = {}
        for column in self.columns:
            if column.term == term and (column.by is None or (whose is not None and column.by == whose.by)):
                found[column.table] = column
        return list(found.values())

    def _divides(self, term: Term) -> bool:
        return any(column.divides for column in self.columns if column.term == term)

    def _statistic(self, term: Term, how: str, whose: Whose | None) -> Live | None:
        columns = self._columns(term, whose)
        table = self.tables.get(columns[0].table) if len(columns) == 1 else None
        if table is None:
            return None
        column = columns[0]
        amounts = column.amounts["numerator"]
        amounts = amounts[amounts.index.isin(table.rows.index)]
        cells, role = table.amounts(column, "numerator"), table.reference(column.header(self.language))
        counted = f'"{say("role.counted", self.language)}"'
        if whose is None:
            text = {"median": f"MEDIAN({cells})", "mean": f"AVERAGE({cells})", "p90": f"PERCENTILE({cells},0.9)"}[how]
            text = f"IF(COUNT({cells})=0,{_NONE},{text})"
        else:
            amounts = amounts[(table.rows.loc[amounts.index, whose.by] == whose.name).to_numpy()]
            group = table.group_column(whose.by)
            within = f"{cells}/(({role}={counted})*({group}={whose.cell}))"
            text = {
                "median": f"_xlfn.AGGREGATE(16,6,{within},0.5)",
                "mean": f"AVERAGEIFS({cells},{role},{counted},{group},{whose.cell})",
                "p90": f"_xlfn.AGGREGATE(16,6,{within},0.9)",
            }[how]
            text = f"IF(COUNTIFS({role},{counted},{group},{whose.cell})=0,{_NONE},{text})"
        days = [float(value) for value in amounts]
        value = _STATISTICS[how](days) if days else None
        return Live(text, value)

    def _product(self, made_of: Mapping[str, int], whose: Whose | None) -> Live | None:
        top: list[str] = []
        base: list[str] = []
        value = 1.0
        for part, power in made_of.items():
            found = self.term(home("", part), whose)
            if found is None or found.value is None:
                return None
            (top if power > 0 else base).append(f"({found.bare or found.formula})")
            value *= found.value**power
        text = "*".join(top or ["1"]) + (f"/({'*'.join(base)})" if base else "")
        return Live(f"IFERROR({text},{_NONE})", value)


def _sums(table: DataTable, column: AuditColumn, side: Side, whose: Whose | None, *, each: bool) -> list[str]:
    """What the rows of one column add to a side: a count or a sum for each role that adds to it."""
    role = table.reference(column.header(table.language))
    cells = "" if each else table.amounts(column, side)
    found = []
    for word in column.words(side):
        criteria = f'{role},"{say(f"role.{word}", table.language)}"'
        if whose is not None:
            criteria += f",{table.group_column(whose.by)},{whose.cell}"
        found.append(f"SUMIFS({cells},{criteria})" if cells else f"COUNTIFS({criteria})")
    return found


def _bracketed(sum_: str) -> str:
    return f"({sum_})" if "+" in sum_ else sum_


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=_SAME, abs_tol=1e-12)
