"""The worksheet functions: one thin line each over kpi_core, and FUNCTIONS, the catalogue that drives every host.

A host of its own passes raw cells to `FUNCTIONS[name].call`. xlwings imports pandas, so its decorators stand in
`addin.udfs`, which holds the same functions for classic xlwings, xlwings Server and xlwings Lite.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from addin.ranges import Cells, Day, Number, OptionalCells, Pairs, Sum, Word
from addin.worksheet import Argument, WorksheetFunction, registered
from kpi_core import judging
from kpi_core.columns import figures
from kpi_core.columns.days import Window
from kpi_core.formulas import unit_economics
from kpi_core.measure import Measure

__all__ = ["FUNCTIONS", "Argument", "WorksheetFunction"]

_FOUND: dict[str, WorksheetFunction] = {}


@registered(_FOUND, kpi="win_rate")
def WINRATE(
    outcomes: Cells, closed_on: OptionalCells = None, from_on: Day = None, to_on: Day = None, *criteria: Pairs
) -> Measure:
    """Won / (won + lost), of outcomes or of two totals."""
    return figures.win_rate(outcomes, closed_on, Window(from_on, to_on), criteria)


@registered(_FOUND, kpi="show_rate")
def SHOWRATE(
    outcomes: Cells, meeting_on: OptionalCells = None, from_on: Day = None, to_on: Day = None, *criteria: Pairs
) -> Measure:
    """Held / (held + no-show), of outcomes or of two totals."""
    return figures.show_rate(outcomes, meeting_on, Window(from_on, to_on), criteria)


@registered(_FOUND, kpi="cac")
def CAC(costs: Sum, new_customers: Sum) -> Measure:
    """Sales and marketing costs / new customers."""
    return unit_economics.cac(costs, new_customers)


@registered(_FOUND, kpi="ltv_cac")
def LTVCAC(ltv: Number, cac: Number) -> Measure:
    """LTV / CAC."""
    return unit_economics.ltv_cac(ltv, cac)


@registered(_FOUND, kpi="cac_payback_months")
def CACPAYBACK(cac: Number, arpa: Number, gross_margin: Number) -> Measure:
    """CAC / (monthly revenue x gross margin)."""
    return unit_economics.cac_payback_months(cac, arpa, gross_margin)


@registered(_FOUND, spills=True)
def KPIINTERVAL(kpi: Word, successes: Number, n: Number) -> Any:
    """Wilson's 95 % interval of a share: two cells."""
    return judging.interval(kpi, successes, n, _names())


def _names() -> Mapping[str, str]:
    """The functions' own names as names of their KPIs."""
    return {name: found.kpi for name, found in _FOUND.items() if found.kpi}


FUNCTIONS: Mapping[str, WorksheetFunction] = MappingProxyType(_FOUND)
