"""Tables x period x grouping -> Readings: the only place where values, limits, evidence and words meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import pandas as pd

from kpi_core.periods import Period
from kpi_core.tables import Dataset
from kpi_core.texts import Text

Status = Literal["red", "amber", "green", "grey"]
Evidence = Literal["strong", "indicative", "too_little"]
GroupBy = Literal["seller", "team", "client", "product"]


@dataclass(frozen=True)
class Reading:
    """One KPI of one group in one period, with all that is needed to trust it.

    value is None where there is nothing to measure; `reason` then says why, in words. numerator and denominator are
    None where the KPI is no quotient, interval where it is no share. Texts are in both languages.
    """

    kpi: str
    period: Period
    group: tuple[GroupBy, str] | None
    value: float | None
    unit: str  # ratio | multiple | count | per_week | days | months | money
    numerator: float | None
    denominator: float | None
    n: int
    interval: tuple[float, float] | None
    status: Status
    evidence: Evidence
    diagnosis: Text | None
    definition: Text
    label: Text  # the name with the basis, e.g. "won / decided offers, by count, close date"
    reason: Text | None
    notes: tuple[Text, ...] = ()
    parts: Mapping[str, float | None] = field(default_factory=dict)  # e.g. mean and p90 beside the median
    currency: str = ""
    running: bool = False  # the period has not ended: only elapsed days were counted


@dataclass(frozen=True)
class Theme:
    """Market intelligence: how often a theme was heard, and what was said."""

    theme: str
    count: int
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class Scorecard:
    """All readings of a run for one period: the team's first (group None), then each group's by name."""

    period: Period
    as_of: date
    readings: tuple[Reading, ...]
    themes: tuple[Theme, ...] = ()
    insights: pd.DataFrame | None = None

    def reading(self, kpi: str, group: str | None = None) -> Reading:
        """One reading: the whole team's, or a group's by name. Raises KeyError where there is none."""
        for reading in self.readings:
            if reading.kpi == kpi and (reading.group[1] if reading.group else None) == group:
                return reading
        raise KeyError(kpi, group)

    def groups(self) -> list[str]:
        """The groups' names in order."""
        return list(dict.fromkeys(reading.group[1] for reading in self.readings if reading.group))


def scorecard(
    data: Dataset,
    period: Period,
    *,
    by: GroupBy | None = None,
    as_of: date | None = None,
    options: Mapping[str, Mapping[str, str]] | None = None,
    thresholds: Mapping[str, Sequence[float]] | None = None,
    kpis: Sequence[str] | None = None,
) -> Scorecard:
    """Measure every KPI of the catalogue (or only `kpis`) for the team and, with `by`, for each group.

    as_of       the day the figures are seen from; default: the period's end, or the data's last day if earlier
    options     per KPI the options of its definition, e.g. {"win_rate": {"basis": "value"}}
    thresholds  per KPI the limits that a firm puts in place of the definition's, in ascending order
    """
    raise NotImplementedError
