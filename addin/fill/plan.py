"""The planning sheet: a target followed back to contacts by native formulas, each with the value that it has now."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from addin.fill.content import Cell, Colour, Formula, Rule, Value
from addin.fill.figures import money
from addin.fill.limits import Limits, word
from addin.fill.run import Measured, within
from addin.fill.words import say
from kpi_core.catalogue import mark
from kpi_core.deal_size import deal_size
from kpi_core.measure import Measure
from kpi_core.periods import weeks
from kpi_core.planning import Assumptions, Needed, Plan, plan
from kpi_core.scorecard import Reading, Status
from kpi_core.texts import Language
from workbook_templates.bands import STATUSES

RATES = ("win_rate", "meeting_to_offer", "contact_to_meeting")
YEAR = 12  # months: one month of a small team has too few deals to plan by
_LACKING: Mapping[str, tuple[str, str]] = {  # what is needed, and what there is of it now
    "meetings": ("plan_meetings_seller", "kpi_meetings_per_week"),
    "pipeline": ("plan_pipeline", "kpi_pipeline_value"),
    "coverage": ("plan_coverage", "kpi_pipeline_coverage"),
}
_LIMITED = ("meetings", "coverage")


def planned(
    measured: Measured, readings: Mapping[str, Reading], limits: Mapping[str, Limits], group: str | None, lang: Language
) -> tuple[dict[str, Cell], list[Colour]]:
    """The cells of the planning sheet and their colours, for the team or one group."""
    average = _deal_size(measured, group)
    year = {kpi: measured.card.reading(kpi, group, trailing=YEAR) for kpi in RATES}
    given = _assumptions(measured, readings, year, average, group)
    currency = next((reading.currency for reading in readings.values() if reading.currency), "")
    cells = dict(_used(given, currency, lang))
    cells |= dict(_notes(readings, year, average, lang))
    cells |= dict(_needed(plan(given), currency, lang))
    cells |= dict(_gaps(plan(given), readings, currency, lang))
    for kpi in RATES:
        cells[f"plan_{kpi}_status"] = Cell(_status(year[kpi], limits[kpi]))
    return cells, list(_colours())


def _assumptions(
    measured: Measured, readings: Mapping[str, Reading], year: Mapping[str, Reading], deals: Measure, group: str | None
) -> Assumptions:
    coverage = readings.get("pipeline_coverage")
    target = coverage.parts.get("target") if coverage is not None else None
    rates = {kpi: _number(reading.value) for kpi, reading in year.items()}
    working = weeks(measured.period.trailing(YEAR)) / YEAR
    return Assumptions(_number(target), deals.value, **rates, sellers=_sellers(measured, group), weeks=working)


def _deal_size(measured: Measured, group: str | None) -> Measure:
    data, by = measured.intake.data, measured.asked.by
    rows = data if group is None or by is None else within(data, by, group)
    return deal_size(rows.opportunities, measured.period.trailing(YEAR), measured.as_of)


def _sellers(measured: Measured, group: str | None) -> float:
    """Sellers who had working weeks in the period; a seller's own workbook is about one."""
    if group is not None and measured.asked.by == "seller":
        return 1.0
    card = measured.sellers
    found = [it for it in card.readings if it.kpi == "meetings_per_week" and it.group] if card is not None else []
    at_work = sum((reading.denominator or 0) > 0 for reading in found)
    return float(at_work) if at_work else math.nan


def _used(given: Assumptions, currency: str, language: Language) -> Iterator[tuple[str, Cell]]:
    """What the report knows, and what is used: the firm's own assumption where it has typed one."""
    reported: Mapping[str, float] = {"deal_size": given.deal_size, "sellers": given.sellers, "weeks": given.weeks}
    for name, known in reported.items():
        yield f"plan_{name}_report", Cell(_shown(known, language), money(currency) if name == "deal_size" else "")
    sources = {"target": "kpi_pipeline_coverage_target", "show_rate": "1"}
    sources |= {kpi: f'"{say("none", language)}"' if _is_no_share(given, kpi) else f"kpi_{kpi}_m12" for kpi in RATES}
    for name in ("target", "deal_size", *RATES, "show_rate", "sellers", "weeks"):
        own, source = f"plan_{name}_own", sources.get(name, f"plan_{name}_report")
        value = _shown(getattr(given, name), language)
        shape = money(currency) if name in ("target", "deal_size") else ""
        yield f"plan_{name}", Cell(Formula(f"IF(ISNUMBER({own}),{own},{source})", value), shape)


def _notes(
    readings: Mapping[str, Reading], year: Mapping[str, Reading], deals: Measure, language: Language
) -> Iterator[tuple[str, Cell]]:
    """What each assumption rests on, or why the report knows none."""
    coverage = readings.get("pipeline_coverage")
    known = coverage is not None and coverage.parts.get("target") is not None
    yield "plan_target_note", Cell(say("plan.target" if known else "plan.no_target", language))
    key = f"plan.{deals.reason}" if deals.reason else "plan.deal_size"
    yield "plan_deal_size_note", Cell(say(key, language, count=deals.n))
    yield "plan_deal_size_n", Cell(deals.n)
    for kpi, reading in year.items():
        unsure = reading.reason if reading.value is None else reading.diagnosis
        why = unsure if unsure is not None and (reading.value is None or reading.status == "grey") else reading.label
        yield f"plan_{kpi}_note", Cell(why.show(language))


def _needed(found: Plan, currency: str, language: Language) -> Iterator[tuple[str, Cell]]:
    """The steps back from the target; a step whose rate is missing is a dash, as all that follow from it."""
    steps = {
        "deals": ("plan_target/plan_deal_size", found.deals),
        "offers": ("plan_deals/plan_win_rate", found.offers),
        "meetings": ("plan_offers/plan_meeting_to_offer", found.meetings),
        "agreed": ("plan_meetings/plan_show_rate", found.agreed),
        "contacts": ("plan_agreed/plan_contact_to_meeting", found.contacts),
    }
    for name, (formula, needed) in steps.items():
        yield from _step(f"plan_{name}", formula, needed, language)
    yield "plan_pipeline", _or_dash("plan_target/plan_win_rate", found.pipeline, language, money(currency))
    yield "plan_coverage", _or_dash("1/plan_win_rate", found.coverage, language)


def _step(name: str, formula: str, needed: Needed, language: Language) -> Iterator[tuple[str, Cell]]:
    yield name, _or_dash(formula, needed.month, language)
    yield f"{name}_week", _or_dash(f"{name}/plan_weeks", needed.week, language)
    yield f"{name}_seller", _or_dash(f"{name}_week/plan_sellers", needed.seller, language)


def _gaps(
    found: Plan, readings: Mapping[str, Reading], currency: str, language: Language
) -> Iterator[tuple[str, Cell]]:
    """How much more it takes than there is now (below 0: there is more), and the status word of the present level.

    Where a KPI has limits, they stand beside it and the word is theirs, as on the summary; else it tells of the gap.
    """
    needed = {"meetings": found.meetings.seller, "pipeline": found.pipeline, "coverage": found.coverage}
    for name, (cell, now) in _LACKING.items():
        reading = readings.get(now.removeprefix("kpi_"))
        level = _number(reading.value if reading is not None else None)
        gap = needed[name] - level
        shape = money(currency) if name == "pipeline" else ""
        yield f"plan_{name}_now", Cell(Formula(now, _shown(level, language)), shape)
        yield f"plan_{name}_gap", _or_dash(f"{cell}-{now}", gap, language, shape)
        if name in _LIMITED:
            judged = word(reading.status if reading is not None else "grey", language)
            yield f"plan_{name}_status", Cell(Formula(f"{now}_status", judged))
            continue
        lacks: Status = "grey" if math.isnan(gap) else "amber" if gap > 0 else "green"
        at = f"plan_{name}_gap"
        formula = f"IF(COUNT({at})=0,status_grey,IF({at}>0,status_amber,status_green))"
        yield f"plan_{name}_status", Cell(Formula(formula, word(lacks, language)))


def _status(reading: Reading, limits: Limits) -> Value:
    """The word of the rate used: by n and limits where it is measured, by the limits alone where it is typed."""
    kpi = reading.kpi
    rate, own, enough = f"plan_{kpi}", f"plan_{kpi}_own", f"limit_{kpi}_n"
    if limits.agrees(reading):
        return limits.status(reading, rate, f"IF(ISNUMBER({own}),{enough},kpi_{kpi}_m12_n)")
    typed = replace(reading, value=1.0, n=10**9)
    by_limits = limits.status(replace(typed, status=limits.status_of(typed)), rate, enough)
    found = word(reading.status, limits.language)
    if not isinstance(by_limits, Formula):
        return found
    return Formula(f'IF(ISNUMBER({own}),{by_limits.text},"{found}")', found)


def _colours() -> Iterator[Colour]:
    for name in (*RATES, *_LACKING):
        at = f"plan_{name}_status"
        rules = tuple(Rule(status, f'LEFT({at},1)="{mark(status).icon}"') for status in STATUSES)
        yield Colour(at, rules)
        if name in RATES:
            yield Colour(f"plan_{name}", rules)


def _is_no_share(given: Assumptions, kpi: str) -> bool:
    """Above 1 (more meetings than contacts): nothing to divide by."""
    rate: float = getattr(given, kpi)
    return rate > 1


def _or_dash(formula: str, value: float, language: Language, shape: str = "") -> Cell:
    """A figure, or a dash where what it needs is missing: the only error that these formulas can have."""
    return Cell(Formula(f'IFERROR({formula},"{say("none", language)}")', _shown(value, language)), shape)


def _shown(value: float, language: Language) -> str | float:
    return say("none", language) if math.isnan(value) else value


def _number(value: float | None) -> float:
    return math.nan if value is None else value
