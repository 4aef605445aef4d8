"""What a run remembers: the figures that its workbooks showed, and what has changed since the run before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

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
    """This run's rows, the last run on others, what has changed since, and why that could not be told, if so."""

    now: Snapshot
    before: str | None = None
    changes: tuple[FigureChange, ...] | None = None  # None: there is no run to compare with
    problem: KpiError | None = None


@dataclass(frozen=True)
class Remembered:
    """The snapshot written, the one before and what had changed since; why that could not be told or kept, if so."""

    file: str | None
    before: str | None = None
    changes: tuple[FigureChange, ...] = ()
    problems: tuple[KpiError, ...] = ()


def since_last(place: Place, series: str, intake: Intake, options: Mapping[str, Mapping[str, str]] | None) -> Since:
    """What has changed since the last run of the series on other rows, told before the workbooks are written."""
    span = intake.data.span()
    now = Snapshot(kept(intake.data), (), options or {}, span[1] if span else None)
    try:
        before = snapshots.previous(place, series, now)
        if before is None:
            return Since(now)
        changes = figure_changes(snapshots.read_at(place, before), now.data)
        return Since(now, place.label(before), changes)
    except KpiError as error:  # an old file that cannot be read or computed must not keep this month's report back
        return Since(now, problem=error)


def remember(place: Place, series: str, since: Since, figures: Iterable[Printed]) -> Remembered:
    """Write this run's snapshot beside its workbooks; these stand by now, so that a failure is told, not raised."""
    problems: tuple[KpiError, ...] = () if since.problem is None else (since.problem,)
    file: str | None = None
    try:
        file = snapshots.keep(place, series, since.now, figures)
    except FillError as error:
        problems += (error,)
    return Remembered(file, since.before, since.changes or (), problems)


def figures_of(run: Measured) -> Iterator[Printed]:
    """The figures of a workbook: its own, its lists', its trend's; of clients only where they have own names.

    A client's workbook lists what its sellers did for that client: no seller's figure, and nobody asks for it again.
    """
    cards = [run.card]
    if run.asked.by in (None, "seller"):
        cards += [card for card in (run.sellers, run.clients, *(card for _, card in run.weeks)) if card is not None]
    clients = own_clients(run.intake.data)
    for card in cards:
        yield from printed(_nameable(card.readings, clients=clients), card.as_of)
    for month, card in run.months:
        readings = _nameable(card.readings, clients=clients)
        yield from printed((it for it in readings if it.kpi in STOCKS), min(month.end, run.as_of))
        yield from printed((it for it in readings if it.kpi not in STOCKS), run.as_of)


def _nameable(readings: Sequence[Reading], *, clients: bool) -> list[Reading]:
    return [it for it in readings if clients or it.group is None or it.group[0] != "client"]
