"""How long a deal takes from first contact to closing."""

from __future__ import annotations

import math
from datetime import date
from statistics import fmean, median
from typing import Literal

import pandas as pd

from kpi_core.evidence import median_interval
from kpi_core.measure import Measure, Note, nothing
from kpi_core.offers import open_on
from kpi_core.periods import Period
from kpi_core.tally import Tally
from kpi_core.totals import p90


def sales_cycle_days(
    opportunities: pd.DataFrame,
    period: Period,
    *,
    as_of: date | None = None,
    stat: Literal["median", "mean", "p90"] = "median",
    deals: Literal["won", "closed"] = "won",
    start: Literal["first_contact", "created"] = "first_contact",
    fall_back: bool | None = None,
) -> Measure:
    """Calendar days from first contact to closing, of the deals won in the period [days].

    sales_cycle_days = median(closed_on - first_contact_on)

    opportunities: status, closed_on, first_contact_on, created_on. Same day is 0 days; an even number of deals has
    the mean of the two middle ones; the 90th percentile interpolates as Excel's PERCENTILE.INC. Where no row has a
    first contact (`fall_back` tells it of the whole data, so that every group has one start), the creation day stands
    in, with a note; where some have, the others are left out and counted. Open
    deals never enter; the part open_age is the median age of the deals open at the end of `as_of`, those decided since
    among them. NaN: no won deal, or no start day.
    Sources: mean of won deals: RevOps Dictionary; mean and median: Quartz; median chosen here (definitions.md A6).
    """
    last = as_of or period.end
    used = {"stat": stat, "deals": deals, "start": start}
    begun = opportunities["created_on"] if start == "created" else opportunities["first_contact_on"]
    notes = []
    statuses = ["won"] if deals == "won" else ["won", "lost"]
    closed = opportunities["status"].isin(statuses) & period.until(last).has(opportunities["closed_on"])
    if start == "first_contact" and (begun.isna().all() if fall_back is None else fall_back):
        begun = opportunities["created_on"]
        used["start"] = "created"
        if closed.any():
            notes.append(Note("start_from_created", {"count": int(closed.sum())}))
    still_open = begun[open_on(opportunities, last, "all").index]
    ages = (pd.Timestamp(last) - still_open[still_open <= pd.Timestamp(last)]).dt.days
    parts = {"open_age": float(ages.median())} if len(ages) else {}
    if not closed.any():
        return nothing("no_won_deals", *notes, parts=parts, basis=used)
    days = (opportunities.loc[closed, "closed_on"] - begun[closed]).dt.days
    if missing := int(days.isna().sum()):
        notes.append(Note("without_start", {"count": missing}))
    if backwards := int((days < 0).sum()):
        notes.append(Note("closed_before_start", {"count": backwards}))
    days = days[days >= 0]
    if days.empty:
        return nothing("no_start_dates", *notes, parts=parts, basis=used)
    lengths = days.tolist()
    parts |= {"mean": fmean(lengths), "median": float(median(lengths)), "p90": p90(lengths)}
    low, high = median_interval(lengths)
    if not math.isnan(low):
        parts |= {"low": low, "high": high}
    made = Tally("opportunities", "numerator", days, opportunities["closed_on"])
    return Measure(parts[stat], n=len(days), notes=tuple(notes), parts=parts, basis=used, tallies=(made,))
