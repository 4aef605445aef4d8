"""Tables x period x grouping -> Readings: every KPI of the catalogue, for the whole team and for each group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from kpi_core.catalogue import catalogue, definition
from kpi_core.definition import Definition, Status
from kpi_core.errors import DataError, UsageError
from kpi_core.measuring import Options, measure
from kpi_core.offers import scope_of
from kpi_core.periods import Period, month_of
from kpi_core.reading import Evidence, Reading, not_by_group, reading
from kpi_core.tables import TABLE_NAMES, Dataset
from kpi_core.views import Group, GroupBy, View, split

__all__ = ["Evidence", "Group", "GroupBy", "Reading", "Scorecard", "Status", "Theme", "check_period", "scorecard"]

_YEAR_MONTHS = 12


@dataclass(frozen=True)
class Theme:
    """Market intelligence: how often a theme was heard, and what was said."""

    theme: str
    count: int
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class Scorecard:
    """All readings of a run for one period: the team's first (group None), then each group's by name."""

    period: Period
    as_of: date
    readings: tuple[Reading, ...]
    themes: tuple[Theme, ...] = ()
    insights: pd.DataFrame | None = None

    def reading(self, kpi: str, group: str | None = None) -> Reading:
        """One reading: the whole team's, or a group's by name. Raises KeyError where there is none."""
        for found in self.readings:
            if found.kpi == kpi and (found.group[1] if found.group else None) == group:
                return found
        raise KeyError(kpi, group)

    def groups(self) -> list[str]:
        """The groups' names in order."""
        return list(dict.fromkeys(found.group[1] for found in self.readings if found.group))


def scorecard(
    data: Dataset,
    period: Period,
    *,
    by: GroupBy | None = None,
    as_of: date | None = None,
    options: Mapping[str, Mapping[str, str]] | None = None,
    thresholds: Mapping[str, Sequence[float]] | None = None,
    kpis: Sequence[str] | None = None,
) -> Scorecard:
    """Measure every KPI of the catalogue (or only `kpis`) for the team and, with `by`, for each group.

    as_of       the day the figures are seen from; default: the period's end, or the data's last day if earlier
    options     per KPI the options of its definition, e.g. {"win_rate": {"basis": "value"}}
    thresholds  per KPI the limits that a firm puts in place of the definition's, in ascending order

    Raises UsageError for an unknown KPI, option or choice, and for limits that do not fit the KPI's bands.
    """
    span = data.span()
    data_on = span[1] if span else None
    seen_from = as_of or (min(period.end, data_on) if data_on else period.end)
    asked = [definition(kpi) for kpi in kpis] if kpis is not None else list(catalogue().values())
    run = _Run(data, _arguments(data, options or {}), thresholds or {}, _currency(data))
    run.check()
    whole = View(data, data, period, seen_from, data_on)
    readings = [run.read(kpi, whole) for kpi in asked]
    if by is not None:
        groups = split(data, by)
        for name in groups.names:
            view = View(groups.data(name), data, period, seen_from, data_on, (by, name))
            readings += [run.read(kpi, view) for kpi in asked]
    heard = data.insights[period.until(seen_from).has(data.insights["noted_on"])]
    return Scorecard(period, seen_from, tuple(readings), tuple(_themes(heard)), heard)


def check_period(data: Dataset, period: Period, as_of: date | None = None) -> None:
    """Raises DataError where nothing happened or was planned in the period, UsageError where `as_of` lies before it.

    A period ahead of the export is let through where targets, costs, meetings or expected closes are planned for it.
    """
    if as_of is not None and as_of < period.start:
        begins = period.start.isoformat()
        raise UsageError("period.seen_before", as_of=as_of.isoformat(), period=period.key, first=begins)
    span = data.span()
    if span is None:
        return
    first, last = span
    plans = [data.targets["month_on"], data.costs["month_on"], data.meetings["meeting_on"]]
    planned = pd.concat([*plans, data.opportunities["expected_close_on"]]).dropna()
    if len(planned):
        first, last = min(first, planned.min().date()), max(last, month_of(planned.max().date()).end)
    if period.end < first or period.start > last:
        begins, ends = (day.isoformat() for day in span)
        raise DataError("period.outside", period=period.key, first=begins, last=ends)


@dataclass(frozen=True)
class _Run:
    data: Dataset
    options: Mapping[str, Options]
    thresholds: Mapping[str, Sequence[float]]
    currency: str

    def check(self) -> None:
        """The firm's limits fit their KPIs before anything is measured."""
        for kpi, bounds in self.thresholds.items():
            definition(kpi).limits(bounds)

    def read(self, kpi: Definition, view: View) -> Reading:
        if view.group and view.group[0] not in kpi.groups:
            return not_by_group(kpi, view.period, view.group)
        compared = None
        if kpi.compare and kpi.id not in self.thresholds and len(view.period.months()) < _YEAR_MONTHS:
            compared = measure(kpi.id, view.over(view.period.trailing(_YEAR_MONTHS)), self.options)
        return reading(
            kpi,
            measure(kpi.id, view, self.options),
            view.period,
            view.group,
            thresholds=self.thresholds.get(kpi.id),
            compared=compared,
            currency=self.currency,
            running=view.as_of < view.period.end,
        )


def _arguments(data: Dataset, options: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    """The options as the formulas' arguments; what counts as an offer is settled once, for all groups alike."""
    arguments: dict[str, dict[str, Any]] = {kpi: dict(definition(kpi).arguments(it)) for kpi, it in options.items()}
    for kpi, known in catalogue().items():
        if "scope" in known.options:
            chosen = arguments.setdefault(kpi, {})
            chosen["scope"] = scope_of(data.opportunities, chosen.get("scope", "auto"))
    return arguments


def _currency(data: Dataset) -> str:
    """The one currency of all money in the data; nothing where there are several or none."""
    found: set[str] = set()
    for table in TABLE_NAMES:
        rows = data.table(table)
        if "currency" in rows:
            found |= set(rows["currency"].dropna())
    return found.pop() if len(found) == 1 else ""


def _themes(insights: pd.DataFrame) -> Iterator[Theme]:
    """The themes heard, most frequent first; ties by name."""
    counted = {str(theme): rows for theme, rows in insights.groupby("theme")}
    for theme in sorted(counted, key=lambda theme: (-len(counted[theme]), theme.casefold())):
        yield Theme(theme, len(counted[theme]), tuple(counted[theme]["quote"].dropna()))
