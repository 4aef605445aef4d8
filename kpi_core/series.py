"""The readings of many periods in a row: what opportunities and targets alone give is counted once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from kpi_core.catalogue import catalogue, definition
from kpi_core.counting.measures import COUNTED
from kpi_core.counting.scorecards import count, uncounted
from kpi_core.counting.table import surveyed
from kpi_core.measuring import RESTS_ON
from kpi_core.periods import Period
from kpi_core.reading import PeriodReadings, Reading
from kpi_core.run import Run
from kpi_core.tables import Dataset, TableName
from kpi_core.views import GroupBy, split

Told = Callable[[int, int], None]


def measurable(tables: Collection[TableName], options: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The KPIs that so many tables can give, in the catalogue's order.

    Customers may be stood in for by what the user states of them, the options of ltv.
    """
    have = {*tables, *(["customers"] if any(options.get("ltv", {}).values()) else [])}
    return [kpi for kpi in catalogue() if set(RESTS_ON[kpi]) <= have]


def series(
    data: Dataset,
    periods: Sequence[Period],
    kpis: Sequence[str],
    *,
    by: GroupBy | None = None,
    as_of: date | None = None,
    options: Mapping[str, Mapping[str, str]] | None = None,
    thresholds: Mapping[str, Sequence[float]] | None = None,
    told: Told = lambda done, total: None,
) -> list[PeriodReadings]:
    """What `scorecard` gives for each period, of some KPIs; `told` hears how many periods of how many are ready.

    Raises UsageError as `scorecard` does.
    """
    counted = [kpi for kpi in kpis if kpi in COUNTED and not uncounted(options or {})]
    survey, rows = surveyed(data, by)
    asked = options if counted else {}
    found = count(survey, [rows], data, periods, by=by, as_of=as_of, options=asked, thresholds=thresholds, kpis=counted)
    run = Run(data, options or {}, thresholds or {})
    groups = split(data, by) if by else None
    made = []
    for number, (ready, period) in enumerate(zip(found, periods, strict=True), 1):
        whole = run.view(period, as_of)
        views = [whole, *(whole.of((groups.by, name), groups) for name in groups.names)] if groups else [whole]
        known: dict[tuple[str, object], Reading] = {(it.kpi, it.group): it for it in ready.readings}
        readings = [known.get((kpi, view.group)) or run.read(definition(kpi), view) for view in views for kpi in kpis]
        made.append(PeriodReadings(period, ready.as_of, tuple(readings)))
        told(number, len(periods))
    return made
