"""From a Measure to a Reading: the value meets its limits, its evidence and its words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from kpi_core.definition import Band, Definition, ExcelError, Status
from kpi_core.evidence import is_strong, wilson
from kpi_core.figures import figure, fill
from kpi_core.measure import Measure
from kpi_core.periods import Period
from kpi_core.texts import LANGUAGES, Text, load_texts

if TYPE_CHECKING:
    from kpi_core.views import Group

Evidence = Literal["strong", "indicative", "too_little"]

_WORSE: Mapping[Status, int] = {"green": 0, "grey": 0, "amber": 1, "red": 2}


@dataclass(frozen=True)
class Reading:
    """One KPI of one group in one period, with all that is needed to trust it.

    value is None where there is nothing to measure; `reason` then says why, in words. numerator and denominator are
    None where the KPI is no quotient, interval where it is no share of counts. Texts are in both languages.
    """

    kpi: str
    period: Period
    group: Group | None
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
    label: Text  # what was counted, e.g. "offers: won / decided, by count, close date"
    reason: Text | None
    notes: tuple[Text, ...] = ()
    parts: Mapping[str, float | None] = field(default_factory=dict)  # e.g. mean and p90 beside the median
    currency: str = ""
    running: bool = False  # the period has not ended: only elapsed days were counted
    error: ExcelError | None = None  # the Excel error that means the same as the reason


@dataclass(frozen=True)
class PeriodReadings:
    """One period's readings: of all rows first (group None), then each group's by name."""

    period: Period
    as_of: date
    readings: tuple[Reading, ...]


def reading(
    kpi: Definition,
    measure: Measure,
    period: Period,
    group: Group | None,
    *,
    thresholds: Sequence[float] | None = None,
    compared: Measure | None = None,
    currency: str = "",
    running: bool = False,
) -> Reading:
    """Judge a measure. `compared` is the same KPI over the trailing 12 months, for definitions that compare with it."""
    interval = interval_of(kpi, measure)
    status, diagnosis, evidence = judgement(kpi, measure, thresholds=thresholds, compared=compared)
    return Reading(
        kpi=kpi.id,
        period=period,
        group=group,
        value=_known(measure.value),
        unit=kpi.unit,
        numerator=_known(measure.numerator),
        denominator=_known(measure.denominator),
        n=measure.n,
        interval=interval,
        status=status,
        evidence=evidence,
        diagnosis=diagnosis,
        definition=kpi.definition,
        label=kpi.basis(measure.basis),
        reason=kpi.reason(measure.reason, count=measure.n) if measure.reason else None,
        notes=tuple(kpi.note(note.code, note.found) for note in measure.notes),
        parts={name: _known(value) for name, value in measure.parts.items()},
        currency=currency,
        running=running,
        error=kpi.reasons[measure.reason].excel if measure.reason else None,
    )


def not_by_group(kpi: Definition, period: Period, group: Group) -> Reading:
    """The reading of a KPI that is not measured by such a group: no value, and that as the reason."""
    reason = load_texts("kpi_core.sentences", "readings.toml")[f"not_by_group.{group[0]}"]
    return replace(reading(kpi, Measure(math.nan), period, group), reason=reason, error="#N/A")


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def interval_of(kpi: Definition, measure: Measure) -> tuple[float, float] | None:
    """Wilson's interval, where the value is a share of counts (by value, or above 1, it is none)."""
    by_value = measure.basis.get("basis") == "value"
    if kpi.evidence != "wilson" or math.isnan(measure.value) or by_value or measure.value > 1:
        return None
    return wilson(measure.numerator, measure.denominator)


def judgement(
    kpi: Definition,
    measure: Measure,
    *,
    thresholds: Sequence[float] | None = None,
    compared: Measure | None = None,
) -> tuple[Status, Text | None, Evidence]:
    """A measure's status, the sentence that goes with it, and how much it can be trusted."""
    said = load_texts("kpi_core.sentences", "readings.toml")
    if math.isnan(measure.value):
        return "grey", None, "too_little"
    if measure.n < kpi.minimum_n:
        return "grey", kpi.too_few(measure.n), "too_little"
    judged = measure.value
    if kpi.compare and thresholds is None:
        if compared is None or compared.n < kpi.minimum_n or not compared.value:
            return "grey", said["not_compared"], "indicative"
        judged /= compared.value
    band = kpi.band(judged, thresholds)
    interval = interval_of(kpi, measure)
    evidence = _evidence(kpi, band, interval or _median_interval(measure, measure.value / judged if judged else 1.0))
    if measure.doubt:
        found = next(note.found for note in measure.notes if note.code == measure.doubt)
        return "amber", kpi.note(measure.doubt, found), "indicative"
    if not math.isnan(measure.best) and _WORSE[kpi.band(measure.best, thresholds).status] < _WORSE[band.status]:
        best = Text(*(figure(measure.best, kpi.unit, language) for language in LANGUAGES))
        return "grey", fill(said["cohort_running"], {"best": best}), "indicative"
    return band.status, band.diagnosis, evidence


def _median_interval(measure: Measure, compared: float) -> tuple[float, float] | None:
    """The order-statistic interval where the value is the median, in the unit of what it is compared with."""
    if measure.basis.get("stat", "median") != "median" or "low" not in measure.parts:
        return None
    return measure.parts["low"] / compared, measure.parts["high"] / compared


def _evidence(kpi: Definition, band: Band, interval: tuple[float, float] | None) -> Evidence:
    if kpi.evidence == "none":
        return "strong"
    if interval is None:
        return "indicative"
    lower = -math.inf if band.lower is None else band.lower
    upper = math.inf if band.upper is None else band.upper
    return "strong" if is_strong(interval, lower, upper) else "indicative"
