"""The value of the open offers, and how often it covers the monthly target."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import pandas as pd

from kpi_core.measure import Measure, Note, nothing
from kpi_core.offers import (
    Scope,
    mixed_currency,
    open_on,
    probability_scale,
    scope_of,
    started_on,
    without_value,
)
from kpi_core.periods import Period, month_of
from kpi_core.probability import Scale
from kpi_core.tally import Tally

# Seen from a past day, rows that were lost since often have lost their value too: above this share it is not reported.
_UNRELIABLE = 0.20


def pipeline_value(
    opportunities: pd.DataFrame,
    period: Period,
    *,
    as_of: date | None = None,
    data_on: date | None = None,
    win_rate: float | None = None,
    scale: Scale | None = None,
    weighted: Literal["no", "yes"] = "no",
    stale: Literal["include", "exclude"] = "include",
    scope: Scope = "auto",
) -> Measure:
    """Value of the offers that are open on the report date [money].

    pipeline_value = sum of the values of the open offers

    opportunities: status, value, currency, probability, offer_on, created_on, closed_on, expected_close_on.
    `weighted` yes multiplies each by its probability; `stale` exclude leaves out those whose expected close has
    passed. `data_on` is the export's day: for an earlier `as_of` the open offers are read back from today's rows.
    `win_rate` gives the part expected_value; `scale` says how the whole data writes probabilities, so that every group
    reads them alike (default: as these rows do). No open offer is a true 0. NaN: open rows without a single value (an
    unknown pipeline, never 0), a negative value, mixed currencies, probabilities outside 0-1 and 0-100.
    Source: the agency's article (open offers); edge cases: definitions.md A5.
    """
    last = as_of or period.end
    chosen = scope_of(opportunities, scope)
    used = {"scope": chosen, "weighted": weighted, "stale": stale}
    rows = open_on(opportunities, last, chosen)
    is_stale = rows["expected_close_on"] < pd.Timestamp(last)
    reconstructed = data_on is not None and last < data_on
    parts = {"open": float(len(rows))}
    notes = [Note("reconstructed", {"day": last})] if reconstructed else []
    if data_on is not None and max(last, period.start) > data_on:
        notes.append(Note("stale_data", {"day": data_on}))
    blank = without_value(rows)
    if len(rows) and rows["value"].isna().all():
        return nothing("no_values", *notes, n=len(rows), parts=parts, basis=used)
    if reconstructed and len(rows) and blank / len(rows) > _UNRELIABLE:
        return nothing("unreliable_past", *notes, n=len(rows), parts=parts, basis=used)
    if mixed_currency(rows):
        return nothing("mixed_currency", *notes, n=len(rows), parts=parts, basis=used)
    if (rows["value"] < 0).any():
        return nothing("negative_value", *notes, n=len(rows), parts=parts, basis=used)
    if blank:
        notes.append(Note("without_value", {"count": blank}))
    amounts = rows["value"].fillna(0)
    value = float(amounts.sum())
    stale_value = float(rows.loc[is_stale, "value"].sum())
    if is_stale.any():
        share = stale_value / value if value else 0.0
        notes.append(Note("stale", {"count": int(is_stale.sum()), "share": share}))
    parts["stale_value"] = stale_value
    if win_rate is not None:
        parts["expected_value"] = value * win_rate
    if stale == "exclude":
        rows, amounts = rows[~is_stale], amounts[~is_stale]

    known = rows["probability"].notna()
    if known.any():
        share_won = _as_shares(rows["probability"], scale or probability_scale(opportunities["probability"]))
        if isinstance(share_won, str):
            if weighted == "yes":
                return nothing(share_won, *notes, n=len(rows), parts=parts, basis=used)
        else:
            weighed = (amounts * share_won).fillna(0)
            parts["weighted_value"] = float(weighed.sum())
            if unknown := int((~known).sum()):
                notes.append(Note("without_probability", {"count": unknown}))
    if weighted == "yes" and len(rows):
        if "weighted_value" not in parts:
            return nothing("no_probability", *notes, n=len(rows), parts=parts, basis=used)
        amounts = weighed
    made = Tally("opportunities", "numerator", amounts, started_on(rows, chosen))
    return Measure(made.total, n=len(rows), notes=tuple(notes), parts=parts, basis=used, tallies=(made,))


def _as_shares(probability: pd.Series[Any], scale: Scale) -> pd.Series[Any] | str:
    """Probabilities as 0-1, or the reason why their column cannot be read."""
    if scale == "bad":
        return "bad_probability"
    if scale == "mixed":
        return "mixed_probability"
    return probability / 100 if scale == "percent" else probability


def pipeline_coverage(
    opportunities: pd.DataFrame,
    targets: pd.DataFrame,
    period: Period,
    *,
    as_of: date | None = None,
    data_on: date | None = None,
    scale: Scale | None = None,
    target: Literal["period", "remaining"] = "period",
    weighted: Literal["no", "yes"] = "no",
    stale: Literal["include", "exclude"] = "include",
    scope: Scope = "auto",
) -> Measure:
    """How many times the open offers cover the monthly target [multiple].

    pipeline_coverage = pipeline_value / the month's target

    opportunities: as pipeline_value; targets: month_on, target_value, currency. The month is the report date's, or the
    period's first where that lies ahead.
    `target` remaining divides by what is left of it after the month's won value ("to go"). No open offer is a true
    0.0x. NaN: as pipeline_value, and no target, a negative one, one already reached (remaining), another
    currency, or targets with and without a seller in one month: is the one the sum of the others, or on top of them?
    Sources: the agency's article (3-5 x the monthly target); to-go: winsabove.pages.dev (definitions.md A5).
    """
    last = as_of or period.end
    pipeline = pipeline_value(
        opportunities, period, as_of=last, data_on=data_on, scale=scale, weighted=weighted, stale=stale, scope=scope
    )
    used = {**pipeline.basis, "target": target}
    month = month_of(min(max(last, period.start), period.end))
    of_month = targets[month.has(targets["month_on"])].dropna(subset=["target_value"])
    planned = Tally("targets", "denominator", of_month["target_value"], of_month["month_on"])
    goal = planned.total
    won = opportunities[(opportunities["status"] == "won") & month.until(last).has(opportunities["closed_on"])]
    done = Tally("opportunities", "denominator", -won["value"].fillna(0), won["closed_on"])
    remaining = goal + done.total
    parts = {**pipeline.parts, "target": goal, "remaining": remaining}
    if of_month.empty:
        parts.pop("target"), parts.pop("remaining")

    def none(reason: str) -> Measure:
        return nothing(reason, *pipeline.notes, n=pipeline.n, parts=parts, basis=used)

    if pipeline.reason:
        return none(pipeline.reason)
    if of_month.empty or goal == 0:
        return none("no_target")
    if of_month["seller"].isna().any() and of_month["seller"].notna().any():
        return none("overlapping_targets")
    if goal < 0:
        return none("negative_target")
    if mixed_currency(pd.concat([opportunities[["currency"]], of_month[["currency"]]]).dropna()):
        return none("currency_differs")
    if remaining > 0:
        parts["to_go"] = pipeline.value / remaining
    elif target == "remaining":
        return none("target_reached")
    base = goal if target == "period" else remaining
    made_of = (*pipeline.tallies, planned) if target == "period" else (*pipeline.tallies, planned, done)
    value = pipeline.value / base
    return Measure(value, pipeline.value, base, pipeline.n, "", pipeline.notes, parts, used, tallies=made_of)
