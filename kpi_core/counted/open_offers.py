"""The pipeline and its coverage from counts of the offers that are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kpi_core.measure import Measure, Note, nothing
from kpi_core.periods import Period, month_of
from kpi_core.probability import Scale

# Seen from a past day, rows that were lost since often have lost their value too: above this share it is not reported.
_UNRELIABLE = 0.20


@dataclass(frozen=True, slots=True)
class OpenOffers:
    """What a pipeline is made of, counted: the offers open on a day.

    valued have a value, blank have none or 0; stale ones, with their value, are past their expected close. kept are
    those that count (all, or without the stale), rated have a probability, weighted_value is their value times it.
    """

    rows: int
    valued: int
    blank: int
    mixed_currency: bool
    negative: bool
    value: float
    stale: int
    stale_value: float
    kept: int
    kept_value: float
    rated: int = 0
    weighted_value: float = 0.0


def value_of_open(
    found: OpenOffers,
    used: Mapping[str, str],
    period: Period,
    last: date,
    *,
    data_on: date | None,
    win_rate: float | None,
    scale: Scale,
) -> Measure:
    """The pipeline of what was counted as open on `last`, by the options `used`; the formula's last step."""
    reconstructed = data_on is not None and last < data_on
    parts = {"open": float(found.rows)}
    notes = [Note("reconstructed", {"day": last})] if reconstructed else []
    if data_on is not None and max(last, period.start) > data_on:
        notes.append(Note("stale_data", {"day": data_on}))

    def none(reason: str, n: int = found.rows) -> Measure:
        return nothing(reason, *notes, n=n, parts=parts, basis=used)

    if found.rows and not found.valued:
        return none("no_values")
    if reconstructed and found.rows and found.blank / found.rows > _UNRELIABLE:
        return none("unreliable_past")
    if found.mixed_currency:
        return none("mixed_currency")
    if found.negative:
        return none("negative_value")
    if found.blank:
        notes.append(Note("without_value", {"count": found.blank}))
    if found.stale:
        share = found.stale_value / found.value if found.value else 0.0
        notes.append(Note("stale", {"count": found.stale, "share": share}))
    parts["stale_value"] = found.stale_value
    if win_rate is not None:
        parts["expected_value"] = found.value * win_rate
    weighted = used["weighted"] == "yes"
    if found.rated:
        if unread := _unread(scale):
            if weighted:
                return none(unread, found.kept)
        else:
            parts["weighted_value"] = found.weighted_value
            if unknown := found.kept - found.rated:
                notes.append(Note("without_probability", {"count": unknown}))
    if weighted and found.kept and "weighted_value" not in parts:
        return none("no_probability", found.kept)
    value = found.weighted_value if weighted and found.kept else found.kept_value
    return Measure(value, n=found.kept, notes=tuple(notes), parts=parts, basis=used)


def _unread(scale: Scale) -> str:
    """Why a column of probabilities cannot be read; nothing where it can."""
    if scale == "bad":
        return "bad_probability"
    return "mixed_probability" if scale == "mixed" else ""


@dataclass(frozen=True, slots=True)
class Goal:
    """A month's target: its rows, their sum, and what the month has won so far.

    overlapping: rows with and without a seller, of which nobody knows whether the one is the sum of the others.
    """

    rows: int
    value: float
    overlapping: bool
    currency_differs: bool
    won_value: float


def target_month(period: Period, last: date) -> Period:
    """The month whose target counts: the report date's, or the period's first where that lies ahead."""
    return month_of(min(max(last, period.start), period.end))


def coverage(pipeline: Measure, goal: Goal, used: Mapping[str, str]) -> Measure:
    """The coverage of a target by a pipeline, by the options `used`; the formula's last step."""
    remaining = goal.value - goal.won_value
    parts = dict(pipeline.parts)
    if goal.rows:
        parts |= {"target": goal.value, "remaining": remaining}

    def none(reason: str) -> Measure:
        return nothing(reason, *pipeline.notes, n=pipeline.n, parts=parts, basis=used)

    if pipeline.reason:
        return none(pipeline.reason)
    if not goal.rows or goal.value == 0:
        return none("no_target")
    if goal.overlapping:
        return none("overlapping_targets")
    if goal.value < 0:
        return none("negative_target")
    if goal.currency_differs:
        return none("currency_differs")
    if remaining > 0:
        parts["to_go"] = pipeline.value / remaining
    elif used["target"] == "remaining":
        return none("target_reached")
    base = goal.value if used["target"] == "period" else remaining
    value = pipeline.value / base
    return Measure(value, pipeline.value, base, pipeline.n, "", pipeline.notes, parts, used)
