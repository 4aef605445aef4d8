"""The scorecards of many periods from rows that are counted once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np

from kpi_core.catalogue import definition
from kpi_core.counting.counts import Asked, Counts
from kpi_core.counting.goals import Goals
from kpi_core.counting.measures import COUNTED, Measures, Moment
from kpi_core.counting.rows import Rows
from kpi_core.counting.timeline import Timeline
from kpi_core.definition import Definition
from kpi_core.measure import Measure
from kpi_core.measuring import unmeasurable, worded
from kpi_core.periods import Period
from kpi_core.reading import PeriodReadings, Reading, reading
from kpi_core.run import arguments, year_compared
from kpi_core.tables import Dataset
from kpi_core.views import Group, GroupBy, by_letters

# What can be counted is summed by row; these options ask for more.
_UNCOUNTED = {"win_rate": {"basis": "value", "date": "offer", "stale_days": None, "deal_type": None}}


@dataclass(frozen=True)
class Survey:
    """What is known of all rows before they are counted.

    rows        how many there are
    groups      the names of the groups, of which the rows' codes are the places + 1
    currencies  the codes of the currencies, alike
    recorded    what the scope `auto` means
    starts      whether any row has a first contact
    days        the first and the last day on which something was begun or closed, from 1970
    span        the first and the last day on which anything happened
    planned     the first and the last expected close
    """

    rows: int
    groups: Sequence[str]
    currencies: Sequence[str]
    recorded: Literal["offers", "all"]
    starts: bool
    days: tuple[int, int]
    span: tuple[date, date] | None
    planned: tuple[date, date] | None


def uncounted(options: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The options that the counting cannot follow, as KPI.OPTION=VALUE."""
    return [
        f"{kpi}.{name}={value}"
        for kpi, chosen in options.items()
        for name, value in chosen.items()
        if value != "" and name in _UNCOUNTED.get(kpi, {}) and _UNCOUNTED[kpi][name] in (None, value)
    ]


def count(
    survey: Survey,
    batches: Iterable[Rows],
    rest: Dataset,
    periods: Sequence[Period],
    *,
    by: GroupBy | None = None,
    as_of: date | None = None,
    options: Mapping[str, Mapping[str, str]] | None = None,
    thresholds: Mapping[str, Sequence[float]] | None = None,
    kpis: Sequence[str] = COUNTED,
) -> list[PeriodReadings]:
    """The readings of the KPIs that opportunities and targets alone give, for every period.

    The same as `scorecard` gives them; `rest` holds the targets. Raises UsageError as `scorecard` does, ValueError
    for an option that `uncounted` names.
    """
    chosen, limits = options or {}, thresholds or {}
    if strange := uncounted(chosen):
        raise ValueError(", ".join(strange))
    for kpi, bounds in limits.items():
        definition(kpi).limits(bounds)
    used = arguments(chosen, survey.recorded)
    used.setdefault("sales_cycle_days", {})
    data_on = survey.span[1] if survey.span else None
    moments = [
        Moment(period, as_of or (min(period.end, data_on) if data_on else period.end), data_on) for period in periods
    ]
    stands_in = used["sales_cycle_days"].get("start", "first_contact") == "first_contact" and not survey.starts
    asked = Asked(
        scopes=tuple(used[kpi]["scope"] for kpi in ("win_rate", "pipeline_value", "pipeline_coverage")),
        narrow=used["win_rate"].get("lost") == "narrow",
        closed_deals=used["sales_cycle_days"].get("deals") == "closed",
        from_created=stands_in or used["sales_cycle_days"].get("start") == "created",
        currencies=len(survey.currencies),
        earliest=survey.days[0],
        latest=survey.days[1],
    )
    windows = [each.window for moment in moments for each in (moment, moment.year, moment.month)]
    counts = Counts(len(survey.groups) + 1, Timeline(windows, [moment.as_of for moment in moments]), asked)
    for rows in batches:
        counts.add(rows)
    goals = Goals(rest.targets, by, survey.groups, survey.currencies)
    judge = Judge(survey, used, limits, _currency(counts, survey, rest))
    asked_for = [definition(kpi) for kpi in kpis]
    found: list[list[Reading]] = [[] for _ in moments]
    for code, group in _groups(survey, by):  # a group at a time, so that no more than its sums are unfolded at once
        measures = Measures(counts, code, used, goals, stands_in=stands_in)
        for moment, readings in zip(moments, found, strict=True):
            readings += [judge.reading(kpi, measures.of[kpi.id], moment, group) for kpi in asked_for]
    return [
        PeriodReadings(moment.period, moment.as_of, tuple(readings))
        for moment, readings in zip(moments, found, strict=True)
    ]


def _groups(survey: Survey, by: GroupBy | None) -> Iterator[tuple[int | None, Group | None]]:
    """All rows, then each group by name, with its code."""
    yield None, None
    if by is not None:
        codes = {name: code for code, name in enumerate(survey.groups, 1)}
        for name in sorted(codes, key=by_letters):
            yield codes[name], (by, name)


@dataclass(frozen=True)
class Judge:
    """What every reading of a run shares."""

    survey: Survey
    used: Mapping[str, Mapping[str, Any]]
    thresholds: Mapping[str, Sequence[float]]
    currency: str

    def reading(
        self, kpi: Definition, measured: Callable[[Moment], Measure], moment: Moment, group: Group | None
    ) -> Reading:
        """A measure of a moment with its status, evidence and words."""
        compared = year_compared(kpi, moment.period, self.thresholds) is not None
        return reading(
            kpi,
            self.measure(kpi, measured, moment),
            moment.period,
            group,
            thresholds=self.thresholds.get(kpi.id),
            compared=self.measure(kpi, measured, moment.year) if compared else None,
            currency=self.currency,
            running=moment.as_of < moment.period.end,
        )

    def measure(self, kpi: Definition, measured: Callable[[Moment], Measure], moment: Moment) -> Measure:
        """The figure, or why there is none whatever the rows."""
        lacking = () if self.survey.rows else ("opportunities",)
        seen = min(moment.as_of, moment.data_on or moment.as_of)
        early = unmeasurable(kpi.id, lacking, moment.period, seen, self.used)
        return early or worded(kpi.id, measured(moment), self.used)


def _currency(counts: Counts, survey: Survey, rest: Dataset) -> str:
    """The one currency of all money; nothing where there are several or none."""
    met = {survey.currencies[code] for code in np.flatnonzero(counts.money.whole()).tolist() if survey.currencies}
    found = {*met, *rest.targets["currency"].dropna()}
    return found.pop() if len(found) == 1 else ""
