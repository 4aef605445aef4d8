"""What a run remembers: the figures that its workbooks showed, and what has changed since the run before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from addin.fill import snapshots
from addin.fill.places import Place
from addin.fill.run import Measured
from addin.fill.words import FillError
from kpi_core.changes import FigureChange, figure_changes
from kpi_core.errors import KpiError
from kpi_core.intake import Intake
from kpi_core.measuring import STOCKS
from kpi_core.scorecard import Reading
from kpi_core.snapshot import Printed, Snapshot, kept, own_clients, printed


@dataclass(frozen=True)
class Since:
    """This run's rows, what has changed since the last run on others, and why that could not be told, if so."""

    now: Snapshot
    changes: tuple[FigureChange, ...] | None = None  # None: there is no run to compare with
    problem: KpiError | None = None


@dataclass(frozen=True)
class Remembered:
    """The snapshot written, what had changed since the one before, and why that could not be told, if so."""

    file: str
    changes: tuple[FigureChange, ...] = ()
    problem: KpiError | None = field(default=None)


def since_last(place: Place, series: str, intake: Intake, options: Mapping[str, Mapping[str, str]] | None) -> Since:
    """What has changed since the last run of the series on other rows, told before the workbooks are written."""
    span = intake.data.span()
    now = Snapshot(kept(intake.data), (), options or {}, span[1] if span else None)
    try:
        before = snapshots.previous(place, series, now)
        return Since(now, None if before is None else figure_changes(before, now.data))
    except FillError as error:  # an old file that cannot be read must not keep this month's report back
        return Since(now, problem=error)


def remember(place: Place, series: str, since: Since, figures: Iterable[Printed]) -> Remembered:
    """Write this run's snapshot beside its workbooks."""
    return Remembered(snapshots.keep(place, series, since.now, figures), since.changes or (), since.problem)


def figures_of(run: Measured) -> Iterator[Printed]:
    """The figures of a workbook: its own, its lists', its trend's; of clients only where they have own names."""
    cards = [run.card, *(card for card in (run.sellers, run.clients) if card is not None)]
    cards += [card for _, card in run.weeks]
    clients = own_clients(run.intake.data)
    for card in cards:
        yield from printed(_nameable(card.readings, clients=clients), card.as_of)
    for month, card in run.months:
        readings = _nameable(card.readings, clients=clients)
        yield from printed((it for it in readings if it.kpi in STOCKS), min(month.end, run.as_of))
        yield from printed((it for it in readings if it.kpi not in STOCKS), run.as_of)


def _nameable(readings: Sequence[Reading], *, clients: bool) -> list[Reading]:
    return [it for it in readings if clients or it.group is None or it.group[0] != "client"]
