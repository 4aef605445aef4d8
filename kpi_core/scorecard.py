"""Tables x period x grouping -> Readings: every KPI of the catalogue, for the whole team and for each group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pandas as pd

from kpi_core.catalogue import catalogue, definition
from kpi_core.definition import Status
from kpi_core.errors import DataError, UsageError
from kpi_core.measuring import STOCKS
from kpi_core.periods import Period, month_of
from kpi_core.reading import Evidence, Reading
from kpi_core.run import Run
from kpi_core.tables import Dataset
from kpi_core.views import Group, GroupBy

__all__ = [
    "Evidence",
    "Group",
    "GroupBy",
    "Reading",
    "Scorecard",
    "Status",
    "Theme",
    "card_of",
    "check_period",
    "scorecard",
]


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
    insights: pd.DataFrame | None = None
    trailing: Mapping[int, tuple[Reading, ...]] = field(default_factory=dict)

    def reading(self, kpi: str, group: str | None = None, *, trailing: int | None = None) -> Reading:
        """One reading: the whole team's, or a group's by name; of the period, or of the trailing months asked for.

        Raises KeyError where there is none.
        """
        return self._found[trailing][kpi, group]

    @cached_property
    def themes(self) -> tuple[Theme, ...]:
        """What the period's insights are about."""
        return tuple(_themes(self.insights)) if self.insights is not None else ()

    @cached_property
    def _found(self) -> Mapping[int | None, Mapping[tuple[str, str | None], Reading]]:
        """The readings by KPI and group, the first of each: they are asked for one by one."""
        return {
            months: {(it.kpi, it.group[1] if it.group else None): it for it in reversed(readings)}
            for months, readings in ((None, self.readings), *self.trailing.items())
        }

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
    trailing: Sequence[int] = (),
) -> Scorecard:
    """Measure every KPI of the catalogue (or only `kpis`) for the team and, with `by`, for each group.

    as_of       the day the figures are seen from; default: the period's end, or the data's last day if earlier
    options     per KPI the options of its definition, e.g. {"win_rate": {"basis": "value"}}
    thresholds  per KPI the limits that a firm puts in place of the definition's, in ascending order
    trailing    numbers of months: beside the period's the readings of so many months to its end (3 and 12 give a small
                team its n). What is a value on a day, the pipeline, has none.

    Raises UsageError for an unknown KPI, option or choice, and for limits that do not fit the KPI's bands.
    """
    run = Run(data, options or {}, thresholds or {})
    return card_of(run, period, kpis, by, as_of, trailing=trailing)


def card_of(
    run: Run,
    period: Period,
    kpis: Sequence[str] | None = None,
    by: GroupBy | None = None,
    as_of: date | None = None,
    *,
    only: Sequence[str] | None = None,
    trailing: Sequence[int] = (),
) -> Scorecard:
    """A scorecard of a run that measures several; of the groups `only` these, and then not the team."""
    asked = [definition(kpi) for kpi in kpis] if kpis is not None else list(catalogue().values())
    whole = run.view(period, as_of)
    views = [whole] if only is None else []
    if by is not None:
        groups = run.groups(by)
        views += [whole.of((by, name), groups) for name in (groups.names if only is None else only)]
    readings = [run.read(kpi, view) for view in views for kpi in asked]
    flows = [kpi for kpi in asked if kpi.id not in STOCKS]
    longer = {
        months: tuple(run.read(kpi, view.over(period.trailing(months))) for view in views for kpi in flows)
        for months in trailing
    }
    heard = run.data.insights[period.until(whole.as_of).has(run.data.insights["noted_on"])]
    return Scorecard(period, whole.as_of, tuple(readings), heard, longer)


def check_seen(period: Period, as_of: date | None) -> None:
    """Raises UsageError where the day of looking lies before the period."""
    if as_of is not None and as_of < period.start:
        raise UsageError("period.seen_before", as_of=as_of, period=period.key, first=period.start)


def check_period(data: Dataset, period: Period, as_of: date | None = None) -> None:
    """Raises DataError where nothing happened or was planned in the period, UsageError where `as_of` lies before it.

    A period ahead of the export is let through where targets, costs, meetings or expected closes are planned for it.
    """
    check_seen(period, as_of)
    expected = data.opportunities["expected_close_on"]
    check_within(data, period, data.span(), (expected.min(), expected.max()) if expected.notna().any() else None)


def check_within(
    data: Dataset, period: Period, span: tuple[date, date] | None, expected: tuple[date, date] | None
) -> None:
    """The same where a log's opportunities are not in `data`: `span` and `expected` closes are those of all rows."""
    if span is None:
        return
    first, last = span
    planned = pd.concat([data.targets["month_on"], data.costs["month_on"], data.meetings["meeting_on"]]).dropna()
    days = [pd.Timestamp(day) for day in (*((planned.min(), planned.max()) if len(planned) else ()), *(expected or ()))]
    if days:
        first, last = min(first, min(days).date()), max(last, month_of(max(days).date()).end)
    if period.end < first or period.start > last:
        raise DataError("period.outside", period=period.key, first=span[0], last=span[1])


def _themes(insights: pd.DataFrame) -> Iterator[Theme]:
    """The themes heard, most frequent first; ties by name."""
    counted = {str(theme): rows for theme, rows in insights.groupby("theme")}
    for theme in sorted(counted, key=lambda theme: (-len(counted[theme]), theme.casefold())):
        yield Theme(theme, len(counted[theme]), tuple(counted[theme]["quote"].dropna()))
