"""The worksheet functions: one thin line each over kpi_core, and FUNCTIONS, the catalogue that drives every host.

A host of its own passes raw cells to `FUNCTIONS[name].call`. xlwings imports pandas, so its decorators stand in
`addin.udfs`, which holds the same functions for classic xlwings, xlwings Server and xlwings Lite.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from addin.ranges import Anything, Cells, Day, Length, Number, OptionalCells, Pairs, Sum, Table, Word
from addin.worksheet import Argument, WorksheetFunction, registered
from kpi_core import judging, planning, totals
from kpi_core.columns import matching, shares, sums
from kpi_core.columns.choices import chosen_payment, chosen_statistic, chosen_week
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
    return shares.win_rate(outcomes, closed_on, Window(from_on, to_on), criteria)


@registered(_FOUND, kpi="show_rate")
def SHOWRATE(
    outcomes: Cells, meeting_on: OptionalCells = None, from_on: Day = None, to_on: Day = None, *criteria: Pairs
) -> Measure:
    """Held / (held + no-show), of outcomes or of two totals."""
    return shares.show_rate(outcomes, meeting_on, Window(from_on, to_on), criteria)


@registered(_FOUND, kpi="contact_to_meeting")
def CONTACTTOMEETING(
    contacts: Cells,
    meetings: Cells,
    reached: OptionalCells = None,
    contacted_on: OptionalCells = None,
    booked_on: OptionalCells = None,
    from_on: Day = None,
    to_on: Day = None,
    *criteria: Pairs,
) -> Measure:
    """Contacts reached that led to a meeting / contacts reached, of two lists of names or of two totals."""
    window = Window(from_on, to_on)
    return matching.contact_to_meeting(contacts, meetings, reached, contacted_on, booked_on, window, criteria)


@registered(_FOUND, kpi="meeting_to_offer")
def MEETINGTOOFFER(
    meetings: Cells,
    offers: Cells,
    outcomes: OptionalCells = None,
    meeting_on: OptionalCells = None,
    offer_on: OptionalCells = None,
    from_on: Day = None,
    to_on: Day = None,
    *criteria: Pairs,
) -> Measure:
    """Held first meetings that led to an offer / held first meetings, of two lists of names or of two totals."""
    window = Window(from_on, to_on)
    return matching.meeting_to_offer(meetings, offers, outcomes, meeting_on, offer_on, window, criteria)


@registered(_FOUND, kpi="meetings_per_week")
def MEETINGSPERWEEK(
    meetings: Cells,
    from_on: Day,
    to_on: Day,
    sellers: Number = math.nan,
    absent_days: Number = math.nan,
    week: Word = "",
    outcomes: OptionalCells = None,
    customers: OptionalCells = None,
    *criteria: Pairs,
) -> Measure:
    """New meetings / seller-working-weeks, of a number of meetings or of their days."""
    window, kind = Window(from_on, to_on), chosen_week(week)
    return sums.meetings_per_week(meetings, window, sellers, absent_days, kind, outcomes, customers, criteria)


@registered(_FOUND, kpi="pipeline_value")
def PIPELINEVALUE(
    values: Cells, outcomes: OptionalCells = None, probabilities: OptionalCells = None, *criteria: Pairs
) -> Measure:
    """The sum of the open offers' values."""
    return sums.pipeline_value(values, outcomes, probabilities, criteria)


@registered(_FOUND, kpi="pipeline_coverage")
def PIPELINECOVERAGE(pipeline: Sum, target: Sum, won: Sum = math.nan) -> Measure:
    """Open offers / the target, or / what is left of it."""
    return totals.pipeline_coverage(pipeline, target, won)


@registered(_FOUND, kpi="sales_cycle_days")
def SALESCYCLE(
    started_on: Cells,
    closed_on: Cells,
    statistic: Word = "",
    outcomes: OptionalCells = None,
    from_on: Day = None,
    to_on: Day = None,
    *criteria: Pairs,
) -> Measure:
    """Days from first contact to closing: median, mean or 90th percentile."""
    window, kind = Window(from_on, to_on), chosen_statistic(statistic)
    return sums.sales_cycle_days(started_on, closed_on, kind, outcomes, window, criteria)


@registered(_FOUND, kpi="cac")
def CAC(costs: Sum, new_customers: Sum) -> Measure:
    """Sales and marketing costs / new customers."""
    return unit_economics.cac(costs, new_customers)


@registered(_FOUND, kpi="ltv")
def LTV(
    arpa: Number,
    gross_margin: Number,
    churn: Number = math.nan,
    cap_months: Length = None,
    discount_rate: Length = None,
    lifetime_months: Length = None,
    payment: Word = "",
) -> Measure:
    """Monthly revenue x gross margin / monthly churn."""
    terms = {"cap_months": cap_months, "discount_rate": discount_rate, "lifetime_months": lifetime_months}
    return unit_economics.ltv(arpa, gross_margin, churn, **terms, payment=chosen_payment(payment))


@registered(_FOUND, kpi="ltv_cac")
def LTVCAC(ltv: Number, cac: Number) -> Measure:
    """LTV / CAC."""
    return unit_economics.ltv_cac(ltv, cac)


@registered(_FOUND, kpi="cac_payback_months")
def CACPAYBACK(cac: Number, arpa: Number, gross_margin: Number) -> Measure:
    """CAC / (monthly revenue x gross margin)."""
    return unit_economics.cac_payback_months(cac, arpa, gross_margin)


@registered(_FOUND)
def MEETINGSNEEDED(
    target: Sum, deal_size: Number, win_rate: Number, meeting_to_offer: Number, show_rate: Number = math.nan
) -> float:
    """Target / deal size / win rate / meeting to offer [/ show rate]."""
    return planning.meetings_needed(target, deal_size, win_rate, meeting_to_offer, show_rate)


@registered(_FOUND)
def PIPELINENEEDED(target: Sum, win_rate: Number, won: Sum = math.nan) -> float:
    """(Target - won) / win rate."""
    return planning.pipeline_needed(target, win_rate, won)


@registered(_FOUND)
def KPISTATUS(kpi: Word, value: Number, n: Number = math.nan, language: Word = "") -> str:
    """A value's status: red, amber, green or grey."""
    return judging.status(kpi, value, n, language, _names())


@registered(_FOUND)
def KPIADVICE(kpi: Word, value: Number, language: Word = "", n: Number = math.nan) -> str:
    """A value's diagnosis in words."""
    return judging.advice(kpi, value, language, n, _names())


@registered(_FOUND, spills=True)
def KPIINTERVAL(kpi: Word, successes: Number, n: Number) -> Any:
    """Wilson's 95 % interval of a share: two cells."""
    return judging.interval(kpi, successes, n, _names())


@registered(_FOUND, spills=True)
def KPITABLE(table: Table, by: Word = "", period: Anything = None, language: Word = "") -> Any:
    """A whole scorecard of a range with headers."""
    from kpi_core.single_table import scorecard_rows  # the only function that needs pandas

    return scorecard_rows(table, by, period, language)


def _names() -> Mapping[str, str]:
    """The functions' own names as names of their KPIs."""
    return {name: found.kpi for name, found in _FOUND.items() if found.kpi}


FUNCTIONS: Mapping[str, WorksheetFunction] = MappingProxyType(_FOUND)
