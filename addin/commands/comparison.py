"""What `kpi compare` is given made comparable: snapshots, output folders with snapshots, exports or folders of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from addin.configuration import Configuration
from addin.exports import options, read_exports
from addin.fill import snapshots
from kpi_core.changes import FigureChange, figure_changes
from kpi_core.errors import UsageError
from kpi_core.periods import month_of
from kpi_core.periods import period as period_of
from kpi_core.row_changes import Lacking, lacking
from kpi_core.scorecard import scorecard
from kpi_core.snapshot import Printed, Snapshot, kept, printed
from kpi_core.tables import Dataset
from kpi_core.views import Group, GroupBy

_MONTHS = 12
_Figure = tuple[str, str, Group | None]


@dataclass(frozen=True)
class Compared:
    """The changes, how many closed figures were compared, seen from which day; what one side does not tell at all."""

    changes: tuple[FigureChange, ...]
    figures: int
    as_of: date | None
    lacking: tuple[Lacking, ...] = ()


def compared(
    before: Path,
    after: Path,
    configuration: Configuration,
    mappings: Sequence[Path],
    periods: Sequence[str],
    by: GroupBy | None,
) -> Compared:
    """Compare A's figures with B's rows.

    A snapshot brings the figures that its report showed, a folder those of the last report by each template. Of exports
    all KPIs of the named periods are compared, by default of the last twelve closed months; `by` adds each group's.
    """
    a, b = (_given(path, configuration, mappings) for path in (before, after))
    if isinstance(a, Dataset) and isinstance(b, Dataset):  # nothing need be hidden where both sides tell it
        reports, later = [_measured(a, a, configuration, periods, by)], b
    else:
        later = kept(b) if isinstance(b, Dataset) else b[0].data
        reports = [_measured(kept(a), a, configuration, periods, by)] if isinstance(a, Dataset) else a
    wanted = set(periods) if not isinstance(a, Dataset) and periods else None
    compared: set[_Figure] = set()
    changes: list[FigureChange] = []
    for report in reports:  # a figure that several templates show is told once
        figures = [it for it in report.figures if it.closed and (wanted is None or it.period.key in wanted)]
        new = tuple(it for it in figures if (it.kpi, it.period.key, it.group) not in compared)
        compared |= {(it.kpi, it.period.key, it.group) for it in new}
        changes += figure_changes(replace(report, figures=new), later)
    if not compared:
        raise UsageError("compare.no_closed_period")
    return Compared(tuple(changes), len(compared), reports[0].data_on, tuple(lacking(reports[0].data, later)))


def _given(path: Path, configuration: Configuration, mappings: Sequence[Path]) -> list[Snapshot] | Dataset:
    """A report's snapshot, the last of each series of an output folder, or an export's rows."""
    if path.is_dir() and (last := snapshots.latest(path)):
        return [snapshots.read(each) for each in last]
    if path.is_file() and path.suffix == ".parquet" and snapshots.is_snapshot(path):
        return [snapshots.read(path)]
    return read_exports([str(path)], configuration, mappings).data


def _measured(
    rows: Dataset, data: Dataset, configuration: Configuration, periods: Sequence[str], by: GroupBy | None
) -> Snapshot:
    """Exports as the snapshot of a report on their last day."""
    span, chosen = data.span(), options(configuration)
    if span is None:
        raise UsageError("period.no_data")
    wanted = [period_of(key, span) for key in periods]
    if not wanted:
        current = month_of(span[1])
        wanted = [it for it in current.trailing(_MONTHS + 1).months() if it.end <= span[1]][-_MONTHS:]
    figures: tuple[Printed, ...] = ()
    for one in wanted:
        card = scorecard(data, one, by=by, as_of=span[1], options=chosen)
        figures += printed(card.readings, span[1])
    return Snapshot(rows, figures, chosen, span[1])
