"""Many periods in a row: read by columns where that can be, else cell by cell, with the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from addin.commands.terminal import screen
from addin.configuration import Configuration
from addin.exports import options, read_exports, read_log, thresholds
from addin.wording import say
from kpi_core.catalogue import catalogue
from kpi_core.counting.scorecards import count
from kpi_core.intake import Intake
from kpi_core.intake.columnar.reading import Logged
from kpi_core.periods import Unit
from kpi_core.periods import period as period_of
from kpi_core.reading import PeriodReadings
from kpi_core.scorecard import check_period, check_seen, check_within
from kpi_core.series import measurable, series
from kpi_core.tables import TABLE_NAMES
from kpi_core.texts import Language
from kpi_core.views import GroupBy


@dataclass(frozen=True)
class Series:
    """The readings of each period, the KPIs that they are of and those that the exports hold nothing for."""

    periods: Sequence[PeriodReadings]
    kpis: Sequence[str]
    lacking: Sequence[str]
    intake: Intake


class Steps:
    """How far reading, counting and judging are; drawn only where stderr is a terminal, so that logs stay clean."""

    def __init__(self, language: Language) -> None:
        console = screen(err=True)
        self._language: Language = language
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("", total=None)

    def reading(self, done: int, total: int) -> None:
        """So many rows of so many are read."""
        self._told("series.reading", done, total)

    def counting(self, done: int, total: int) -> None:
        """So many rows of so many are counted."""
        self._told("series.counting", done, total)

    def judging(self, done: int, total: int) -> None:
        """So many periods of so many are ready."""
        self._told("series.judging", done, total)

    def _told(self, key: str, done: int, total: int) -> None:
        self._progress.update(self._task, description=say(key, self._language), completed=done, total=total)

    def __enter__(self) -> Steps:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()


def each(
    paths: Sequence[str],
    configuration: Configuration,
    mappings: Sequence[Path],
    key: str,
    unit: Unit,
    by: GroupBy | None,
) -> Series:
    """The readings of each week, month, quarter or year that a period touches."""
    with Steps(configuration.settings.language) as steps:
        with read_log(paths, configuration, mappings, by=by, told=steps.reading) as logged:
            if logged is not None:
                return of_log(logged, configuration, key, unit, by, steps)
        intake = read_exports(paths, configuration, mappings)
        data, seen = intake.data, configuration.settings.as_of
        wanted = period_of(key, data.span())
        check_period(data, wanted, seen)
        chosen, limits = options(configuration), thresholds(configuration)
        kpis = measurable([name for name in TABLE_NAMES if len(data.table(name))], chosen)
        found = series(
            data, wanted.each(unit), kpis, by=by, as_of=seen, options=chosen, thresholds=limits, told=steps.judging
        )
    return Series(found, kpis, _lacking(kpis), intake)


def of_log(
    logged: Logged, configuration: Configuration, key: str, unit: Unit | None, by: GroupBy | None, steps: Steps
) -> Series:
    """The same of opportunities that were read by columns; without a unit, of the period as a whole."""
    seen, rest = configuration.settings.as_of, logged.intake.data
    wanted = period_of(key, logged.survey.span)
    check_seen(wanted, seen)
    check_within(rest, wanted, logged.survey.span, logged.survey.planned)
    chosen, limits = options(configuration), thresholds(configuration)
    tables = [name for name in TABLE_NAMES if len(rest.table(name))]
    kpis = measurable([*tables, *(["opportunities"] if logged.survey.rows else [])], chosen)  # type: ignore[list-item]
    found = count(
        logged.survey,
        logged.batches(steps.counting),
        rest,
        wanted.each(unit) if unit else [wanted],
        by=by,
        as_of=seen,
        options=chosen,
        thresholds=limits,
        kpis=kpis,
    )
    return Series(found, kpis, _lacking(kpis), logged.intake)


def _lacking(kpis: Sequence[str]) -> list[str]:
    return [kpi for kpi in catalogue() if kpi not in kpis]
