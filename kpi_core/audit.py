"""What each row adds to the figures of a report: to those of all rows together, and to those of groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from kpi_core.catalogue import definition
from kpi_core.measure import Measure
from kpi_core.periods import Period
from kpi_core.run import Run
from kpi_core.tables import Dataset, TableName
from kpi_core.tally import Tally
from kpi_core.views import Group, View, split


@dataclass(frozen=True)
class Audit:
    """The measures of a report with the rows behind them.

    measures   by KPI and group (None: all rows together), where the KPI is measured by such a group
    data       the rows that the tallies' labels mean
    roster     the sellers in their place: those listed, and below 0 those who were only seen at work
    """

    measures: Mapping[tuple[str, Group | None], Measure]
    data: Dataset
    roster: pd.DataFrame

    def table(self, name: TableName) -> pd.DataFrame:
        """A table whose rows the tallies name."""
        return self.roster if name == "sellers" else self.data.table(name)


def audit(
    data: Dataset,
    kpis: Sequence[str],
    period: Period,
    groups: Iterable[Group | None] = (None,),
    *,
    as_of: date | None = None,
    options: Mapping[str, Mapping[str, str]] | None = None,
) -> Audit:
    """Measure the KPIs for each of the groups. Raises UsageError for an unknown KPI or option."""
    run = Run(data, options or {}, {})
    whole = run.view(period, as_of)
    roster = whole.roster()
    asked = list(groups)
    parts = {by: split(data, by) for by in {group[0] for group in asked if group is not None}}
    measures = {}
    for group in asked:
        view = whole if group is None else whole.of(group, parts[group[0]])
        for kpi in kpis:
            known = definition(kpi)
            if group is None or group[0] in known.groups:
                found = run.measure(known, view)
                placed = tuple(_placed(side, view, roster) for side in found.tallies)
                measures[kpi, group] = replace(found, tallies=placed)
    return Audit(measures, data, roster)


def _placed(side: Tally, view: View, roster: pd.DataFrame) -> Tally:
    """Sellers who are listed nowhere are numbered within their view: here they get their number in the roster."""
    if side.table != "sellers" or view.group is None or not (side.amounts.index < 0).any():
        return side
    here = view.roster()["seller"]
    unlisted = roster[roster.index < 0]
    label_of = dict(zip(unlisted["seller"], unlisted.index, strict=True))
    labels = [label_of[here[label]] if label < 0 else label for label in side.amounts.index]
    return replace(side, amounts=side.amounts.set_axis(pd.Index(labels, dtype="int64")))
