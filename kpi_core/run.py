"""One run: the data with the user's options and limits, settled once for all its groups and periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from kpi_core.catalogue import catalogue, definition
from kpi_core.definition import Definition
from kpi_core.measure import Measure
from kpi_core.measuring import ROSTERED, measure
from kpi_core.offers import scope_of
from kpi_core.periods import Period
from kpi_core.reading import Reading, not_by_group, reading
from kpi_core.tables import Dataset
from kpi_core.views import GroupBy, Groups, View, split

_YEAR_MONTHS = 12


class Run:
    """What every figure of a run shares. Raises UsageError for unknown options and for limits that do not fit."""

    def __init__(
        self,
        data: Dataset,
        options: Mapping[str, Mapping[str, str]],
        thresholds: Mapping[str, Sequence[float]],
    ) -> None:
        """Check the options and limits before anything is measured."""
        self.data = data
        self.arguments = arguments(options, scope_of(data.opportunities))
        self.thresholds = thresholds
        self.currency = only(data.currencies())
        self.span = data.span()
        self._groups: dict[GroupBy, Groups] = {}
        self._idle: dict[tuple[str, Period, date], Reading] = {}  # of a group without a row: whosever it is
        for kpi, bounds in thresholds.items():
            definition(kpi).limits(bounds)

    def view(self, period: Period, as_of: date | None = None) -> View:
        """All rows, seen from a day; by default the period's end, or the data's last day where that is earlier."""
        data_on = self.span[1] if self.span else None
        seen_from = as_of or (min(period.end, data_on) if data_on else period.end)
        return View(self.data, self.data, period, seen_from, data_on)

    def groups(self, by: GroupBy) -> Groups:
        """Every group's rows; the tables are split when they are first asked for."""
        if by not in self._groups:
            self._groups[by] = split(self.data, by)
        return self._groups[by]

    def measure(self, kpi: Definition, view: View) -> Measure:
        """The figure with the rows that made it."""
        return measure(kpi.id, view, self.arguments)

    def read(self, kpi: Definition, view: View) -> Reading:
        """The figure with its status, evidence and words."""
        if view.group and view.group[0] not in kpi.groups:
            return not_by_group(kpi, view.period, view.group)
        if view.group and view.idle and kpi.id not in ROSTERED:
            same = (kpi.id, view.period, view.as_of)
            if same not in self._idle:
                self._idle[same] = self.judged(kpi, view, self.measure(kpi, view))
            return replace(self._idle[same], group=view.group)
        return self.judged(kpi, view, self.measure(kpi, view))

    def judged(self, kpi: Definition, view: View, measured: Measure) -> Reading:
        """A measure of a view as its reading."""
        year = year_compared(kpi, view.period, self.thresholds)
        return reading(
            kpi,
            measured,
            view.period,
            view.group,
            thresholds=self.thresholds.get(kpi.id),
            compared=self.measure(kpi, view.over(year)) if year else None,
            currency=self.currency,
            running=view.as_of < view.period.end,
        )


def year_compared(kpi: Definition, period: Period, thresholds: Mapping[str, Sequence[float]]) -> Period | None:
    """The trailing year that a figure is compared with; None where it is not, or is as long itself."""
    if not kpi.compare or kpi.id in thresholds or len(period.months()) >= _YEAR_MONTHS:
        return None
    return period.trailing(_YEAR_MONTHS)


def arguments(
    options: Mapping[str, Mapping[str, str]], recorded: Literal["offers", "all"]
) -> dict[str, dict[str, Any]]:
    """The options as the formulas' arguments; `auto` is the scope that the data has `recorded`."""
    found: dict[str, dict[str, Any]] = {kpi: dict(definition(kpi).arguments(it)) for kpi, it in options.items()}
    for kpi, known in catalogue().items():
        if "scope" in known.options:
            chosen = found.setdefault(kpi, {})
            if chosen.get("scope", "auto") == "auto":
                chosen["scope"] = recorded
    return found


def only(currencies: Sequence[str]) -> str:
    """The one currency; nothing where there are several or none."""
    return currencies[0] if len(currencies) == 1 else ""
