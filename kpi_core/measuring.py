"""Which rows go to which formula: one short function a KPI, from a View to a Measure."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from kpi_core.customer_base import customer_base, new_customers
from kpi_core.formulas import funnel, meetings, pipeline, sales_cycle, unit_economics
from kpi_core.measure import Measure, Note, nothing
from kpi_core.offers import mixed_currency, probability_scale
from kpi_core.periods import Period, month_of, shift_month
from kpi_core.tables import TableName
from kpi_core.tally import Tally
from kpi_core.texts import LANGUAGES, Text
from kpi_core.views import View

Options = Mapping[str, Any]
Measuring = Callable[[View, Mapping[str, Options]], Measure]

# Without a row in one of these tables anywhere, the KPI's reason is "no_<table>"; a single group may well have none.
NEEDS: Mapping[str, tuple[TableName, ...]] = {
    "meetings_per_week": ("meetings",),
    "contact_to_meeting": ("contacts", "meetings"),
    "meeting_to_offer": ("meetings",),
    "win_rate": ("opportunities",),
    "pipeline_value": ("opportunities",),
    "pipeline_coverage": ("opportunities",),
    "sales_cycle_days": ("opportunities",),
    "meetings_agreed": ("meetings",),
    "show_rate": ("meetings",),
}

# The tables without which there never is a figure: the KPIs that a run has nothing for are not listed month by month.
RESTS_ON: Mapping[str, tuple[TableName, ...]] = {
    **NEEDS,
    "pipeline_coverage": ("opportunities", "targets"),
    "cac": ("costs",),
    "ltv": ("customers",),
    "ltv_cac": ("costs", "customers"),
    "cac_payback_months": ("costs", "customers"),
}

# A value on a day, not of a period.
STOCKS = frozenset({"pipeline_value", "pipeline_coverage"})

# Measured of who is in the team, so that a group without a row of its own has a figure too.
ROSTERED = frozenset({"meetings_per_week"})

_LTV_WINDOW_MONTHS = 12


def measure(kpi: str, view: View, options: Mapping[str, Options]) -> Measure:
    """One KPI of a view. `options` holds, per KPI, the options that differ from the formula's own defaults."""
    lacking = {table for table in NEEDS.get(kpi, ()) if view.whole.table(table).empty}
    early = unmeasurable(kpi, lacking, view.period, min(view.as_of, view.data_on or view.as_of), options)
    return early or worded(kpi, MEASURING[kpi](view, options), options)


def unmeasurable(
    kpi: str, lacking: Collection[str], period: Period, seen: date, options: Mapping[str, Options]
) -> Measure | None:
    """Why a KPI has no figure whatever the rows: a table is `lacking`, or the period begins after the day `seen`."""
    for table in NEEDS.get(kpi, ()):
        if table in lacking:
            return nothing(f"no_{table}")
    return nothing("ahead") if period.start > seen and not _is_planned(kpi, options) else None


def worded(kpi: str, found: Measure, options: Mapping[str, Options]) -> Measure:
    """A formula's measure with the options that the user chose, for its label."""
    chosen = _chosen(kpi, options)
    told = chosen.items() <= found.basis.items()
    return found if told else replace(found, basis={**chosen, **found.basis})


def _is_planned(kpi: str, options: Mapping[str, Options]) -> bool:
    """Whether a month ahead has the figure: what is open on the day of looking, and meetings by their own day."""
    return kpi in STOCKS or (kpi == "meetings_agreed" and options.get(kpi, {}).get("date") == "meeting")


def _chosen(kpi: str, options: Mapping[str, Options]) -> dict[str, str]:
    """The options that the user chose, as the label words them."""
    own = dict(options.get(kpi, {}))
    own.pop("window_months", None)  # the window itself stands in the basis
    return {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in own.items()}


def _meetings_per_week(view: View, options: Mapping[str, Options]) -> Measure:
    return meetings.meetings_per_week(
        view.data.meetings,
        view.roster(),
        view.whole.absences,
        view.period,
        as_of=view.as_of,
        history=view.whole.meetings,
        **options.get("meetings_per_week", {}),
    )


def _contact_to_meeting(view: View, options: Mapping[str, Options]) -> Measure:
    # Whoever holds the meeting, it is the caller's success: only the contacts are the group's own.
    return funnel.contact_to_meeting(
        view.data.contacts,
        view.whole.meetings,
        view.period,
        as_of=view.as_of,
        **options.get("contact_to_meeting", {}),
    )


def _meeting_to_offer(view: View, options: Mapping[str, Options]) -> Measure:
    # A colleague may have written the offer: only the meetings are the group's own.
    return funnel.meeting_to_offer(
        view.data.meetings,
        view.whole.opportunities,
        view.period,
        as_of=view.as_of,
        history=view.whole.meetings,
        **options.get("meeting_to_offer", {}),
    )


def _win_rate(view: View, options: Mapping[str, Options]) -> Measure:
    return funnel.win_rate(view.data.opportunities, view.period, as_of=view.as_of, **options.get("win_rate", {}))


def _pipeline_value(view: View, options: Mapping[str, Options]) -> Measure:
    won = _win_rate(view.over(view.period.trailing(12)), options).value
    return pipeline.pipeline_value(
        view.data.opportunities,
        view.period,
        as_of=view.as_of,
        data_on=view.data_on,
        win_rate=None if math.isnan(won) else won,
        scale=probability_scale(view.whole.opportunities["probability"]),
        **options.get("pipeline_value", {}),
    )


def _pipeline_coverage(view: View, options: Mapping[str, Options]) -> Measure:
    return pipeline.pipeline_coverage(
        view.data.opportunities,
        view.data.targets,
        view.period,
        as_of=view.as_of,
        data_on=view.data_on,
        scale=probability_scale(view.whole.opportunities["probability"]),
        **options.get("pipeline_coverage", {}),
    )


def _sales_cycle_days(view: View, options: Mapping[str, Options]) -> Measure:
    return sales_cycle.sales_cycle_days(
        view.data.opportunities,
        view.period,
        as_of=view.as_of,
        fall_back=bool(view.whole.opportunities["first_contact_on"].isna().all()),
        **options.get("sales_cycle_days", {}),
    )


def _meetings_agreed(view: View, options: Mapping[str, Options]) -> Measure:
    return meetings.meetings_agreed(
        view.data.meetings, view.period, as_of=view.as_of, **options.get("meetings_agreed", {})
    )


def _show_rate(view: View, options: Mapping[str, Options]) -> Measure:
    return meetings.show_rate(
        view.data.meetings,
        view.period,
        as_of=view.as_of,
        history=view.whole.meetings,
        **options.get("show_rate", {}),
    )


def _cac(view: View, options: Mapping[str, Options]) -> Measure:
    chosen = dict(options.get("cac", {}))
    window = _whole_months(view.period, chosen.get("window_months"))
    lag = int(chosen.get("lag_months") or 0)
    spent = _shifted(window, -lag)
    used = {"window": window.key if window.kind != "range" else f"{window.start:%Y-%m}..{window.end:%Y-%m}"}
    costs = view.data.costs
    dated = costs[spent.until(view.as_of).has(costs["month_on"])]
    if dated["amount"].isna().any():
        return nothing("blank_costs", basis=used)
    if mixed_currency(dated):
        return nothing("mixed_currency", basis=used)
    if lag and len(costs) and costs["month_on"].min().date() > spent.start:
        return nothing("lag_too_long", basis=used)
    joined, from_won = new_customers(
        view.data.customers, view.data.opportunities, window.until(view.as_of), source=chosen.get("new_from", "auto")
    )
    paid = Tally("costs", "numerator", dated["amount"], dated["month_on"], money=True) if len(dated) else None
    found = unit_economics.cac(paid.total if paid else math.nan, joined.total if joined else math.nan)
    notes = [Note("new_from_won", {"count": int(joined.total)})] if from_won and joined else []
    lacking = len(spent.until(view.as_of).months()) - dated["month_on"].dt.to_period("M").nunique()
    if len(dated) and lacking:
        notes.append(Note("months_without_costs", {"count": lacking}))
    made_of = tuple(side for side in (paid, joined) if side is not None)
    return replace(found, notes=tuple(notes), basis=used, tallies=made_of)


def _ltv(view: View, options: Mapping[str, Options]) -> Measure:
    chosen = dict(options.get("ltv", {}))
    given = {name: chosen.pop(name) for name in ("arpa", "gross_margin", "churn") if chosen.get(name) is not None}
    complete = _last_complete_month(view)
    base = customer_base(view.data.customers, complete.trailing(_LTV_WINDOW_MONTHS), view.as_of)
    if base.mixed_currency and "arpa" not in given:
        return nothing("mixed_currency")
    inputs = {"arpa": base.arpa, "gross_margin": base.gross_margin, "churn": base.churn} | given
    # What the user gave, or a given lifetime stands in for, rests on no rows.
    without = {*given, *(["churn"] if chosen.get("lifetime_months") is not None else [])}
    made_of = tuple(side for side in base.tallies if side.term not in without)
    found = unit_economics.ltv(**inputs, **chosen)
    notes = list(found.notes)
    if complete.end < month_of(view.period.end).end and "churn" not in without and not math.isnan(base.churn):
        notes.append(Note("churn_until", {"month": Text(*(complete.title(language) for language in LANGUAGES))}))
    return replace(found, n=base.customers, notes=tuple(notes), tallies=made_of)


def _last_complete_month(view: View) -> Period:
    """The period's last month, or the last one that had ended by the day of looking: losses come until its last day."""
    month = month_of(min(view.period.end, view.as_of))
    return month if month.end <= view.as_of else shift_month(month, -1)


def _ltv_cac(view: View, options: Mapping[str, Options]) -> Measure:
    worth, cost = _ltv(view, options), _cac(view, options)
    for side in (worth, cost):
        if side.reason:
            return nothing(side.reason, parts={"ltv": worth.value, "cac": cost.value})
    found = unit_economics.ltv_cac(worth.value, cost.value)
    return replace(found, n=cost.n, notes=worth.notes + cost.notes, tallies=worth.tallies + _as_cac(cost))


def _cac_payback_months(view: View, options: Mapping[str, Options]) -> Measure:
    worth, cost = _ltv(view, options), _cac(view, options)
    if cost.reason:
        return nothing(cost.reason, parts={"cac": cost.value})
    if worth.reason == "mixed_currency":
        return nothing("mixed_currency", parts={"cac": cost.value})
    found = unit_economics.cac_payback_months(cost.value, worth.parts["arpa"], worth.parts["gross_margin"])
    margin = tuple(side for side in worth.tallies if side.term != "churn")
    return replace(found, n=cost.n, notes=cost.notes, tallies=_as_cac(cost) + margin)


def _as_cac(cost: Measure) -> tuple[Tally, ...]:
    return tuple(side.of("cac") for side in cost.tallies)


def _whole_months(period: Period, months: float | None) -> Period:
    """Costs are known by month: the months that the period touches, or the trailing ones asked for."""
    if months:
        return period.trailing(int(months))
    touched = period.months()
    if period.kind == "week":
        return touched[-1]
    return Period(period.key, period.kind, touched[0].start, touched[-1].end)


def _shifted(window: Period, months: int) -> Period:
    if not months:
        return window
    first, last = shift_month(month_of(window.start), months), shift_month(month_of(window.end), months)
    return Period(window.key, window.kind, first.start, last.end)


MEASURING: Mapping[str, Measuring] = {
    "meetings_per_week": _meetings_per_week,
    "contact_to_meeting": _contact_to_meeting,
    "meeting_to_offer": _meeting_to_offer,
    "win_rate": _win_rate,
    "pipeline_value": _pipeline_value,
    "pipeline_coverage": _pipeline_coverage,
    "sales_cycle_days": _sales_cycle_days,
    "meetings_agreed": _meetings_agreed,
    "show_rate": _show_rate,
    "cac": _cac,
    "ltv": _ltv,
    "ltv_cac": _ltv_cac,
    "cac_payback_months": _cac_payback_months,
}
