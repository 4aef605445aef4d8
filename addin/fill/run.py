"""What a workbook needs to be measured: the period, the twelve months to it, the six weeks, the sellers and clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kpi_core.catalogue import catalogue
from kpi_core.intake import Intake
from kpi_core.measuring import STOCKS
from kpi_core.periods import Period, week_of
from kpi_core.run import Run
from kpi_core.scorecard import GroupBy, Reading, Scorecard, card_of
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
    """All scorecards of one workbook: of the team, or of one group."""

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
    """One period of the whole team."""
    return Measuring(intake, asked).measured(period)


class Measuring:
    """Measures one workbook after the other; what they share is found once.

    Of a period that is what the lists say of all, of a client its rows: so workbooks by seller are best asked for
    period by period, those by client one client after the other.
    """

    def __init__(self, intake: Intake, asked: Asked) -> None:
        self._intake = intake
        self._asked = asked
        self._run = Run(intake.data, asked.options or {}, asked.thresholds or {})
        self._inside: tuple[str, Run] | None = None
        self._listed: tuple[Period, Scorecard] | None = None

    @property
    def groups(self) -> list[str | None]:
        """Each group that has a workbook of its own; None alone for the team."""
        by = self._asked.by
        return [None] if by is None else list(self._run.groups(by).names)

    def measured(self, period: Period, group: str | None = None) -> Measured:
        """What the workbook of a period shows, of the team or of one group."""
        run, asked = self._run, self._asked
        as_of = asked.as_of or (min(period.end, run.span[1]) if run.span else period.end)
        compared = [kpi for kpi in asked.kpis if catalogue()[kpi].compare]
        year = period.trailing(TREND_MONTHS)
        by, only = (None, None) if group is None else (asked.by, [group])
        months = year.months() if asked.trend else []
        return Measured(
            self._intake,
            asked,
            period,
            as_of,
            self._heard(card_of(run, period, asked.kpis, by, as_of, only=only, trailing=asked.trailing), group),
            card_of(run, year, compared, by, as_of, only=only),
            tuple((month, self._month(month, as_of, by, only)) for month in months),
            *self._lists(period, as_of, group),
        )

    def _heard(self, card: Scorecard, group: str | None) -> Scorecard:
        """What was heard: in a client's workbook at that client alone, since clients must not read of each other."""
        if group is None or self._asked.by != "client":
            return card
        return replace(card, insights=card_of(self._within(group), card.period, [], as_of=card.as_of).insights)

    def _lists(
        self, period: Period, as_of: date, group: str | None
    ) -> tuple[tuple[tuple[Period, Scorecard], ...], Scorecard | None, Scorecard | None]:
        """The weeks, the sellers, the clients: a client's within its rows, of a seller its own line and all clients."""
        asked = self._asked
        if group is None and asked.by is not None and asked.by != "seller":
            return (), None, None
        run = self._run if group is None or asked.by == "seller" else self._within(group)
        only = [group] if group is not None and asked.by == "seller" else None
        weeks = _weeks(period) if asked.weeks else []
        return (
            tuple((week, card_of(run, week, [_WEEKLY], "seller", as_of, only=only)) for week in weeks),
            card_of(run, period, asked.sellers, "seller", as_of, only=only) if asked.sellers else None,
            self._clients(run, period, as_of) if asked.clients else None,
        )

    def _clients(self, run: Run, period: Period, as_of: date) -> Scorecard:
        if run is not self._run:
            return card_of(run, period, self._asked.clients, "client", as_of)
        if self._listed is None or self._listed[0] != period:
            self._listed = period, card_of(run, period, self._asked.clients, "client", as_of)
        return self._listed[1]

    def _within(self, group: str) -> Run:
        """The run over one group's rows; the last one is kept, as its other periods come next."""
        asked = self._asked
        assert asked.by is not None, "a group is one of something"
        if self._inside is None or self._inside[0] != group:
            rows = within(self._intake.data, asked.by, group)
            self._inside = group, Run(rows, asked.options or {}, asked.thresholds or {})
        return self._inside[1]

    def _month(self, month: Period, as_of: date, by: GroupBy | None, only: Sequence[str] | None) -> Scorecard:
        """A month of the trend: stocks seen from its end, the rest from the report's day; later than that, nothing."""
        readings: list[Reading] = []
        trend = self._asked.trend
        for kpis, seen in (
            ([kpi for kpi in trend if kpi in STOCKS], min(month.end, as_of)),
            ([kpi for kpi in trend if kpi not in STOCKS], as_of),
        ):
            if kpis and month.start <= as_of:
                readings += card_of(self._run, month, kpis, by, seen, only=only).readings
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
