"""How long a deal takes from first contact to closing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Literal

import pandas as pd

from kpi_core.counted.closed import Closed, length_of, lengths_of
from kpi_core.measure import Measure
from kpi_core.offers import open_on
from kpi_core.periods import Period
from kpi_core.tally import Tally


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
    stands_in = start == "first_contact" and bool(begun.isna().all() if fall_back is None else fall_back)
    if stands_in:
        begun = opportunities["created_on"]
        used["start"] = "created"
    statuses = ["won"] if deals == "won" else ["won", "lost"]
    closed = opportunities["status"].isin(statuses) & period.until(last).has(opportunities["closed_on"])
    still_open = begun[open_on(opportunities, last, "all").index]
    ages = (pd.Timestamp(last) - still_open[still_open <= pd.Timestamp(last)]).dt.days
    days = (opportunities.loc[closed, "closed_on"] - begun[closed]).dt.days
    missing, backwards = int(days.isna().sum()), int((days < 0).sum())
    days = days[days >= 0]
    found = Closed(
        deals=int(closed.sum()),
        without_start=missing,
        backwards=backwards,
        days=lengths_of(days.astype("int64").tolist()),
        open_age=float(ages.median()) if len(ages) else None,
    )
    measured = length_of(found, used, stands_in=stands_in)
    made = Tally("opportunities", "numerator", days, opportunities["closed_on"])
    return measured if measured.reason else replace(measured, tallies=(made,))
