"""What a workbook needs to be measured: the period, the twelve months to it, the six weeks, the sellers and clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kpi_core.catalogue import catalogue
from kpi_core.intake import Intake
from kpi_core.periods import Period, week_of
from kpi_core.scorecard import GroupBy, Reading, Scorecard, scorecard
from kpi_core.tables import TABLE_NAMES, Dataset

TREND_MONTHS, WEEKS = 12, 6
# A value on a day, not of a period: a past month is seen from its own end, not from the report's day.
_STOCKS = frozenset({"pipeline_value", "pipeline_coverage"})
_WEEKLY = "meetings_per_week"


@dataclass(frozen=True)
class Asked:
    """What the user asked for, and what the template has room for.

    kpis      of the named cells and lists; `trend`, `sellers`, `clients` those of each table; `weeks` whether tblWeeks
    """

    by: GroupBy | None = None
    as_of: date | None = None
    options: Mapping[str, Mapping[str, str]] | None = None
    thresholds: Mapping[str, Sequence[float]] | None = None
    kpis: tuple[str, ...] = ()
    trend: tuple[str, ...] = ()
    sellers: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    weeks: bool = False


@dataclass(frozen=True)
class Measured:
    """All scorecards of one period; a group's readings are picked from them by name."""

    intake: Intake
    asked: Asked
    period: Period
    as_of: date
    card: Scorecard
    year: Scorecard  # the trailing 12 months, for KPIs that compare with them
    months: tuple[tuple[Period, Scorecard], ...]
    weeks: tuple[tuple[Period, Scorecard], ...]
    sellers: Scorecard | None
    clients: Scorecard | None


def measured(intake: Intake, period: Period, asked: Asked, *, group: str | None = None) -> Measured:
    """Measure one period. With `group`, sellers and clients are those within the group."""
    data = intake.data
    span = data.span()
    as_of = asked.as_of or (min(period.end, span[1]) if span else period.end)

    def card(of: Period, kpis: Sequence[str], by: GroupBy | None, seen: date, rows: Dataset = data) -> Scorecard:
        return scorecard(rows, of, by=by, as_of=seen, options=asked.options, thresholds=asked.thresholds, kpis=kpis)

    compared = [kpi for kpi in asked.kpis if catalogue()[kpi].compare]
    year = period.trailing(TREND_MONTHS)
    inside = data if group is None or asked.by is None else within(data, asked.by, group)
    return Measured(
        intake,
        asked,
        period,
        as_of,
        card(period, asked.kpis, asked.by, as_of),
        card(year, compared, asked.by, as_of),
        tuple((month, _month(month, asked, as_of, data)) for month in (year.months() if asked.trend else ())),
        tuple((week, card(week, [_WEEKLY], "seller", as_of, inside)) for week in _weeks(period) if asked.weeks),
        card(period, asked.sellers, "seller", as_of, inside) if asked.sellers else None,
        card(period, asked.clients, "client", as_of, inside) if asked.clients else None,
    )


def _month(month: Period, asked: Asked, as_of: date, data: Dataset) -> Scorecard:
    """A month of the trend: stocks seen from its end, the rest from the report's day; later than that, nothing."""
    readings: list[Reading] = []
    for kpis, seen in (
        ([kpi for kpi in asked.trend if kpi in _STOCKS], min(month.end, as_of)),
        ([kpi for kpi in asked.trend if kpi not in _STOCKS], as_of),
    ):
        if kpis and month.start <= as_of:
            readings += scorecard(
                data, month, by=asked.by, as_of=seen, options=asked.options, thresholds=asked.thresholds, kpis=kpis
            ).readings
    return Scorecard(month, as_of, tuple(readings))


def _weeks(period: Period) -> list[Period]:
    last = week_of(period.end)
    return [week_of(last.start - timedelta(weeks=back)) for back in reversed(range(WEEKS))]


def within(data: Dataset, by: GroupBy, group: str) -> Dataset:
    """The rows of one group; tables that do not tell the group stay whole."""
    parts = {}
    for name in TABLE_NAMES:
        rows = data.table(name)
        parts[name] = rows[rows[by] == group] if by in rows and rows[by].notna().any() else rows
    return data.having(**parts)
