"""Readings as lists: sellers, clients, trend, weeks, funnel, definitions, market intelligence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from addin.fill.content import Cell, Colour, Formula, Rows, Value
from addin.fill.figures import counted, diagnosis, evidence, money, shown
from addin.fill.limit_words import limits_in_words, whose
from addin.fill.limits import Limits, word
from addin.fill.run import Measured
from addin.fill.words import say
from kpi_core.catalogue import definition
from kpi_core.scorecard import GroupBy, Reading, Scorecard
from kpi_core.texts import Language
from workbook_templates.bands import rated_by_group, warning_limit

FUNNEL = ("contact_to_meeting", "meeting_to_offer", "win_rate")
_WEEKLY = "meetings_per_week"


def groups(
    table: str, by: GroupBy, card: Scorecard, limits: Mapping[str, Limits], language: Language, only: str | None = None
) -> tuple[Rows, list[Colour]]:
    """A row a seller or client: each KPI's value, n and status."""
    names = [only] if only is not None else card.groups()
    kpis = list(dict.fromkeys(reading.kpi for reading in card.readings))
    rows, colours, currency = [], [], ""
    for name in names:
        row: dict[str, Value] = {by: name}
        for kpi in kpis:
            reading = _reading(card, kpi, name)
            if reading is None:
                continue
            currency = reading.currency or currency
            row |= _columns(reading, limits[kpi], language)
        rows.append(row)
    for kpi in kpis:
        if rated_by_group(kpi):
            readings = [_reading(card, kpi, name) for name in names]
            colours += list(_group_colours(table, kpi, readings, limits[kpi]))
    formats = {kpi: money(currency) for kpi in kpis if definition(kpi).unit == "money"}
    return Rows(tuple(rows), formats=formats, empty=say(f"lists.no_{by}s", language)), colours


def _columns(reading: Reading, limits: Limits, language: Language) -> dict[str, Value]:
    kpi = reading.kpi
    low, high = reading.interval or (None, None)
    return {
        kpi: shown(reading.value, language),
        f"{kpi}_n": reading.n if reading.value is not None or reading.n else shown(None, language),
        f"{kpi}_low": low,
        f"{kpi}_high": high,
        f"{kpi}_numerator": shown(reading.numerator, language),
        f"{kpi}_denominator": shown(reading.denominator, language),
        f"{kpi}_status": limits.status(reading, f"{{{kpi}}}", f"{{{kpi}_n}}")
        if rated_by_group(kpi)
        else word(reading.status, language),
    }


def _group_colours(table: str, kpi: str, readings: Sequence[Reading | None], limits: Limits) -> Iterator[Colour]:
    """One rule set a column; rows where more than limits decides (a doubt, a running cohort) have their own."""
    value, n = f"{{{kpi}}}", f"{{{kpi}_n}}"
    for column in (kpi, f"{kpi}_status"):
        for i, reading in enumerate(readings):
            if reading is not None and reading.value is not None and not limits.agrees(reading):
                yield Colour(column, limits.rules(reading, value, n), table, row=i)
        yield Colour(column, limits.rules_of_limits(value, n), table)


def trend(measured: Measured, group: str | None, limits: Mapping[str, Limits], language: Language) -> Rows:
    """A row a month; blank where there was nothing to measure. The limits are the settings sheet's cells."""
    rows = []
    currency = ""
    for month, card in measured.months:
        row: dict[str, Value] = {"month": month.start}
        for kpi in measured.asked.trend:
            reading = _reading(card, kpi, group)
            row[kpi] = reading.value if reading else None
            row[f"{kpi}_n"] = reading.n if reading else None
            few = reading is not None and reading.n < definition(kpi).minimum_n
            row[f"{kpi}_few"] = reading.value if reading and few else None
            row[f"{kpi}_limit"] = _limit(kpi, limits[kpi])
            currency = reading.currency if reading and reading.currency else currency
        rows.append(row)
    formats = {kpi: money(currency) for kpi in measured.asked.trend if definition(kpi).unit == "money"}
    formats |= {f"{kpi}_limit": shape for kpi, shape in formats.items()}
    return Rows(tuple(rows), formats=formats)


def _limit(kpi: str, limits: Limits) -> Value:
    number = warning_limit(kpi)
    value = limits.values[number - 1] if number and number <= len(limits.values) else None
    name = f"limit_{kpi}_{number}"
    return Formula(name, value) if value is not None and name in limits.names else value


def without_trend(measured: Measured, group: str | None) -> dict[str, Reading]:
    """KPIs that no month has a value of, with the latest reading, which says why."""
    found = {}
    for kpi in measured.asked.trend:
        readings = [reading for _, card in measured.months if (reading := _reading(card, kpi, group)) is not None]
        if readings and all(reading.value is None for reading in readings):
            found[kpi] = readings[-1]
    return found


def weeks(measured: Measured, only: str | None, limits: Limits, language: Language) -> tuple[Rows, list[Colour], str]:
    """New meetings by seller and week, with the rate over all weeks; and why there are none, if so."""
    cards = [card for _, card in measured.weeks]
    names = sorted({name for card in cards for name in card.groups()}, key=str.casefold)
    if only is not None:
        names = [name for name in names if name == only]
    rows: list[dict[str, Value]] = []
    reason = ""
    for name in names:
        readings = [_reading(card, _WEEKLY, name) for card in cards]
        known = [reading for reading in readings if reading is not None and reading.value is not None]
        if not known:
            reason = reason or next((diagnosis(it, language) for it in readings if it is not None), "")
            continue
        row: dict[str, Value] = {"seller": name}
        for i, reading in enumerate(readings, start=1):
            row[f"week_{i}"] = reading.numerator if reading is not None and reading.value is not None else None
        met = sum(reading.numerator or 0 for reading in known)
        length = sum(reading.denominator or 0 for reading in known)
        rate = met / length if length else None
        row |= {
            "total": met,
            "rate": shown(rate, language),
            "status": _weekly_status(rate, known[-1], limits, language),
        }
        rows.append(row)
    headers = {f"week_{i}": week.key for i, (week, _) in enumerate(measured.weeks, start=1)}
    why = say("lists.no_meetings", language, reason=reason) if not rows else ""
    colours = [Colour(column, limits.rules_of_limits("{rate}", "{total}"), "tblWeeks") for column in ("rate", "status")]
    return Rows(tuple(rows), headers, empty=say("none", language)), colours, why


def _weekly_status(rate: float | None, like: Reading, limits: Limits, language: Language) -> Value:
    reading = replace(like, value=rate)
    judged = replace(reading, status=limits.status_of(reading))
    return limits.status(judged, "{rate}", "{total}")


def funnel(
    readings: Mapping[str, Reading], limits: Mapping[str, Limits], language: Language
) -> tuple[Rows, list[Colour], float | None]:
    """The three steps with their counts, and the product of their shares."""
    rows, colours = [], []
    product: float | None = 1.0
    for i, kpi in enumerate(FUNNEL):
        reading = readings[kpi]
        low, high = reading.interval or (None, None)
        product = None if product is None or reading.value is None else product * reading.value
        counted = reading.value is not None
        n = f"kpi_{kpi}_n" if f"kpi_{kpi}_n" in limits[kpi].names else repr(reading.n)
        row: dict[str, Value] = {
            "step": say(f"step.{kpi}", language),
            "base": reading.denominator if counted else None,
            "passed": reading.numerator if counted else None,
            "share": shown(reading.value, language),
            "low": low,
            "high": high,
            "status": limits[kpi].status(reading, "{share}", n),
            "note": diagnosis(reading, language),
        }
        rows.append(row)
        rules = limits[kpi].rules(reading, "{share}", n)
        colours += [Colour(column, rules, "tblFunnel", row=i) for column in ("share", "status")]
    return Rows(tuple(rows)), colours, product


def definitions(readings: Mapping[str, Reading], limits: Mapping[str, Limits], language: Language) -> Rows:
    """What each KPI of the workbook means, how it was calculated here, and by whose limits it is judged."""
    rows: list[dict[str, Value | Cell]] = []
    for kpi, reading in readings.items():
        known = definition(kpi)
        source = f"{known.source.show(language)}. {known.bands_source.show(language)}"
        rows.append(
            {
                "kpi": known.name.show(language),
                "definition": reading.definition.show(language),
                "basis": reading.label.show(language),
                "numerator": counted(reading.numerator, language),
                "denominator": counted(reading.denominator, language),
                "evidence": evidence(reading, language),
                "limits": limits_in_words(limits[kpi]),
                "whose": whose(limits[kpi]),
                "source": source,
            }
        )
    return Rows(tuple(rows))


def themes(card: Scorecard, language: Language) -> Rows:
    """The themes heard, counted."""
    rows: list[dict[str, Value]] = [{"theme": theme.theme, "count": theme.count} for theme in card.themes]
    return Rows(tuple(rows), empty=say("lists.no_insights", language))


def insights(card: Scorecard, language: Language) -> Rows:
    """What was said, as it was said, the latest first."""
    found = card.insights
    if found is None or found.empty:
        return Rows((), empty=say("none", language))
    columns = ("company", "role", "theme", "quote", "competitor", "timing")
    ordered = found.sort_values(["noted_on", "source_file", "source_row"], ascending=[False, True, True])
    rows = [
        {"noted_on": day.date(), **{column: _text(value) for column, value in zip(columns, values, strict=True)}}
        for day, *values in ordered[["noted_on", *columns]].itertuples(index=False)
    ]
    return Rows(tuple(rows))


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)  # type: ignore[call-overload]


def _reading(card: Scorecard, kpi: str, group: str | None) -> Reading | None:
    """A reading, or None where the group has none: it did not exist yet."""
    try:
        return card.reading(kpi, group)
    except KeyError:
        return None
