"""What a workbook needs to be measured: the period, the twelve months to it, the six weeks, the sellers and clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kpi_core.catalogue import catalogue
from kpi_core.intake import Intake
from kpi_core.measuring import STOCKS
from kpi_core.periods import Period, week_of
from kpi_core.scorecard import GroupBy, Reading, Scorecard, scorecard
from kpi_core.tables import TABLE_NAMES, Dataset

TREND_MONTHS, WEEKS = 12, 6
TRAILING = (3, 12)  # months beside the period, which give a small team its n
_WEEKLY = "meetings_per_week"


@dataclass(frozen=True)
class Asked:
    """What the user asked for, and what the template has room for.

    kpis      of the named cells and lists; `trend`, `sellers`, `clients` those of each table; `weeks` whether tblWeeks
    trailing  the numbers of months that stand beside the period's figures; `plans` whether there is a planning sheet
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
    trailing: tuple[int, ...] = ()
    plans: bool = False


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
    weeks: tuple[tuple[Period, Scorecard], ...] = ()
    sellers: Scorecard | None = None
    clients: Scorecard | None = None


def measured(intake: Intake, period: Period, asked: Asked) -> Measured:
    """Measure one period: the team, with `by` its groups, the twelve months, the lists (by client: see `narrowed`)."""
    data = intake.data
    span = data.span()
    as_of = asked.as_of or (min(period.end, span[1]) if span else period.end)
    compared = [kpi for kpi in asked.kpis if catalogue()[kpi].compare]
    year = period.trailing(TREND_MONTHS)
    return Measured(
        intake,
        asked,
        period,
        as_of,
        _card(data, period, asked.kpis, asked.by, as_of, asked, asked.trailing),
        _card(data, year, compared, asked.by, as_of, asked),
        tuple((month, _month(month, asked, as_of, data)) for month in (year.months() if asked.trend else ())),
        *(_lists(data, period, as_of, asked) if asked.by in (None, "seller") else ()),
    )


def narrowed(whole: Measured, group: str) -> Measured:
    """The same with its lists (weeks, sellers, clients) within one group."""
    asked = whole.asked
    if asked.by is None:
        return whole
    weeks, sellers, clients = _lists(within(whole.intake.data, asked.by, group), whole.period, whole.as_of, asked)
    return replace(whole, weeks=weeks, sellers=sellers, clients=clients)


def _lists(
    data: Dataset, period: Period, as_of: date, asked: Asked
) -> tuple[tuple[tuple[Period, Scorecard], ...], Scorecard | None, Scorecard | None]:
    return (
        tuple((week, _card(data, week, [_WEEKLY], "seller", as_of, asked)) for week in _weeks(period) if asked.weeks),
        _card(data, period, asked.sellers, "seller", as_of, asked) if asked.sellers else None,
        _card(data, period, asked.clients, "client", as_of, asked) if asked.clients else None,
    )


def _card(
    data: Dataset,
    period: Period,
    kpis: Sequence[str],
    by: GroupBy | None,
    as_of: date,
    asked: Asked,
    trailing: Sequence[int] = (),
) -> Scorecard:
    return scorecard(
        data,
        period,
        by=by,
        as_of=as_of,
        options=asked.options,
        thresholds=asked.thresholds,
        kpis=kpis,
        trailing=trailing,
    )


def _month(month: Period, asked: Asked, as_of: date, data: Dataset) -> Scorecard:
    """A month of the trend: stocks seen from its end, the rest from the report's day; later than that, nothing."""
    readings: list[Reading] = []
    for kpis, seen in (
        ([kpi for kpi in asked.trend if kpi in STOCKS], min(month.end, as_of)),
        ([kpi for kpi in asked.trend if kpi not in STOCKS], as_of),
    ):
        if kpis and month.start <= as_of:
            readings += _card(data, month, kpis, asked.by, seen, asked).readings
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
